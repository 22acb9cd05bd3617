"""Areas: where a unit is, suggested once, when its device is new.

Home Assistant puts the area's name before the device's in the ids of new entities. With several properties that tells
their units apart. Where the area is called as the device is, it would stand there twice, so it stands aside while
entities get their ids.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr

from ..cloud.model import Device, Property, Snapshot


def several_properties(snapshot: Snapshot) -> bool:
    """Tell whether the account has more than one property, listed or only named by units."""
    named = {device.property_id for device in snapshot.devices.values() if device.property_id}
    return len(snapshot.properties.keys() | named) > 1


def of_property(item: Property, *, several: bool) -> str | None:
    """Name the area of a property's own device: among several it is an area, a single one is not."""
    return item.name if several else None


def of_unit(device: Device, snapshot: Snapshot, *, several: bool) -> str | None:
    """Name the area of a unit: as its property among several, else as itself. None without that name."""
    if not several:
        return device.name
    home = snapshot.properties.get(device.property_id or "")
    return home.name if home else None


class Areas:
    """Lets areas stand aside while entities get their ids."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin with every device where it is."""
        self._entry = entry
        self._devices = dr.async_get(hass)
        self._areas = ar.async_get(hass)
        self._aside: dict[str, str] = {}
        self._holds = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let areas stand aside within; they come back when nobody holds them any more."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
            if not self._holds:
                self._put_back()

    @callback
    def set_aside(self, identifiers: Iterable[tuple[str, str]]) -> None:
        """Take devices that get more entities out of an area called as they are; called while areas are held."""
        for identifier in identifiers:
            device = self._devices.async_get_device_by_identifier(identifier, self._entry.entry_id)
            name = device and (device.name_by_user or device.name)
            area = self._areas.async_get_area_by_name(name) if name else None
            if device and area and device.area_id == area.id:
                self._aside[device.id] = area.id
                self._devices.async_update_device(device.id, area_id=None)

    def _put_back(self) -> None:
        aside, self._aside = self._aside, {}
        for device_id, area_id in aside.items():
            device = self._devices.async_get(device_id)
            # Meanwhile the device may be gone, or the user may have moved it or deleted the area.
            if device and not device.area_id and self._areas.async_get_area(area_id):
                self._devices.async_update_device(device_id, area_id=area_id)
