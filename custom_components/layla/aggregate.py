"""What the units of a property come to together: pure sums, and the entities that show them."""

from collections.abc import Iterable, Sequence

from .cloud.model import AlarmState, Device
from .entity import PropertyEntity

type ActiveAlarm = tuple[str, str, AlarmState]
"""The unit as users know it, the alarm's key, and its state."""


def name(device: Device) -> str:
    """Return what a unit is called in a list."""
    return device.name or device.serial_number or device.id


def values(units: Iterable[Device], measure: str) -> list[float]:
    """Return what the reachable units read; an old reading of an offline unit says nothing of now."""
    readings = (device.readings.get(measure) for device in units if device.online is not False)
    return [reading.value for reading in readings if reading and reading.value is not None]


def ever_had(units: Iterable[Device], measure: str) -> bool:
    """Tell whether any unit has a value of the measure, reachable or not."""
    readings = (device.readings.get(measure) for device in units)
    return any(reading is not None and reading.value is not None for reading in readings)


def offline(units: Iterable[Device]) -> list[str]:
    """Name the units that the cloud has lost."""
    return [name(device) for device in units if device.online is False]


def all_online(units: Iterable[Device]) -> bool | None:
    """Tell whether no unit is lost, of those of which the cloud tells; None where it tells of none."""
    known = [device.online for device in units if device.online is not None]
    return all(known) if known else None


def active_alarms(units: Iterable[Device]) -> list[ActiveAlarm]:
    """Return every alarm that is on, also of a unit that went offline with it."""
    return [(name(device), key, alarm) for device in units for key, alarm in device.alarms.items() if alarm.active]


def any_alarm(units: Sequence[Device]) -> bool | None:
    """Tell whether any alarm is on; None while no unit is reachable, or the cloud does not say of each of theirs."""
    if active_alarms(units):
        return True
    reachable = [device for device in units if device.online is not False]
    told = all(alarm.active is not None for device in reachable for alarm in device.alarms.values())
    return False if reachable and told else None


class AggregateEntity(PropertyEntity):
    """An entity that sums up a property's units; it looks at them only when one of them changed."""

    of_item_alone = True

    @property
    def units(self) -> Sequence[Device]:
        """The property's units; none while the cloud does not list the property."""
        return self.home.units if self.home else ()
