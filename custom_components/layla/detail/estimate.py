"""How many enabled entities an account has, or will have at other levels of detail: exact, before they are added."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription

from ..cloud.model import Device, Property
from ..const import CONF_ACCOUNT_ID, DOMAIN
from ..figures.described import of_account
from ..homes import Home
from ..registry import devices
from ..registry.identity import Kind, device_identifier, unique_id
from ..registry.registered import Keys, enabled_count, enabled_when_added, registered
from .levels import Levels


class Describes(Protocol):
    """A platform's module: it says which entities a unit and a property have there, at whatever level."""

    def of_unit(self, device: Device, registered_keys: Collection[str], /) -> Iterator[EntityDescription]:
        """Describe the entities of a unit; `registered_keys` are of those that it had before."""

    def of_property(
        self, home: Property, units: Sequence[Device], registered_keys: Collection[str], /
    ) -> Iterator[EntityDescription]:
        """Describe the entities of a property itself; `registered_keys` are of those that it had before."""


type Platforms = Mapping[Platform, Describes]


@dataclass(frozen=True, slots=True)
class UnitSize:
    """A unit's property, how many enabled entities it has, and whether it is shown already."""

    property_id: str | None
    entities: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """Numbers of enabled entities: `common` at every level, and those of each unit that is or could be shown."""

    common: int
    units: Mapping[str, UnitSize]

    def total(self, levels: Levels) -> int:
        """Return how many enabled entities the account has at these levels."""
        return self.common + sum(
            size.entities for size in self.units.values() if levels.shows_units_of(size.property_id)
        )


def estimate(
    hass: HomeAssistant,
    entry: ConfigEntry | None,
    platforms: Platforms,
    homes: Iterable[Home],
    units: Iterable[Device],
    *,
    data: Mapping[str, Any] | None = None,
) -> Estimate:
    """Count what these units and properties have; without an entry, what a new account would have with this data.

    What is registered counts as it is, also where the cloud no longer lists it: Home Assistant counts it as well.
    """
    counter = _Counter.of(hass, entry, platforms)
    behind = devices.properties_of_units(hass, entry) if entry else {}
    sizes = {
        unit: UnitSize(property_id, counter.registered(Kind.UNIT, unit), shown=True)
        for unit, property_id in behind.items()
    }
    common = enabled_count(hass, entry) if entry else 0
    common -= sum(size.entities for size in sizes.values())
    for device in units:
        entities = counter.registered(Kind.UNIT, device.id) + counter.unit(device)
        sizes[device.id] = UnitSize(device.property_id, entities, shown=device.id in behind)
    common += sum(counter.home(home) for home in homes)
    stored = entry.data if entry else data
    common += counter.account(stored) if stored else 0
    return Estimate(common, sizes)


@dataclass(frozen=True, slots=True)
class _Counter:
    """Counts what is not registered yet, and knows what is."""

    hass: HomeAssistant
    platforms: Platforms
    none_enabled: bool
    disabled: Collection[tuple[str, str]]
    known: Mapping[tuple[Kind, str], Mapping[str, Keys]]

    @classmethod
    def of(cls, hass: HomeAssistant, entry: ConfigEntry | None, platforms: Platforms) -> _Counter:
        known: defaultdict[tuple[Kind, str], defaultdict[str, dict[str, bool]]]
        known = defaultdict(lambda: defaultdict(dict))
        for entity, kind, item_id, key in registered(hass, entry) if entry else ():
            known[kind, item_id][entity.domain][key] = not entity.disabled
        if entry is None:
            return cls(hass, platforms, none_enabled=False, disabled=(), known=known)
        disabled = devices.disabled(hass, entry)
        return cls(hass, platforms, none_enabled=entry.pref_disable_new_entities, disabled=disabled, known=known)

    def registered(self, kind: Kind, item_id: str) -> int:
        """Count the registered entities of an item that are enabled."""
        return sum(enabled for keys in self.known.get((kind, item_id), {}).values() for enabled in keys.values())

    def unit(self, device: Device) -> int:
        """Count the entities of a unit that are not registered yet."""
        known = self.known.get((Kind.UNIT, device.id), {})
        return sum(
            self._added(domain, Kind.UNIT, device.id, description, known.get(domain, {}))
            for domain, platform in self.platforms.items()
            for description in platform.of_unit(device, known.get(domain, {}).keys())
        )

    def home(self, home: Home) -> int:
        """Count the entities of a property itself that are not registered yet."""
        known = self.known.get((Kind.PROPERTY, home.id), {})
        return sum(
            self._added(domain, Kind.PROPERTY, home.id, description, known.get(domain, {}))
            for domain, platform in self.platforms.items()
            for description in platform.of_property(home.place, home.units, known.get(domain, {}).keys())
        )

    def account(self, data: Mapping[str, Any]) -> int:
        """Count the entities of the account itself that are not registered yet."""
        account_id, registry = data[CONF_ACCOUNT_ID], er.async_get(self.hass)
        return sum(
            self._added(domain, Kind.ACCOUNT, account_id, description, {})
            for domain, description in of_account(data)
            if not registry.async_get_entity_id(domain, DOMAIN, unique_id(Kind.ACCOUNT, account_id, description.key))
        )

    def _added(self, domain: str, kind: Kind, item_id: str, description: EntityDescription, known: Keys) -> bool:
        """Tell whether an entity is yet to be registered, and will be enabled then."""
        if description.key in known or self.none_enabled or device_identifier(kind, item_id) in self.disabled:
            return False
        return enabled_when_added(self.hass, domain, kind, item_id, description)
