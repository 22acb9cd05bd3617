"""A property with its units, and what they come to together: the same sums as the integration shows."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..cloud.catalogue import SUMS
from ..cloud.model import AlarmState, Device, Property, Snapshot


@dataclass(frozen=True, slots=True)
class Home:
    """A property and its units, in the order of the cloud."""

    place: Property
    units: Sequence[Device]


def homes(snapshot: Snapshot, property_ids: Collection[str]) -> Iterator[Home]:
    """Gather the units of some properties; what is not listed is left out."""
    units: dict[str | None, list[Device]] = {each: [] for each in property_ids if each in snapshot.properties}
    for device in snapshot.devices.values():
        if device.property_id in units:
            units[device.property_id].append(device)
    return (Home(snapshot.properties[key], found) for key, found in units.items() if key is not None)


def summed(units: Iterable[Device], key: str) -> float | None:
    """Return one of the sums over the reachable units; an old reading of an offline unit says nothing of now."""
    row = SUMS[key]
    readings = (device.readings.get(row.measure) for device in units if device.online is not False)
    found = [reading.value for reading in readings if reading and reading.value is not None]
    return float(row.together(found)) if found else None


def known_sums(units: Sequence[Device]) -> frozenset[str]:
    """Name the sums to which any unit has a value, reachable or not."""
    measured = {
        measure for device in units for measure, reading in device.readings.items() if reading.value is not None
    }
    return frozenset(key for key, row in SUMS.items() if row.measure in measured)


def offline(units: Iterable[Device]) -> Iterator[Device]:
    """Return the units that the cloud has lost."""
    return (device for device in units if device.online is False)


def all_online(units: Iterable[Device]) -> bool | None:
    """Tell whether no unit is lost, of those of which the cloud tells; None where it tells of none."""
    known = [device.online for device in units if device.online is not None]
    return all(known) if known else None


def active_alarms(units: Iterable[Device]) -> Iterator[tuple[Device, str, AlarmState]]:
    """Return every alarm that is on, with its key, also of a unit that went offline with it."""
    return ((device, key, alarm) for device in units for key, alarm in device.alarms.items() if alarm.active)


def any_alarm(units: Sequence[Device]) -> bool | None:
    """Tell whether any alarm is on; None while no unit is reachable, or the cloud does not say of each of theirs."""
    if any(active_alarms(units)):
        return True
    reachable = [device for device in units if device.online is not False]
    told = all(alarm.active is not None for device in reachable for alarm in device.alarms.values())
    return False if reachable and told else None
