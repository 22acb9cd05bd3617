"""Which series have a sensor that Home Assistant keeps statistics of, and what that sensor is called now."""

from collections.abc import Collection

from homeassistant.components.recorder import is_entity_recorded
from homeassistant.components.sensor import ATTR_STATE_CLASS
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..cloud.catalogue import MEASURES
from ..const import DOMAIN
from ..registry.identity import Kind, unique_id
from ..registry.registered import registered
from .ledger import Series


@callback
def wanted(hass: HomeAssistant, entry: ConfigEntry) -> Collection[Series]:
    """Return the series of all readings that are enabled and recorded, unit by unit."""
    return [
        Series(item_id, key)
        for entity, kind, item_id, key in registered(hass, entry)
        if kind is Kind.UNIT
        and key in MEASURES
        and entity.domain == Platform.SENSOR
        and not entity.disabled
        and (entity.capabilities or {}).get(ATTR_STATE_CLASS)
        and is_entity_recorded(hass, entity.entity_id)
    ]


@callback
def entity_id_of(hass: HomeAssistant, series: Series) -> str | None:
    """Return the entity id of a series' sensor, which users may change; None while it is not there."""
    found = er.async_get(hass).async_get_entity_id(
        Platform.SENSOR, DOMAIN, unique_id(Kind.UNIT, series.device_id, series.measure)
    )
    return found if found and hass.states.get(found) else None
