"""Verbs for the whole: state, properties, profile, clock."""

from http import HTTPStatus
from typing import Any

from simulator.house import profile
from simulator.house.property import Property
from simulator.layla.requests import zone_named

from . import devices
from .verbs import ANYTHING, BOOLEAN, SECONDS, TEXT, Asked, Verb, fresh_id, members


def state(asked: Asked) -> dict[str, Any]:
    """Return everything there is, in short."""
    world = asked.simulation.world
    return {
        **_clock(asked),
        "properties": [_property(place) for place in world.properties.values()],
        "devices": [devices.summary(world, unit) for unit in world.devices.values()],
    }


def add_property(asked: Asked) -> dict[str, Any]:
    """Let a property appear, without units."""
    world, body = asked.simulation.world, asked.body
    name = fresh_id(body.get("id"), "property", world.properties)
    zone = zone_named(body.get("timezone", "Europe/Berlin"), "body.timezone").key
    place = Property(name, body.get("name", name), zone, world.time)
    world.add_property(place)
    return _property(place)


def remove_property(asked: Asked) -> dict[str, Any]:
    """Let a property disappear with its units."""
    asked.simulation.world.remove_property(asked.place(asked.name).id)
    return {}


def change_profile(asked: Asked) -> dict[str, Any]:
    """Change the owner's profile."""
    world = asked.simulation.world
    world.profile = profile.merged(world.profile, asked.body)
    world.changed()
    return world.profile


def change_clock(asked: Asked) -> dict[str, Any]:
    """Stop the clock or let it run, change its speed, then move it forward; what was due happens at once."""
    clock, body = asked.simulation.world.clock, asked.body
    if "frozen" in body:
        clock.freeze(frozen=body["frozen"])
    if "speed" in body:
        clock.set_speed(body["speed"])
    clock.advance(body.get("advance", 0))
    asked.simulation.world.catch_up()
    return _clock(asked)


def _clock(asked: Asked) -> dict[str, Any]:
    world = asked.simulation.world
    return {"now": world.time.isoformat(), "speed": world.clock.speed, "frozen": world.clock.frozen}


def _property(place: Property) -> dict[str, Any]:
    return {"id": place.id, "name": place.name, "timezone": place.timezone, "eco": place.eco}


VERBS = (
    Verb("GET", "/state", state),
    Verb("POST", "/properties", add_property, members(id=TEXT, name=TEXT, timezone=TEXT), HTTPStatus.CREATED),
    Verb("DELETE", "/properties/{id}", remove_property),
    Verb("PATCH", "/profile", change_profile, members((), **dict.fromkeys(profile.defaults(), ANYTHING))),
    Verb(
        "POST",
        "/clock",
        change_clock,
        members(advance=SECONDS, speed={"type": "number", "exclusiveMinimum": 0}, frozen=BOOLEAN),
    ),
)
