"""What the page shows of a running bridge, and in which words it goes to the browser."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..cloud.catalogue import ALARMS, MEASURES
from ..cloud.model import Device, Event, Snapshot
from ..contract.level import usable
from .journal import Entry
from .status import Status

# Alarms of these classes stand out: they are about lives.
_URGENT: Final = frozenset({"smoke", "carbon_monoxide", "safety"})


def _all(_: str | None) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Where the page gets everything from; each is called whenever there is a reader.

    `snapshot` is what the cloud showed last, `unit` writes the state of a unit as it is published. `selected` tells
    which properties are published (None: units without one). `events` and `journal` have the newest first.
    """

    status: Callable[[], Status]
    snapshot: Callable[[], Snapshot | None]
    unit: Callable[[Snapshot, Device], bytes]
    events: Callable[[], Sequence[Event]]
    journal: Callable[[], Sequence[Entry]]
    selected: Callable[[str | None], bool] = _all
    names: bool = True

    def shows(self, device: Device) -> bool:
        """Tell whether a unit is published, and so on the page."""
        return self.selected(device.property_id) and usable(device.id)

    def properties(self, snapshot: Snapshot) -> Sequence[Mapping[str, Any]]:
        """Return the properties that are published, without their names where those stay here."""
        return [
            {"id": place.id, "name": place.name if self.names else None}
            for place in snapshot.properties.values()
            if self.selected(place.id)
        ]


def event(told: Event) -> Mapping[str, Any]:
    """Return an alarm's start or end."""
    return {
        "id": told.id,
        "device_id": told.device_id,
        "property_id": told.property_id,
        "alarm": told.alarm,
        "phase": told.phase,
        "at": told.at,
    }


CATALOGUE: Final[Mapping[str, Sequence[Mapping[str, Any]]]] = {
    "measures": [
        {
            "key": measure.key,
            "name": measure.name,
            "unit": measure.unit,
            "precision": measure.precision,
            "minor": measure.category is not None,
        }
        for measure in MEASURES.values()
    ],
    "alarms": [
        {"key": alarm.key, "name": alarm.name, "urgent": alarm.device_class in _URGENT} for alarm in ALARMS.values()
    ],
}
"""How measures and alarms are called, for the page."""
