"""The units as Home Assistant's registries know them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from .client import HomeAssistant

_UNIT: Final = "layla:unit:"
"""How the identifier of a unit's device begins, and the unique ids of its entities."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its id in the cloud, its device, the name of its property, and its entities by their keys."""

    id: str
    device_id: str
    name: str
    home: str
    entities: Mapping[str, str] = field(default_factory=dict)


async def units(client: HomeAssistant) -> list[Unit]:
    """Return all units; an entity that is disabled is not listed."""
    devices = {device["id"]: device for device in await client.command("config/device_registry/list")}
    entities: dict[str, dict[str, str]] = {}
    for entity in await client.command("config/entity_registry/list"):
        if entity["platform"] == "layla" and not entity["disabled_by"]:
            key = entity["unique_id"].rpartition(":")[2]
            entities.setdefault(entity["device_id"], {})[key] = entity["entity_id"]
    return [
        Unit(
            id=name.removeprefix(_UNIT),
            device_id=device_id,
            name=device["name"],
            home=devices[device["via_device_id"]]["name"],
            entities=entities.get(device_id, {}),
        )
        for device_id, device in devices.items()
        for domain, name in device["identifiers"]
        if domain == "layla" and name.startswith(_UNIT)
    ]
