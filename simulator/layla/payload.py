"""How the house looks on the wire: properties, units, notifications, points."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulator.house import energy
from simulator.house.catalogue import ALARMS
from simulator.house.device import Device
from simulator.house.notifications import Notification
from simulator.house.property import Property
from simulator.house.series import Point
from simulator.house.world import World

DEVICE_FIELDS = ("alarm_event_counts", "latest_values", "in_alarm", "snoozed", "active_alarms")
COUNTED = timedelta(days=30)
"""The time over which `alarm_event_counts` counts."""


def stamp(instant: datetime) -> str:
    """Write an instant in UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def celsius_or_fahrenheit(measure: str, value: float | None, *, fahrenheit: bool) -> float | None:
    """Return a reading in the user's unit."""
    if value is None or measure != "temperature" or not fahrenheit:
        return value
    return round(value * 1.8 + 32, 1)


def device(world: World, unit: Device, fields: Collection[str], now_text: str, *, fahrenheit: bool) -> dict[str, Any]:
    """Return a unit; `now_text` is written wherever something is as new as the answer."""
    lost = unit.offline_since
    heard = now_text if lost is None else stamp(lost)
    chosen = {name: _DEVICE_FIELDS[name](world, unit, heard, fahrenheit) for name in fields}
    return {
        "id": unit.id,
        "property_id": unit.property_id,
        "name": unit.name,
        "device_mac": unit.mac,
        "serial_number": unit.serial,
        "category": unit.category,
        "enabled": unit.enabled,
        "alarms": unit.alarms,
        "features": unit.features,
        "tier_features": unit.tier_features,
        "device_pillar": unit.pillar,
        "settings": unit.settings,
        **chosen,
        "connection_status": "online" if lost is None else "offline",
        "last_updated_at": heard,
        "trees": energy.trees(unit, world.property_of(unit), world.time),
        "ac_control_active": unit.drives_ac,
        "air_quality_extended_settings_available": "aq_iaq" in unit.measures,
        **unit.raw,
    }


def _latest_values(world: World, unit: Device, heard: str, fahrenheit: bool) -> list[dict[str, Any]]:  # noqa: FBT001
    return [
        {
            "name": measure,
            "value": celsius_or_fahrenheit(measure, value, fahrenheit=fahrenheit),
            "timestamp": heard,
        }
        for measure, value in world.readings(unit).items()
    ]


def _active_alarms(unit: Device) -> list[dict[str, Any]]:
    return [{"name": name, "started_at": stamp(episode.started_at)} for name, episode in unit.active.items()]


_DEVICE_FIELDS = {
    "alarm_event_counts": lambda world, unit, _heard, _unit: alarm_counts(
        world, [unit], world.time - COUNTED, world.time
    ),
    "latest_values": _latest_values,
    "in_alarm": lambda _world, unit, _heard, _unit: list(unit.active),
    "snoozed": lambda _world, unit, _heard, _unit: unit.snoozed,
    "active_alarms": lambda _world, unit, _heard, _unit: _active_alarms(unit),
}


def alarm_counts(world: World, units: Iterable[Device], start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return how often each alarm of these units was raised in [start, end)."""
    counts: Counter[str] = Counter()
    for unit in units:
        counts.update(dict.fromkeys((setting["name"] for setting in unit.alarms if "name" in setting), 0))
        counts.update(episode.alarm for episode in world.episodes(unit) if start <= episode.started_at < end)
    return [{"name": name, "value": value} for name, value in counts.items()]


def armed(world: World, place: Property) -> list[str]:
    """Return the alarms that are armed in a property: its own switches, and what its units have beside them."""
    own = {
        setting["name"]
        for unit in world.devices_of(place.id)
        for setting in unit.alarms
        if setting.get("enabled") and "name" in setting
    }
    from_units = own - set(SWITCHED)
    return [name for name in ALARMS if name in place.armed or name in from_units]


SWITCHED = ("noise_alarm", "noise_alarm_quiet_hours", "occupancy_alarm", "security_alarm")


def property_(world: World, place: Property) -> dict[str, Any]:
    """Return a property without what has to be asked for."""
    units = world.devices_of(place.id)
    tiers = {tier for unit in units for tier in unit.tier_features}
    return {
        "id": place.id,
        "name": place.name,
        "category": place.category,
        "address": place.address,
        "timezone": place.timezone,
        "settings": place.settings,
        "enabled": place.enabled,
        "role": place.role,
        "enabled_alarms": armed(world, place),
        "enabled_features": ["eco"] if place.eco else [],
        "enabled_tier_features": sorted(tiers),
    }


def status(world: World, place: Property) -> dict[str, Any]:
    """Return whether a property is online: it is when one of its units is; a pillar likewise."""
    units = world.devices_of(place.id)
    return {
        "id": place.id,
        "name": place.name,
        "status": _online(units),
        "status_by_pillar": {
            pillar: _online([unit for unit in units if unit.pillar == pillar])
            for pillar in sorted({unit.pillar for unit in units})
        },
    }


def _online(units: Iterable[Device]) -> str:
    return "online" if any(unit.online for unit in units) else "offline"


def notification(item: Notification) -> dict[str, Any]:
    """Return a notification."""
    return {
        "id": item.id,
        "type": item.type,
        "property_id": item.property_id,
        "device_id": item.device_id,
        "seen": item.seen,
        "created_at": stamp(item.created_at),
        "title": item.title,
        "message": item.message,
    }


def points(series: Iterable[Point], measure: str, *, fahrenheit: bool, nulls: bool) -> list[Mapping[str, Any]]:
    """Return a series; where nothing is known, either nothing or null."""
    return [
        {
            "timestamp": point.start.isoformat(),
            "value": celsius_or_fahrenheit(measure, point.value, fahrenheit=fahrenheit),
        }
        for point in series
        if nulls or point.value is not None
    ]


def local(instant: datetime, zone: ZoneInfo) -> str:
    """Write an instant with the offset of a zone."""
    return instant.astimezone(zone).isoformat()
