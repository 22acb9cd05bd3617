"""An account's answers in Home Assistant's words: with the devices that its ids stand for."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util.json import JsonObjectType

from ..asking import ask, execute
from ..cloud.commands import Command
from ..cloud.questions import Answer, Question
from ..coordinator import LaylaCoordinator
from ..registry.identity import Kind, device_identifier

_IDS = {"property_id": ("property", Kind.PROPERTY), "device_id": ("unit", Kind.UNIT)}


async def asked(coordinator: LaylaCoordinator, question: Question) -> JsonObjectType:
    """Ask an account. Raises HomeAssistantError, translated."""
    return answered(coordinator, await ask(coordinator, question))


async def executed(coordinator: LaylaCoordinator, command: Command) -> JsonObjectType:
    """Have an account do something, and return what it told of it. Raises HomeAssistantError, translated."""
    return answered(coordinator, await execute(coordinator, command))


@callback
def answered(coordinator: LaylaCoordinator, answer: Answer) -> JsonObjectType:
    """Return an answer in which properties and units have a name and their device's id, for other actions to take.

    The device is null while Home Assistant has none, or an account that shares the home shows it.
    """
    return dict(_members(coordinator, answer))


def _told(coordinator: LaylaCoordinator, value: Any) -> Any:
    if isinstance(value, list):
        return [_told(coordinator, item) for item in value]
    return _members(coordinator, value) if isinstance(value, Mapping) else value


def _members(coordinator: LaylaCoordinator, members: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in members.items():
        if name in _IDS:
            place, kind = _IDS[name]
            told[place] = _item(coordinator, kind, value)
        elif name == "property" and isinstance(value, Mapping):
            told[name] = _item(coordinator, Kind.PROPERTY, value.get("id"))
        else:
            told[name] = _told(coordinator, value)
    return told


def _item(coordinator: LaylaCoordinator, kind: Kind, item_id: str | None) -> dict[str, str | None] | None:
    if item_id is None:
        return None
    item = coordinator.data.properties.get(item_id) if kind is Kind.PROPERTY else coordinator.data.devices.get(item_id)
    registry, entry_id = dr.async_get(coordinator.hass), coordinator.config_entry.entry_id
    device = registry.async_get_device_by_identifier(device_identifier(kind, item_id), entry_id)
    return {"id": item_id, "name": item.name if item else None, "device_id": device.id if device else None}
