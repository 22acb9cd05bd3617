"""What the entity registry remembers of an account."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_registry import RegistryEntryDisabler

from ..const import DOMAIN
from .identity import Kind, split, unique_id

type Keys = Mapping[str, bool]
"""The keys of an item's entities on one platform, and whether each is enabled."""


def registered(hass: HomeAssistant, entry: ConfigEntry) -> Iterator[tuple[er.RegistryEntry, Kind, str, str]]:
    """Yield the entities of the account's properties and units, each with what it is of: kind, id and key."""
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        for kind in (Kind.UNIT, Kind.PROPERTY):
            if found := split(kind, entity.unique_id):
                yield entity, kind, *found


def keys_by_platform(hass: HomeAssistant, entry: ConfigEntry) -> Mapping[tuple[str, Kind], Mapping[str, set[str]]]:
    """Return the keys of the entities that are registered: by platform and kind, then by unit or property."""
    keys: defaultdict[tuple[str, Kind], defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for entity, kind, item_id, key in registered(hass, entry):
        keys[entity.domain, kind][item_id].add(key)
    return keys


def enabled_count(hass: HomeAssistant, entry: ConfigEntry) -> int:
    """Count the enabled entities of the account as Home Assistant counts them for its limit."""
    return er.async_get(hass).entities.get_enabled_count_for_config_entry_id(entry.entry_id)


def enabled_when_added(
    hass: HomeAssistant, platform: str, kind: Kind, item_id: str, description: EntityDescription
) -> bool:
    """Tell whether an entity that is not registered will be enabled; one that was removed comes back as it was."""
    removed = er.async_get(hass).deleted_entities.get((platform, DOMAIN, unique_id(kind, item_id, description.key)))
    if removed is None or not isinstance(removed.disabled_by, RegistryEntryDisabler | None):
        return description.entity_registry_enabled_default
    return removed.disabled_by in (None, RegistryEntryDisabler.CONFIG_ENTRY)
