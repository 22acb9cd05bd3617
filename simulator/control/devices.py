"""Verbs that add, remove and change units, and raise their alarms."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from simulator.errors import bad_request
from simulator.house import homes, infrared
from simulator.house.catalogue import MEASURES
from simulator.house.device import Device, HandReading
from simulator.house.room import LiveRoom, Room, room_seed, still
from simulator.house.world import World

from .verbs import ALARM, BOOLEAN, MEASURE, PILLAR, TEXT, Asked, Verb, fresh_id, listed, members

_READINGS = {
    "type": "object",
    "properties": {name: {"type": ["number", "null"]} for name in MEASURES},
    "additionalProperties": False,
}


def summary(world: World, unit: Device) -> dict[str, Any]:
    """Return a unit as the control API shows it; temperatures in °C."""
    held = unit.infrared
    return {
        "id": unit.id,
        "property_id": unit.property_id,
        "name": unit.name,
        "category": unit.category,
        "pillar": unit.pillar,
        "online": unit.online,
        "enabled": unit.enabled,
        "readings": world.readings(unit),
        "alarms": {name: episode.started_at.isoformat() for name, episode in unit.active.items()},
        "snoozed": unit.snoozed,
        "ac": {
            "driven": unit.smart_ac,
            "on": held.ac.on,
            "mode": held.ac.mode,
            "temperature": held.ac.temperature,
            "timer": held.timer and {"at": held.timer.at.isoformat(), "action": held.timer.action},
            "schedule": held.schedule and held.schedule.as_json(),
            "appliance_config": dict(held.config),
            "frames": len(held.frames),
        },
    }


def add(asked: Asked) -> dict[str, Any]:
    """Let a unit appear; it is alive in a world that is."""
    world, body = asked.simulation.world, asked.body
    place = asked.place(body["property_id"])
    name = fresh_id(body.get("id"), "device", world.devices)
    pillar = body.get("pillar", "noise")
    alive = any(unit.room.changes_by_itself for unit in world.devices.values())
    room: Room = LiveRoom(seed=room_seed(world.seed, place.id, name)) if alive else still(name)
    unit = homes.unit(
        name,
        place.id,
        body.get("name", name),
        room,
        category=body.get("category", "SP"),
        pillar=pillar,
        measures=tuple(body.get("measures", MEASURES)),
        drives_ac=pillar == "smart_ac",
    )
    world.add_device(unit)
    return summary(world, unit)


def remove(asked: Asked) -> dict[str, Any]:
    """Let a unit disappear."""
    asked.simulation.world.remove_device(asked.device.id)
    return {}


def change(asked: Asked) -> dict[str, Any]:
    """Change a unit: each member is one thing that happens to it."""
    world, unit, body = asked.simulation.world, asked.device, asked.body
    if "property_id" in body:
        world.move_device(unit, asked.place(body["property_id"]).id)
    if "online" in body:
        _connect(unit, online=body["online"], at=world.time)
    for member, attribute in _PLAIN.items():
        if member in body:
            setattr(unit, attribute, body[member])
    _set_readings(unit, body.get("readings", {}), world.time)
    _release(unit, body.get("release", ()), world.time)
    world.changed(unit)
    return summary(world, unit)


def alarm(asked: Asked) -> dict[str, Any]:
    """Raise or end an alarm by hand."""
    world, unit = asked.simulation.world, asked.device
    world.ring(unit, asked.body["name"], active=asked.body["active"], by_hand=True)
    return summary(world, unit)


def remote(asked: Asked) -> dict[str, Any]:
    """Press the remote control of the air conditioner that a unit drives."""
    world, unit = asked.simulation.world, asked.device
    if not unit.smart_ac:
        raise bad_request(f"{unit.name} drives no air conditioner; accepted: units with the pillar smart_ac")
    infrared.by_remote(unit, asked.body["action"], world.time, world.property_of(unit).zone, asked.body)
    world.changed(unit)
    return summary(world, unit)


def _connect(unit: Device, *, online: bool, at: datetime) -> None:
    if online == unit.online:
        return
    if online:
        unit.silences[-1] = (unit.silences[-1][0], at)
    else:
        unit.silences.append((at, None))


def _set_readings(unit: Device, readings: Mapping[str, float | None], at: datetime) -> None:
    for measure, value in readings.items():
        if measure not in unit.measures:
            unit.measures = (*unit.measures, measure)
        unit.hand.setdefault(measure, []).append(HandReading(at.timestamp(), value))


def _release(unit: Device, measures: list[str], at: datetime) -> None:
    for measure in measures:
        unit.hand.setdefault(measure, []).append(HandReading(at.timestamp(), released=True))


_PLAIN = {
    "name": "name",
    "enabled": "enabled",
    "device_pillar": "pillar",
    "ac_control_active": "drives_ac",
    "snoozed": "snoozed",
    "raw": "raw",
}

VERBS = (
    Verb(
        "POST",
        "/devices",
        add,
        members(
            ("property_id",),
            property_id=TEXT,
            name=TEXT,
            id=TEXT,
            category={"enum": ["EM", "SP", "v3.0"]},
            pillar=PILLAR,
            measures=listed(MEASURE),
        ),
        HTTPStatus.CREATED,
    ),
    Verb("DELETE", "/devices/{id}", remove),
    Verb(
        "PATCH",
        "/devices/{id}",
        change,
        members(
            online=BOOLEAN,
            name=TEXT,
            enabled=BOOLEAN,
            readings=_READINGS,
            release=listed(MEASURE),
            raw={"type": "object"},
            property_id=TEXT,
            device_pillar=PILLAR,
            ac_control_active=BOOLEAN,
            snoozed=listed(ALARM),
        ),
    ),
    Verb(
        "POST",
        "/devices/{id}/remote",
        remote,
        members(
            ("action",),
            action={"enum": ["on", "off"]},
            mode=TEXT,
            temperature={"type": "number"},
            fan_speed=TEXT,
        ),
    ),
    Verb(
        "POST",
        "/alarms",
        alarm,
        members(("device_id", "name", "active"), device_id=TEXT, name=ALARM, active=BOOLEAN),
    ),
)
