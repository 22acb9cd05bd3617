"""What a person tells Home Assistant once: where the units are, and what is urgent of all they say."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from .client import HomeAssistant, Json

_ICONS: Final[Mapping[str, str]] = {
    "Bathroom": "mdi:shower",
    "Bedroom": "mdi:bed",
    "Hallway": "mdi:door-open",
    "Kitchen": "mdi:stove",
    "Living room": "mdi:sofa",
    "Loft": "mdi:stairs-up",
    "Master bedroom": "mdi:bed-king",
    "Meeting room": "mdi:human-male-board",
    "Open space": "mdi:desk",
    "Terrace": "mdi:balcony",
}
_ALERTS: Final = ("smoke_alarm", "co_alarm")


async def remove_defaults(client: HomeAssistant) -> None:
    """Remove the rooms that every new Home Assistant comes with."""
    for area in await client.command("config/area_registry/list"):
        await client.command("config/area_registry/delete", area_id=area["area_id"])


async def assign(client: HomeAssistant) -> None:
    """Make a floor of every property, and on it a room for each of its units, named as the unit is."""
    devices = {device["id"]: device for device in await client.command("config/device_registry/list")}
    entities = _by_device(await client.command("config/entity_registry/list"))
    floors: dict[str, str] = {}
    for device in devices.values():
        if _kind(device) != "unit":
            continue
        home = devices[device["via_device_id"]]
        if home["id"] not in floors:
            floor = await client.command("config/floor_registry/create", name=home["name"], icon="mdi:home")
            floors[home["id"]] = floor["floor_id"]
        area = await client.command(
            "config/area_registry/create",
            name=device["name"],
            icon=_ICONS.get(device["name"], "mdi:floor-plan"),
            floor_id=floors[home["id"]],
            temperature_entity_id=entities[device["id"]].get("temperature"),
            humidity_entity_id=entities[device["id"]].get("humidity"),
        )
        await client.command("config/device_registry/update", device_id=device["id"], area_id=area["area_id"])


async def choose_alerts(client: HomeAssistant) -> None:
    """Let the overview speak up when there is smoke or carbon monoxide."""
    entities = _by_device(await client.command("config/entity_registry/list"))
    alerts = [{"entity": keys[key]} for keys in entities.values() for key in _ALERTS if key in keys]
    await client.command("frontend/set_system_data", key="security", value={"alert_entities": alerts})


def _kind(device: Json) -> str:
    """Return unit, property or account; nothing for a device of another integration."""
    names: list[str] = [name for domain, name in device["identifiers"] if domain == "layla"]
    return names[0].split(":")[1] if names else ""


def _by_device(entities: list[Json]) -> Mapping[str, Mapping[str, str]]:
    """Return the entity ids of every device, by the key that ends their unique ids."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for entity in entities:
        if entity["platform"] == "layla":
            found[entity["device_id"]][entity["unique_id"].rsplit(":", 1)[1]] = entity["entity_id"]
    return found
