"""The devices of discovery: what is known of a unit, a property or the bridge, and the message that it makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..cloud.catalogue import MANUFACTURER, MODELS
from ..cloud.model import Device, Property
from ..contract.topics import AVAILABILITY, BRIDGE_STATE, EVENT, HEALTH, STATE, Item, Kind, Topics
from ..mirror.ledger import Keys
from . import climate, components
from .climate import Control
from .components import Component, Place
from .identity import of_bridge, of_item
from .settings import DiscoverySettings

ORIGIN: Final = "Layla bridge"

type Config = dict[str, Any]
"""A whole discovery message, in Home Assistant's abbreviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Everything that a unit's message depends on: equal ones make equal messages.

    `home` is its property where that is listed. `several`: the account has more than one property.
    """

    device_id: str
    name: str | None
    category: str | None
    serial_number: str | None
    drives_ac: bool
    home: Property | None
    several: bool
    keys: Keys

    @classmethod
    def of(cls, device: Device, home: Property | None, keys: Keys, *, several: bool) -> Unit:
        """Take a unit as the cloud lists it."""
        return cls(
            device_id=device.id,
            name=device.name,
            category=device.category,
            serial_number=device.serial_number,
            drives_ac=device.drives_ac,
            home=home,
            several=several,
            keys=keys,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Everything that a property's message depends on."""

    place: Property
    several: bool
    keys: Keys


@dataclass(frozen=True, slots=True)
class Configs:
    """Writes the messages of one bridge."""

    topics: Topics
    settings: DiscoverySettings

    def bridge(self) -> Config:
        """Describe the bridge itself."""
        instance, state = self.topics.instance, self.topics.bridge(BRIDGE_STATE)
        device = of_bridge(instance)
        name = ORIGIN if instance == "layla" else f"{ORIGIN} {instance}"
        health = self.topics.bridge(HEALTH)
        place = Place(device, name, bridge=state, state=health, availability=state, event=state)
        info = {"name": name, "mdl": "Bridge", "sw": self.settings.version}
        return self._config(place, info, dict(components.of_bridge(place)))

    def unit(self, unit: Unit, control: Control) -> Config:
        """Describe a unit."""
        item, home = Item(Kind.DEVICE, unit.device_id), unit.home
        name = self._name(unit.name) or f"Unit {self._number(unit)}"
        # Among several properties it is theirs that tells units apart.
        area = self._name(home.name if home else None) if unit.several else self._name(unit.name)
        called = f"{area} {name}" if unit.several and area and area != name else name
        place = self._place(item, called)
        info = {
            "name": name,
            "mdl": MODELS.get(unit.category or "", unit.category),
            "sn": unit.serial_number,
            "via_device": of_item(Item(Kind.PROPERTY, home.id)) if home else of_bridge(self.topics.instance),
            "sa": area,
        }
        found = dict(components.of_unit(place, unit.keys))
        if unit.keys.ac:
            found |= [
                climate.of_unit(
                    place,
                    unit.keys,
                    control,
                    lambda field: self.topics.command(item, field),
                    offered=unit.drives_ac,
                )
            ]
        return self._config(place, info, found)

    def home(self, home: Home) -> Config:
        """Describe a property."""
        item = Item(Kind.PROPERTY, home.place.id)
        called = self._name(home.place.name)
        name = called or f"Property {home.place.id}"
        place = self._place(item, name)
        info = {
            "name": name,
            "mdl": home.place.category.capitalize() if home.place.category else None,
            "via_device": of_bridge(self.topics.instance),
            "sa": called if home.several else None,
        }
        return self._config(place, info, dict(components.of_property(place, home.keys)))

    def _config(self, place: Place, info: Mapping[str, Any], found: Mapping[str, Component]) -> Config:
        known = {key: value for key, value in info.items() if value and (key != "sa" or self.settings.areas)}
        # One topic counts once: the bridge is there when it is there.
        topics = dict.fromkeys((place.bridge, place.availability))
        return {
            "dev": {"ids": [place.device], "mf": MANUFACTURER, **known},
            "o": {"name": ORIGIN, "sw": self.settings.version},
            "avty": [{"t": topic} for topic in topics],
            "avty_mode": "all",
            "stat_t": place.state,
            "qos": 1,
            "cmps": found,
        }

    def _place(self, item: Item, called: str) -> Place:
        return Place(
            of_item(item),
            called,
            bridge=self.topics.bridge(BRIDGE_STATE),
            state=self.topics.of(item, STATE),
            availability=self.topics.of(item, AVAILABILITY),
            event=self.topics.of(item, EVENT),
        )

    def _name(self, name: str | None) -> str | None:
        return name if self.settings.names else None

    def _number(self, unit: Unit) -> str:
        return (unit.serial_number if self.settings.names else None) or unit.device_id
