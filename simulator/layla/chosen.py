"""What statistics are about: the properties and units that fit the filters of a request."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from simulator.house import energy
from simulator.house.device import Device
from simulator.house.energy import Span
from simulator.house.property import Property

from .requests import Call


@dataclass(frozen=True, slots=True)
class Chosen:
    """A property that fits the filters, and its units that do."""

    place: Property
    units: list[Device]

    @property
    def reference(self) -> dict[str, str]:
        """How statistics name the property."""
        return {"id": self.place.id, "name": self.place.name}

    def energy(self, over: Span) -> float:
        """Return the kWh that were measured."""
        return sum(energy.consumed(unit, self.place, over) for unit in self.units)

    def saved(self, over: Span) -> float:
        """Return the kWh that were saved."""
        return sum(energy.saved(unit, self.place, over) for unit in self.units)

    def events(self, call: Call, alarm: str, during: Span) -> list[datetime]:
        """Return when an alarm was raised."""
        return [
            episode.started_at
            for unit in self.units
            for episode in call.world.episodes(unit, during.start)
            if episode.alarm == alarm and episode.started_at < during.end
        ]


def chosen_by(call: Call) -> Iterator[Chosen]:
    """Yield the properties that fit, each with its units that do."""
    places = {call.get("property_id"), *call.get("property_ids", ())} - {None}
    units = {call.get("device_id"), *call.get("device_ids", ())} - {None}
    for place in call.world.properties.values():
        if places and place.id not in places:
            continue
        category = call.flavour.category(place.category)
        if call.get("category", category) != category:
            continue
        fitting = [unit for unit in call.world.devices_of(place.id) if not units or unit.id in units]
        if fitting or not units:
            yield Chosen(place, fitting)
