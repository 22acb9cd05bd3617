"""The names of a unit and of its property as users know them."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..registry.identity import Kind, item_of

type Names = Mapping[str, str | None]
"""`unit` and `property`; None where there is none."""


@callback
def of_entity(hass: HomeAssistant, entity_id: str) -> Names:
    """Name the unit and the property that an entity belongs to."""
    entity = er.async_get(hass).async_get(entity_id)
    devices = dr.async_get(hass)
    device = devices.async_get(entity.device_id or "") if entity else None
    if not isinstance(device, dr.DeviceEntry) or item_of(Kind.UNIT, device.identifiers) is None:
        return {"unit": None, "property": of_device(device)}
    return {"unit": of_device(device), "property": of_device(devices.async_get(device.via_device_id or ""))}


def of_device(device: dr.AnyDeviceEntry | None) -> str | None:
    """Return the name that the user gave to a device, else the cloud's."""
    return (device.name_by_user or device.name) if device else None
