"""Areas: where a unit is, suggested once, when its device is new.

Home Assistant puts the area's name before the device's in the ids of new entities. With several properties that tells
their units apart, so a unit's area is set at once. Where the area is called as the device is, it would stand there
twice, so it is set when the entities have their ids, and stands aside whenever more of them come.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr

from .cloud.model import Device, Property, Snapshot

type New = tuple[dr.DeviceEntry, Device | Property]


class Areas:
    """Sets the areas of new devices, and holds back those that must wait until entities are added."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Hold nothing back yet."""
        self._entry = entry
        self._devices = dr.async_get(hass)
        self._areas = ar.async_get(hass)
        self._waiting: dict[str, str] = {}
        self._holds = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold areas back while entities may be added; when nothing holds them any more, they are set."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
            if not self._holds:
                self._set_waiting()

    @callback
    def suggest(self, new: Iterable[New], snapshot: Snapshot) -> None:
        """Set the areas of new devices, later where the area is called as the device is."""
        several = _several_properties(snapshot)
        for device, item in new:
            name = area_of(item, snapshot, several=several)
            if name and name == item.name:
                self._waiting[device.id] = name
            elif name:
                self._set(device.id, name)

    @callback
    def set_aside(self, identifiers: Iterable[tuple[str, str]]) -> None:
        """Take devices that get more entities out of an area called as they are; called while areas are held."""
        for identifier in identifiers:
            device = self._devices.async_get_device_by_identifier(identifier, self._entry.entry_id)
            name = device and (device.name_by_user or device.name)
            area = self._areas.async_get_area_by_name(name) if name else None
            if device and area and device.area_id == area.id:
                self._waiting[device.id] = area.name
                self._devices.async_update_device(device.id, area_id=None)

    def _set_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for device_id, name in waiting.items():
            device = self._devices.async_get(device_id)
            if device and not device.area_id:  # else it is gone, or the user was faster
                self._set(device_id, name)

    def _set(self, device_id: str, name: str) -> None:
        area = self._areas.async_get_or_create(name)
        self._devices.async_update_device(device_id, area_id=area.id)


def area_of(item: Device | Property, snapshot: Snapshot, *, several: bool) -> str | None:
    """Name the area of a unit or a property; None without a name.

    Among several properties it is called as the property is. A single property is no area, but each unit in it is.
    """
    if not several:
        return item.name if isinstance(item, Device) else None
    home = item if isinstance(item, Property) else snapshot.properties.get(item.property_id or "")
    return home.name if home else None


def _several_properties(snapshot: Snapshot) -> bool:
    """Tell whether there is more than one, listed or only named by units."""
    named = {device.property_id for device in snapshot.devices.values() if device.property_id}
    return len(snapshot.properties.keys() | named) > 1
