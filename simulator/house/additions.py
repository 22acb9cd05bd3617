"""What an account gets later: properties, units, orders of more units. Their ids are opaque, and the same each time."""

from collections.abc import Container, Mapping
from typing import Any

from . import homes
from .chance import seed_of
from .device import Device
from .property import Property
from .room import LiveRoom, Room, room_seed, still
from .world import World

_MEASURES = ("power", "temperature", "noise")


def add_property(world: World, name: str, zone: str) -> Property:
    """Let a property appear that has no units yet."""
    added = Property(_fresh_id(world, "property", world.properties), name, zone, world.time)
    world.add_property(added)
    return added


def register(world: World, property_id: str, name: str) -> Device:
    """Let a unit appear as it comes out of its box; it is alive in a world that is."""
    identifier = _fresh_id(world, "device", world.devices)
    alive = any(unit.room.changes_by_itself for unit in world.devices.values())
    room: Room = LiveRoom(seed=room_seed(world.seed, property_id, identifier)) if alive else still(identifier)
    added = homes.unit(identifier, property_id, name, room, measures=_MEASURES)
    world.add_device(added)
    return added


def order_units(world: World, wanted: Mapping[str, Any]) -> str:
    """Keep an order of more units; return its id."""
    identifier = _fresh_id(world, "order", world.orders)
    world.orders[identifier] = dict(wanted)
    return identifier


def _fresh_id(world: World, kind: str, taken: Container[str]) -> str:
    number = 0
    while (name := f"{seed_of(kind, world.time.isoformat(), number):016x}") in taken:
        number += 1
    return name
