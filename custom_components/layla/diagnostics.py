"""Diagnostics: what an account and a unit look like from here, without saying whose they are."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from .cloud.model import Device, Property
from .const import (
    CONF_ACCOUNT_ID,
    CONF_AUTHORIZE_URL,
    CONF_EXCEPTIONS,
    CONF_IMPLEMENTATION,
    CONF_NAMES,
    CONF_SIGN_IN,
    CONF_TOKEN_URL,
)
from .coordinator import LaylaConfigEntry, LaylaCoordinator
from .detail.limit import limit
from .registry.identity import Kind, device_identifier
from .registry.registered import enabled_count

_REDACTED = {
    CONF_ACCOUNT_ID,
    CONF_AUTHORIZE_URL,
    CONF_IMPLEMENTATION,
    CONF_NAMES,
    CONF_SIGN_IN,
    CONF_TOKEN,
    CONF_TOKEN_URL,
    CONF_URL,
}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: LaylaConfigEntry) -> dict[str, Any]:
    """Describe the account, and every property and unit by the hash of its id."""
    coordinator = entry.runtime_data
    return {
        "entry": async_redact_data(dict(entry.data), _REDACTED),
        "options": _options(coordinator),
        "entities": _entities(hass, coordinator),
        "refresh": _refresh(coordinator),
        "figures": _figures(coordinator),
        "alarm_events": _alarm_events(coordinator),
        "history": coordinator.history and coordinator.history.diagnostics(),
        "parsed_around": dict(coordinator.data.oddities),
        "properties": [_property(item, coordinator) for item in coordinator.data.properties.values()],
        "units": [_unit(device, coordinator) for device in coordinator.data.devices.values()],
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: LaylaConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Describe one unit or one property; the account's own device has the refresh alone."""
    del hass
    coordinator = entry.runtime_data
    return {
        "refresh": _refresh(coordinator),
        "properties": [
            _property(item, coordinator)
            for item in coordinator.data.properties.values()
            if device_identifier(Kind.PROPERTY, item.id) in device.identifiers
        ],
        "units": [
            _unit(item, coordinator)
            for item in coordinator.data.devices.values()
            if device_identifier(Kind.UNIT, item.id) in device.identifiers
        ],
    }


def _refresh(coordinator: LaylaCoordinator) -> Mapping[str, Any]:
    interval = coordinator.update_interval
    return {
        "succeeded": coordinator.last_update_success,
        "interval_seconds": interval and interval.total_seconds(),
        "requests": coordinator.account.request_count,
        "last_error": type(coordinator.last_exception).__name__ if coordinator.last_exception else None,
    }


def _figures(coordinator: LaylaCoordinator) -> Mapping[str, Any]:
    figures, quota = coordinator.figures.data, coordinator.account.quota
    return {
        "succeeded": coordinator.figures.last_update_success,
        "read_at": figures.read_at,
        "parts": {name: getattr(figures, name) is not None for name in ("properties", "usage", "unread")},
        "parsed_around": dict(figures.oddities),
        "requests_24_hours": coordinator.figures.requests.count,
        "quota": quota and {"limit": quota.limit, "remaining": quota.remaining, "resets_at": quota.resets_at},
    }


def _options(coordinator: LaylaCoordinator) -> Mapping[str, Any]:
    options = dict(coordinator.config_entry.options)
    exceptions = [_hashed(coordinator, item_id) for item_id in options.pop(CONF_EXCEPTIONS, ())]
    return {**options, CONF_EXCEPTIONS: exceptions}


def _entities(hass: HomeAssistant, coordinator: LaylaCoordinator) -> Mapping[str, Any]:
    levels = coordinator.levels
    return {
        "estimated": coordinator.fit.wanted,
        "enabled": enabled_count(hass, coordinator.config_entry),
        "limit": limit(),
        "properties_by_level": levels and levels.counted(coordinator.data.properties),
        "properties_left_out": len(coordinator.fit.left_out),
        "units_shown": len(coordinator.full_units()),
    }


def _alarm_events(coordinator: LaylaCoordinator) -> Mapping[str, int]:
    events = coordinator.alarm_events
    return {"pending": len(events.pending), "open_episodes": events.cursor.history.open if events.cursor else 0}


def _property(item: Property, coordinator: LaylaCoordinator) -> Mapping[str, Any]:
    levels = coordinator.levels
    return {
        "id": _hashed(coordinator, item.id),
        "category": item.category,
        "zone": str(item.zone),
        "detail": levels and levels.level(item.id),
    }


def _unit(device: Device, coordinator: LaylaCoordinator) -> Mapping[str, Any]:
    return {
        "id": _hashed(coordinator, device.id),
        "property": device.property_id and _hashed(coordinator, device.property_id),
        "category": device.category,
        "pillar": device.pillar,
        "drives_ac": device.drives_ac,
        "enabled": device.enabled,
        "online": device.online,
        "last_seen": coordinator.data.last_seen.get(device.id),
        "readings": {key: {"value": reading.value, "at": reading.at} for key, reading in device.readings.items()},
        "alarms": {
            key: {
                "active": alarm.active,
                "armed": alarm.armed,
                "snoozed": alarm.snoozed,
                "since": alarm.since,
            }
            for key, alarm in device.alarms.items()
        },
    }


def _hashed(coordinator: LaylaCoordinator, item_id: str) -> str:
    """Shorten an id to a mark that is the same in every diagnostics file of the entry, and nowhere else."""
    return sha256(f"{coordinator.config_entry.entry_id}:{item_id}".encode()).hexdigest()[:12]
