"""What a target stands for: the account, the properties and the units that it names.

A device stands for what it is, an event entity for the unit or the property whose alarms it shows. Areas, floors and
labels stand for the devices and the event entities in them. A property stands for its units as well, an account for
everything. The registries are asked anew each time, so that a target follows what users move and rename.
"""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant, callback, split_entity_id
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
import probatio

from ..const import DOMAIN
from ..registry.identity import Kind, item_of, split

type Item = tuple[Kind, str]
"""An account, a property or a unit, by its id."""

CONF_EXCLUDE: Final = "exclude"


def _named(target: dict[str, Any]) -> dict[str, Any]:
    if not TargetSelection(target).has_any_target:
        raise probatio.Invalid("names nothing; choose an entity, a device, an area, a floor or a label")
    return target


def _with_alarms(target: dict[str, Any]) -> dict[str, Any]:
    for entity_id in target.get(ATTR_ENTITY_ID, ()):
        if split_entity_id(entity_id)[0] != Platform.EVENT:
            raise probatio.Invalid(f"{entity_id} shows no alarm events; choose an event entity, or the device")
    return target


TARGET: Final = probatio.All(cv.TARGET_FIELDS, _named)
"""A target that names something. It need not exist: automations are checked before an account is loaded."""

TARGET_WITH_ALARMS: Final = probatio.All(TARGET, _with_alarms)
"""A target that names something with alarms: among entities, those of events alone."""


@callback
def chosen(hass: HomeAssistant, target: Mapping[str, Any]) -> set[Item]:
    """Return what a target names, before anything is taken out of it."""
    return _items(hass, {name: ids for name, ids in target.items() if name != CONF_EXCLUDE})


@callback
def excluded(hass: HomeAssistant, target: Mapping[str, Any]) -> set[Item]:
    """Return what is taken out of a target. Home Assistant before 2026.11 lets nobody do so."""
    return _items(hass, target.get(CONF_EXCLUDE) or {})


def _items(hass: HomeAssistant, target: dict[str, Any]) -> set[Item]:
    selected = async_extract_referenced_entity_ids(
        hass, TargetSelection(target), expand_group=False, primary_entities_only=False
    )
    devices, entities = dr.async_get(hass), er.async_get(hass)
    items = {_of_device(devices.async_get(device_id)) for device_id in selected.referenced_devices}
    for entity_id in selected.referenced | selected.indirectly_referenced:
        if split_entity_id(entity_id)[0] == Platform.EVENT:
            items.add(_of_entity(entities.async_get(entity_id)))
    return {item for item in items if item}


def _of_device(device: dr.AnyDeviceEntry | None) -> Item | None:
    found = ((kind, item_of(kind, device.identifiers)) for kind in Kind) if device else ()
    return next(((kind, item_id) for kind, item_id in found if item_id), None)


def _of_entity(entity: er.RegistryEntry | None) -> Item | None:
    if entity is None or entity.platform != DOMAIN:
        return None
    found = ((kind, split(kind, entity.unique_id)) for kind in Kind)
    return next(((kind, parts[0]) for kind, parts in found if parts), None)
