"""What a person tells Home Assistant once: where the units are, and what is urgent of all they say."""

from collections.abc import Mapping
from typing import Final

from .client import HomeAssistant
from .units import units

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


async def remove_all(client: HomeAssistant) -> None:
    """Remove the rooms that every new Home Assistant comes with, and the one that was suggested for each property."""
    for area in await client.command("config/area_registry/list"):
        await client.command("config/area_registry/delete", area_id=area["area_id"])


async def assign(client: HomeAssistant) -> None:
    """Make a floor of every property, and on it a room for each of its units, named as the unit is."""
    floors: dict[str, str] = {}
    for unit in await units(client):
        if unit.home not in floors:
            floor = await client.command("config/floor_registry/create", name=unit.home, icon="mdi:home")
            floors[unit.home] = floor["floor_id"]
        area = await client.command(
            "config/area_registry/create",
            name=unit.name,
            icon=_ICONS.get(unit.name, "mdi:floor-plan"),
            floor_id=floors[unit.home],
            temperature_entity_id=unit.entities.get("temperature"),
            humidity_entity_id=unit.entities.get("humidity"),
        )
        await client.command("config/device_registry/update", device_id=unit.device_id, area_id=area["area_id"])


async def choose_alerts(client: HomeAssistant) -> None:
    """Let the overview speak up when there is smoke or carbon monoxide."""
    alerts = [
        {"entity": unit.entities[alarm]} for unit in await units(client) for alarm in _ALERTS if alarm in unit.entities
    ]
    await client.command("frontend/set_system_data", key="security", value={"alert_entities": alerts})
