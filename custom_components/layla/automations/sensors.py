"""The sensors of one kind that a target stands for: those of units, and of properties whose units have none."""

from collections.abc import Iterator, Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import TargetSelection

from ..const import CONF_ACCOUNT_ID, DOMAIN
from ..registry.devices import names_of_properties, properties_of_units
from ..registry.identity import Kind, split, unique_id
from . import targets
from .targets import Item


@dataclass(frozen=True, slots=True)
class Sensors:
    """One kind of sensor, which units and properties have by the same key."""

    platform: str
    key: str

    @callback
    def of(self, hass: HomeAssistant, target: dict[str, Any], entities: AbstractSet[str]) -> set[str]:
        """Return the sensors of a target, of which Home Assistant says that it holds these entities.

        A sensor that is named stays what it is. Else a property stands for the sensors of its units; for its own where
        these have none, as in a summary.
        """
        named = TargetSelection(target).entity_ids
        found, items = set[str](), targets.chosen(hass, target)
        for entity_id in entities:
            item = self._item(hass, entity_id)
            if item and (entity_id in named or item[0] is Kind.UNIT):
                found.add(entity_id)
            elif item:
                items.add(item)
        without = targets.excluded(hass, target)
        for entry in hass.config_entries.async_entries(DOMAIN):
            found.update(self._of_items(hass, entry, items, without))
        return found - TargetSelection(target.get(targets.CONF_EXCLUDE) or {}).entity_ids

    def _of_items(
        self, hass: HomeAssistant, entry: ConfigEntry, items: AbstractSet[Item], without: AbstractSet[Item]
    ) -> Iterator[str]:
        account = (Kind.ACCOUNT, entry.data[CONF_ACCOUNT_ID])
        with_sensors = set[str | None]()
        for unit, home in properties_of_units(hass, entry).items():
            sensor = self._sensor(hass, Kind.UNIT, unit)
            places = {(Kind.UNIT, unit), (Kind.PROPERTY, home), account}
            if sensor:
                with_sensors.add(home)
            if sensor and not places.isdisjoint(items) and places.isdisjoint(without):
                yield sensor
        for home in names_of_properties(hass, entry).keys() - with_sensors:
            sensor = self._sensor(hass, Kind.PROPERTY, home)
            places = {(Kind.PROPERTY, home), account}
            if sensor and not places.isdisjoint(items) and places.isdisjoint(without):
                yield sensor

    def _item(self, hass: HomeAssistant, entity_id: str) -> Item | None:
        entity = er.async_get(hass).async_get(entity_id)
        if entity is None or (entity.platform, entity.domain) != (DOMAIN, self.platform):
            return None
        found = ((kind, split(kind, entity.unique_id)) for kind in (Kind.UNIT, Kind.PROPERTY))
        return next(((kind, parts[0]) for kind, parts in found if parts and parts[1] == self.key), None)

    def _sensor(self, hass: HomeAssistant, kind: Kind, item_id: str) -> str | None:
        """Return the entity id of a sensor that there is and that is neither disabled nor hidden."""
        registry = er.async_get(hass)
        entity_id = registry.async_get_entity_id(self.platform, DOMAIN, unique_id(kind, item_id, self.key))
        entity = registry.async_get(entity_id) if entity_id else None
        return entity_id if entity and not entity.disabled and entity.hidden_by is None else None
