"""Properties with their units, sorted so that what did not change stays the same object."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from .cloud.model import Device, Property, Snapshot


@dataclass(frozen=True, slots=True)
class Home:
    """A property and its units, in the order of the cloud. The same object as before while none of them changed."""

    place: Property
    units: tuple[Device, ...]

    @property
    def id(self) -> str:
        """The property's id."""
        return self.place.id


def homes(snapshot: Snapshot, before: Mapping[str, Home]) -> Mapping[str, Home]:
    """Sort the units into their properties; those of a property that is not listed are left out."""
    units: defaultdict[str | None, list[Device]] = defaultdict(list)
    for device in snapshot.devices.values():
        units[device.property_id].append(device)
    return {key: _kept(Home(place, tuple(units[key])), before.get(key)) for key, place in snapshot.properties.items()}


def _kept(home: Home, before: Home | None) -> Home:
    if before is None or before.place is not home.place or len(before.units) != len(home.units):
        return home
    same = all(old is new for old, new in zip(before.units, home.units, strict=True))
    return before if same else home
