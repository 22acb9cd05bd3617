"""The least that entities of a coordinator can be: what Home Assistant itself costs."""

from collections.abc import Mapping
import logging
from typing import Final, override

from homeassistant.components.sensor import SensorEntity
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity, DataUpdateCoordinator
from pytest_homeassistant_custom_component.common import (
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from .home_assistant import Entry, set_up

_LOGGER: Final = logging.getLogger(__name__)
_DOMAIN: Final = "bare"

type _Values = Mapping[tuple[int, int], int]


class BareCoordinator(DataUpdateCoordinator[_Values]):
    """Has a number for every entity. All of them change with every refresh."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, devices: int, entities: int) -> None:
        """Spread the entities over the devices."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=_DOMAIN)
        self.keys = [(number % devices, number // devices) for number in range(entities)]
        self._refreshes = 0

    @override
    async def _async_update_data(self) -> _Values:
        self._refreshes += 1
        return dict.fromkeys(self.keys, self._refreshes)


class BareSensor(CoordinatorEntity[BareCoordinator], SensorEntity):
    """One number."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: BareCoordinator, device: int, number: int, *, enabled: bool) -> None:
        """Belong to a device."""
        super().__init__(coordinator)
        self._key = (device, number)
        self._attr_name = f"Number {number}"
        self._attr_entity_registry_enabled_default = enabled
        self._attr_unique_id = f"{device}-{number}"
        self._attr_device_info = DeviceInfo(identifiers={(_DOMAIN, str(device))}, name=f"Device {device}")

    @property
    @override
    def native_value(self) -> int:
        return self.coordinator.data[self._key]


async def bare(hass: HomeAssistant, devices: int, states: int, disabled: int) -> Entry:
    """Set up so many sensors of so many devices, and some more that are disabled."""

    async def set_up_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        entry.runtime_data = coordinator = BareCoordinator(hass, entry, devices, states + disabled)
        await coordinator.async_config_entry_first_refresh()
        await hass.config_entries.async_forward_entry_setups(entry, [Platform.SENSOR])
        return True

    async def set_up_platform(hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddEntitiesCallback) -> None:
        del hass
        coordinator: BareCoordinator = entry.runtime_data
        async_add_entities(
            BareSensor(coordinator, *key, enabled=place < states) for place, key in enumerate(coordinator.keys)
        )

    mock_integration(hass, MockModule(_DOMAIN, async_setup_entry=set_up_entry))
    mock_platform(hass, f"{_DOMAIN}.{Platform.SENSOR}", MockPlatform(async_setup_entry=set_up_platform))
    mock_platform(hass, f"{_DOMAIN}.config_flow", MockPlatform())
    with mock_config_flow(_DOMAIN, ConfigFlow):
        return await set_up(hass, _DOMAIN, {})
