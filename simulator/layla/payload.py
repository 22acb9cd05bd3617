"""How the house looks on the wire: properties, units, notifications, points."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.house import energy
from simulator.house.catalogue import ALARMS
from simulator.house.device import Device
from simulator.house.notifications import Notification
from simulator.house.property import CROWD_IN_QUIET_HOURS, PROPERTY_ALARMS, Property
from simulator.house.series import Point
from simulator.house.world import World

from .flavour import ALARM, MEASURE, Flavour, Payload

COUNTED = timedelta(days=30)
"""The time over which `alarm_event_counts` counts."""


def stamp(instant: datetime) -> str:
    """Write an instant in UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_stamp(instant: datetime) -> str:
    """Write an instant with its zone's offset; in UTC where that has seconds, as it had before there were zones."""
    offset = instant.utcoffset()
    whole = offset is not None and not offset % timedelta(minutes=1)
    return (instant if whole else instant.astimezone(UTC)).isoformat()


@dataclass(frozen=True, slots=True)
class View:
    """How a thing is looked at: by which API, with which extra fields, in °F or not, and with which time as now."""

    flavour: Flavour
    fields: Collection[str] = ()
    fahrenheit: bool = False
    now: str = ""

    def reword(self, kind: str, payload: Payload) -> Payload:
        """Return what the API says of a payload with everything in it; `kind` is the name of its schema."""
        return self.flavour.reword(kind, payload)

    def value(self, measure: str, value: float | None) -> float | None:
        """Return a reading in the user's unit."""
        if value is None or measure != "temperature" or not self.fahrenheit:
            return value
        return round(value * 1.8 + 32, 1)

    def heard(self, unit: Device) -> str:
        """Return when the unit was last heard of."""
        return self.now if unit.offline_since is None else stamp(unit.offline_since)


def device(world: World, unit: Device, view: View) -> Payload:
    """Return a unit; what was put into its payload by hand is there in any case."""
    return {**plain_device(world, unit, view), **unit.raw}


def plain_device(world: World, unit: Device, view: View) -> Payload:
    """Return a unit without what was put into its payload by hand."""
    everything = {
        "id": unit.id,
        "property_id": unit.property_id,
        "name": unit.name,
        "device_mac": unit.mac,
        "serial_number": unit.serial,
        "category": unit.category,
        "enabled": unit.enabled,
        "alarms": shown_alarms(unit, view),
        "features": unit.features,
        "tier_features": unit.tier_features,
        "device_pillar": unit.pillar,
        "settings": unit.settings,
        **{name: _EXTRA[name](world, unit, view) for name in view.fields},
        "connection_status": "online" if unit.online else "offline",
        "last_updated_at": view.heard(unit),
        "trees": energy.trees(unit, world.property_of(unit), world.time),
        "ac_control_active": unit.drives_ac,
        "air_quality_extended_settings_available": "aq_iaq" in unit.measures,
    }
    return view.reword("Device", everything)


def shown_alarms(unit: Device, view: View) -> list[dict[str, Any]]:
    """Return the configurations of the alarms that the API knows."""
    return [setting for setting in unit.alarms if "name" not in setting or view.flavour.shows(ALARM, setting["name"])]


def _alarm_event_counts(world: World, unit: Device, view: View) -> list[dict[str, Any]]:
    return alarm_counts(world, [unit], view, world.time - COUNTED)


def _latest_values(world: World, unit: Device, view: View) -> list[dict[str, Any]]:
    heard = view.heard(unit)
    return [
        {"name": measure, "value": view.value(measure, value), "timestamp": heard}
        for measure, value in world.readings(unit).items()
        if view.flavour.shows(MEASURE, measure)
    ]


def _in_alarm(world: World, unit: Device, view: View) -> list[str]:
    del world
    return [name for name in unit.active if view.flavour.shows(ALARM, name)]


def _snoozed(world: World, unit: Device, view: View) -> list[str]:
    del world
    return [name for name in unit.snoozed if view.flavour.shows(ALARM, name)]


def _active_alarms(world: World, unit: Device, view: View) -> list[dict[str, Any]]:
    return [{"name": name, "started_at": stamp(unit.active[name].started_at)} for name in _in_alarm(world, unit, view)]


_EXTRA: Mapping[str, Callable[[World, Device, View], Any]] = {
    "alarm_event_counts": _alarm_event_counts,
    "latest_values": _latest_values,
    "in_alarm": _in_alarm,
    "snoozed": _snoozed,
    "active_alarms": _active_alarms,
}
DEVICE_FIELDS = tuple(_EXTRA)


def alarm_counts(
    world: World, units: Iterable[Device], view: View, start: datetime, end: datetime | None = None
) -> list[dict[str, Any]]:
    """Return how often each alarm of these units was raised since `start`, and before `end` if there is one."""
    counts: Counter[str] = Counter()
    for unit in units:
        counts.update(dict.fromkeys((setting["name"] for setting in unit.alarms if "name" in setting), 0))
        counts.update(
            episode.alarm for episode in world.episodes(unit, start) if end is None or episode.started_at < end
        )
    return [{"name": name, "value": value} for name, value in counts.items() if view.flavour.shows(ALARM, name)]


def armed(world: World, place: Property, view: View) -> list[str]:
    """Return the alarms that are armed in a property: its own switches, and what its units have beside them."""
    own = {
        setting["name"]
        for unit in world.devices_of(place.id)
        for setting in unit.alarms
        if setting.get("enabled") and "name" in setting
    }
    switched = {*place.armed, *(name for name in (CROWD_IN_QUIET_HOURS,) if place.settings.get(name) is True)}
    from_units = own - set(PROPERTY_ALARMS)
    return [
        name
        for name in (*ALARMS, CROWD_IN_QUIET_HOURS)
        if view.flavour.shows(ALARM, name) and (name in switched or name in from_units)
    ]


def property_(world: World, place: Property, view: View) -> Payload:
    """Return a property without what has to be asked for."""
    units = world.devices_of(place.id)
    tiers = {tier for unit in units for tier in unit.tier_features}
    everything = {
        "id": place.id,
        "name": place.name,
        "category": place.category,
        "address": place.address,
        "timezone": place.timezone,
        "settings": place.settings,
        "enabled": place.enabled,
        "role": place.role,
        "enabled_alarms": armed(world, place, view),
        "enabled_features": ["eco"] if place.eco else [],
        "enabled_tier_features": sorted(tiers),
    }
    return view.reword("Property", everything)


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


def notification(item: Notification, view: View) -> Payload:
    """Return a notification."""
    everything = {
        "id": item.id,
        "type": item.type,
        "property_id": item.property_id,
        "device_id": item.device_id,
        "seen": item.seen,
        "created_at": stamp(item.created_at),
        "title": item.title,
        "message": item.message,
    }
    return view.reword("Notification", everything)


def points(series: Iterable[Point], measure: str, view: View, *, nulls: bool) -> list[dict[str, Any]]:
    """Return a series; where nothing is known, either nothing or null."""
    return [
        {"timestamp": local_stamp(point.start), "value": view.value(measure, point.value)}
        for point in series
        if nulls or point.value is not None
    ]
