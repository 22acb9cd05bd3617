"""The device registry: an account, its properties behind it, and the units behind their property."""

from collections.abc import Iterable, Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType
from homeassistant.helpers.typing import UNDEFINED

from ..cloud.catalogue import MODELS
from ..cloud.model import Device, Property, Snapshot
from ..const import CONF_ACCOUNT_ID, CONF_KIND, KIND_OAUTH, MANUFACTURER
from . import areas
from .identity import Kind, device_identifier, item_of


@callback
def register(hass: HomeAssistant, entry: ConfigEntry, snapshot: Snapshot, previous: Snapshot | None) -> None:
    """Register what is new or changed since the previous snapshot, outermost first.

    The registry takes the suggested area of a device that it has never seen, and of no other.
    """
    registry = dr.async_get(hass)
    several = areas.several_properties(snapshot)
    known_properties = previous.properties if previous else {}
    known_devices = previous.devices if previous else {}
    changed = {key: item for key, item in snapshot.properties.items() if item is not known_properties.get(key)}
    if previous is None or changed:
        account = _register_account(registry, entry)
        for item in changed.values():
            _register_property(registry, entry, item, account.id, areas.of_property(item, several=several))
    for device in snapshot.devices.values():
        if _told(device) != _told(known_devices.get(device.id)) or device.property_id in changed:
            _register_unit(registry, entry, device, areas.of_unit(device, snapshot, several=several))


@callback
def remove(hass: HomeAssistant, entry: ConfigEntry, kind: Kind, items: Iterable[str]) -> None:
    """Remove those of the devices that are registered; their entities go with them."""
    registry = dr.async_get(hass)
    for item in items:
        if device := registry.async_get_device_by_identifier(device_identifier(kind, item), entry.entry_id):
            registry.async_remove_device(device.id)


@callback
def properties_of_units(hass: HomeAssistant, entry: ConfigEntry) -> Mapping[str, str | None]:
    """Return the registered units with the property that each hangs behind, also those the cloud no longer lists."""
    found = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    properties = {device.id: item for device in found if (item := item_of(Kind.PROPERTY, device.identifiers))}
    return {
        unit: properties.get(device.via_device_id or "")
        for device in found
        if (unit := item_of(Kind.UNIT, device.identifiers))
    }


@callback
def names_of_properties(hass: HomeAssistant, entry: ConfigEntry) -> Mapping[str, str | None]:
    """Return the registered properties with the names that the user sees."""
    return {
        item: device.name_by_user or device.name
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        if (item := item_of(Kind.PROPERTY, device.identifiers))
    }


@callback
def disabled(hass: HomeAssistant, entry: ConfigEntry) -> frozenset[tuple[str, str]]:
    """Return the identifiers of the devices whose entities the user does not want."""
    found = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return frozenset(identifier for device in found if device.disabled for identifier in device.identifiers)


def _told(device: Device | None) -> object:
    """Return what the registry is told of a unit; None of one that it does not know."""
    return device and (device.name, device.category, device.serial_number, device.property_id)


def _register_account(registry: dr.DeviceRegistry, entry: ConfigEntry) -> dr.DeviceEntry:
    return registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={device_identifier(Kind.ACCOUNT, entry.data[CONF_ACCOUNT_ID])},
        entry_type=DeviceEntryType.SERVICE,
        manufacturer=MANUFACTURER,
        translation_key="account",
    )


def _register_property(
    registry: dr.DeviceRegistry, entry: ConfigEntry, item: Property, account_id: str, area: str | None
) -> None:
    registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={device_identifier(Kind.PROPERTY, item.id)},
        manufacturer=MANUFACTURER,
        via_device_id=account_id,
        model=item.category.capitalize() if item.category else None,
        suggested_area=area,
        name=item.name,
        translation_key=None if item.name else "property",
        translation_placeholders={"id": item.id},
    )


def _register_unit(registry: dr.DeviceRegistry, entry: ConfigEntry, device: Device, area: str | None) -> None:
    behind = registry.async_get_device_by_identifier(
        device_identifier(Kind.PROPERTY, device.property_id or ""), entry.entry_id
    )
    identifier = device_identifier(Kind.UNIT, device.id)
    known = registry.async_get_device_by_identifier(identifier, entry.entry_id)
    # The partner API has one word for every unit: it must not take the place of what the owner API told.
    kept = known is not None and known.model is not None and entry.data[CONF_KIND] == KIND_OAUTH
    registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={identifier},
        manufacturer=MANUFACTURER,
        model=UNDEFINED if kept else MODELS.get(device.category or "", device.category),
        # The partner API does not tell it, and must not take it away.
        serial_number=device.serial_number or UNDEFINED,
        via_device_id=behind.id if behind else None,
        suggested_area=area,
        name=device.name,
        translation_key=None if device.name else "unit",
        translation_placeholders={"id": device.serial_number or device.id},
    )
