"""Properties: list, status, dashboard, and changes to them."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from simulator.house import additions, profile
from simulator.house.notifications import Notification
from simulator.house.property import CROWD_IN_QUIET_HOURS, PROPERTY_ALARMS, Property
from simulator.house.world import World

from . import payload, spec
from .account import storable
from .property_fields import FIELDS, ORDERS, SHOWN_AFTER_CHANGE, rank
from .ranges import events_span
from .requests import Call, zone_named

_DEFAULTS: Mapping[str, Any] = {"settings": {}, "enabled": 1}


def listed(call: Call) -> list[dict[str, Any]]:
    """Return the properties that fit, with the extra fields that are asked for."""
    places = [place for place in call.world.properties.values() if _fits(call, place)]
    order = call.get("sort_by")
    if order in ORDERS:
        places.sort(key=lambda place: rank(call, place, order), reverse=True)
    return [{**payload.property_(call.world, place, call.view()), **_extra(call, place)} for place in places]


def dashboard(call: Call) -> dict[str, Any]:
    """Return what an app's home screen shows; alarms are counted over the range, by default the last day."""
    asked = events_span(call, zone_named(call.parameters["timezone"], "timezone"))
    world = call.world
    places = world.properties.values()
    counts = payload.alarm_counts(world, world.devices.values(), call.view(), asked.start, asked.end)
    active = Counter(name for unit in world.devices.values() for name in unit.active)
    return {
        "properties": [
            {**payload.property_(world, place, call.view()), **_extra(call, place), **payload.status(world, place)}
            for place in places
        ],
        "subscription": {"plan": "standard", "seats": len(world.devices), "status": "active"},
        "alarms_summary": {row["name"]: {"events": row["value"], "active": active[row["name"]]} for row in counts},
    }


def statuses(call: Call) -> dict[str, Any]:
    """Return the status of several properties, all when none is named."""
    wanted = call.get("property_ids") or list(call.world.properties)
    places = [call.world.properties[name] for name in wanted if name in call.world.properties]
    return {"properties": [payload.status(call.world, place) for place in places]}


def status(call: Call) -> dict[str, Any]:
    """Return the status of one property."""
    return payload.status(call.world, call.place)


def create(call: Call) -> dict[str, Any]:
    """Add a property, still without units."""
    storable("PropertyPatch", call.body)
    zone = zone_named(call.body["timezone"], "body.timezone")
    return _changed(call, additions.add_property(call.world, call.body["name"], zone.key), call.body)


def replace(call: Call) -> dict[str, Any]:
    """Overwrite a property: what was not sent goes back to its default."""
    return _changed(call, call.place, {**_DEFAULTS, **call.body})


def update(call: Call) -> dict[str, Any]:
    """Change part of a property."""
    settings = profile.merged(call.place.settings, call.body.get("settings", {}))
    return _changed(call, call.place, {**call.body, "settings": settings})


def set_alarms(call: Call) -> dict[str, Any]:
    """Arm or disarm alarm families on every unit of the property."""
    place = call.place
    for name in (*PROPERTY_ALARMS, CROWD_IN_QUIET_HOURS):
        wanted = call.get(name)
        if wanted is not None:
            _switch(call.world, place, name, on=wanted)
    return {}


def set_eco(call: Call) -> dict[str, Any]:
    """Switch the energy-saving automation."""
    place = call.place
    wanted = call.get("eco_mode", place.eco)
    if place.set_eco(on=wanted, at=call.now):
        call.world.changed()
        if wanted:
            message = f"Eco mode is on in {place.name}"
            call.world.notify(Notification("eco_mode_enabled", place.id, None, call.now, "Eco mode", message))
    return {}


def _changed(call: Call, place: Property, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Change what differs from what the API shows: the partner API has not every word for what there is."""
    storable("PropertyPatch", sent)
    if "timezone" in sent:
        zone_named(sent["timezone"], "body.timezone")
    before = payload.property_(call.world, place, call.view())
    for member in ("name", "category", "address", "timezone", "settings", "enabled"):
        if member in sent and sent[member] != before[member]:
            setattr(place, member, int(sent[member]) if member == "enabled" else sent[member])
    call.world.changed()
    after = payload.property_(call.world, place, call.view())
    known = spec.members(call.flavour.document, "Property")
    return {**after, **{name: FIELDS[name](call, place) for name in SHOWN_AFTER_CHANGE if name in known}}


def _switch(world: World, place: Property, name: str, *, on: bool) -> None:
    if name == CROWD_IN_QUIET_HOURS:
        place.settings = {**place.settings, name: on}
        _change_alarm(
            world, place, "occupancy_alarm", lambda old: {"quiet_hours": {**old.get("quiet_hours", {}), "enabled": on}}
        )
        return
    (place.armed.add if on else place.armed.discard)(name)
    _change_alarm(world, place, name, lambda _old: {"enabled": on})


def _change_alarm(
    world: World, place: Property, name: str, change: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> None:
    for unit in world.devices_of(place.id):
        unit.alarms = [
            {**setting, **change(setting)} if setting.get("name") == name else setting for setting in unit.alarms
        ]
        world.changed(unit)


def _fits(call: Call, place: Property) -> bool:
    has = {*payload.armed(call.world, place, call.view()), *(["eco"] if place.eco else [])}
    return call.get("id", place.id) == place.id and has.issuperset(call.get("filters", ()))


def _extra(call: Call, place: Property) -> dict[str, Any]:
    return {name: FIELDS[name](call, place) for name in call.get("fields", ()) if name in FIELDS}


HANDLERS = {
    "listProperties": listed,
    "createProperty": create,
    "getDashboard": dashboard,
    "listPropertyStatus": statuses,
    "getPropertyStatus": status,
    "replaceProperty": replace,
    "updateProperty": update,
    "setPropertyAlarms": set_alarms,
    "setPropertyEcoMode": set_eco,
}
