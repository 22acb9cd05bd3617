"""Which account, properties and units an action is for: found by what users choose, and checked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.device_registry import DeviceEntry
import probatio

from ..const import DOMAIN
from ..coordinator import LaylaConfigEntry, LaylaCoordinator
from ..failures import refused
from ..registry.identity import Kind, item_of
from .action import Fields

ACCOUNT: Final[Fields] = {probatio.Optional(ATTR_CONFIG_ENTRY_ID): cv.string}
"""The account; not needed where there is one alone."""
ONE_DEVICE: Final[Fields] = {probatio.Required(ATTR_DEVICE_ID): cv.string}
# A template that finds none must not stand for all.
_SOME: Final = probatio.All(cv.ensure_list, [cv.string], probatio.Length(min=1))
DEVICES: Final[Fields] = {probatio.Required(ATTR_DEVICE_ID): _SOME}
WITHIN: Final[Fields] = {**ACCOUNT, probatio.Optional(ATTR_DEVICE_ID): _SOME}
"""An account, or some properties and units of one."""
WITHIN_ONE: Final[Fields] = {**ACCOUNT, probatio.Optional(ATTR_DEVICE_ID): probatio.All(cv.string, cv.ensure_list)}
"""An account, or one property or unit of it."""
ANYTHING: Final = (Kind.PROPERTY, Kind.UNIT, Kind.ACCOUNT)


@dataclass(frozen=True, slots=True)
class Item:
    """One account, property or unit."""

    coordinator: LaylaCoordinator
    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Within:
    """An account, and what of it is meant; nothing named is all of it."""

    coordinator: LaylaCoordinator
    property_ids: Sequence[str]
    device_ids: Sequence[str]


@callback
def account(call: ServiceCall) -> LaylaCoordinator:
    """Return the account that is named, else the only one that is loaded. Raises ServiceValidationError."""
    if entry_id := call.data.get(ATTR_CONFIG_ENTRY_ID):
        named: LaylaConfigEntry = service.async_get_config_entry(call.hass, DOMAIN, entry_id)
        return named.runtime_data
    loaded: list[LaylaConfigEntry] = call.hass.config_entries.async_loaded_entries(DOMAIN)
    if not loaded:
        raise refused("no_account_loaded")
    if len(loaded) > 1:
        raise refused("which_account", accounts=", ".join(sorted(entry.title for entry in loaded)))
    return loaded[0].runtime_data


@callback
def one(call: ServiceCall, *kinds: Kind) -> Item:
    """Return the one device that is named, which must be of one of the kinds. Raises ServiceValidationError."""
    return _item(call.hass, call.data[ATTR_DEVICE_ID], kinds)


@callback
def several(call: ServiceCall, *kinds: Kind) -> list[Item]:
    """Return the devices that are named, each once. Raises ServiceValidationError."""
    return _items(call.hass, call.data[ATTR_DEVICE_ID], kinds)


@callback
def within(call: ServiceCall, *kinds: Kind) -> Within:
    """Return an account and those of its devices that are named. Raises ServiceValidationError.

    The device of the account itself, where it is among the kinds, stands for all of it.
    """
    items = _items(call.hass, call.data.get(ATTR_DEVICE_ID, ()), kinds)
    coordinator = _of_one_account(call, items)
    chosen = () if any(item.kind is Kind.ACCOUNT for item in items) else items
    return Within(coordinator, _ids(chosen, Kind.PROPERTY), _ids(chosen, Kind.UNIT))


def _of_one_account(call: ServiceCall, items: Sequence[Item]) -> LaylaCoordinator:
    if not items:
        return account(call)
    first = items[0].coordinator
    named = account(call) if ATTR_CONFIG_ENTRY_ID in call.data else first
    if any(item.coordinator is not named for item in items):
        raise refused("devices_of_several_accounts")
    return named


def _items(hass: HomeAssistant, device_ids: Iterable[str], kinds: Collection[Kind]) -> list[Item]:
    return [_item(hass, device_id, kinds) for device_id in dict.fromkeys(device_ids)]


def _item(hass: HomeAssistant, device_id: str, kinds: Collection[Kind]) -> Item:
    device: DeviceEntry
    entry: LaylaConfigEntry
    device, entry = service.async_get_device_and_config_entry(hass, DOMAIN, device_id, include_child_devices=False)
    for kind in kinds:
        if item_id := item_of(kind, device.identifiers):
            return Item(entry.runtime_data, kind, item_id)
    raise refused(_wrong_kind(kinds), device=device.name_by_user or device.name or device_id)


def _wrong_kind(kinds: Collection[Kind]) -> str:
    """Return the key of the text that says what was expected."""
    if Kind.UNIT not in kinds:
        return "not_a_property"
    return "not_a_unit_or_property" if Kind.PROPERTY in kinds else "not_a_unit"


def _ids(items: Iterable[Item], kind: Kind) -> list[str]:
    return [item.id for item in items if item.kind is kind]
