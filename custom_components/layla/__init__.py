"""LaylaElectric homes in Home Assistant."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from . import absences, sharing
from .const import CONF_ACCOUNT_ID
from .coordinator import LaylaConfigEntry, LaylaCoordinator
from .identity import Kind, device_identifier

PLATFORMS = [Platform.BINARY_SENSOR, Platform.SENSOR]


async def async_setup_entry(hass: HomeAssistant, entry: LaylaConfigEntry) -> bool:
    """Set up one account."""
    coordinator = LaylaCoordinator(hass, entry)
    with coordinator.areas.held():
        await coordinator.async_config_entry_first_refresh()
        entry.runtime_data = coordinator
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: LaylaConfigEntry) -> bool:
    """Unload one account."""
    if entry.disabled_by:
        sharing.forget(hass, entry)
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    absences.withdraw(hass, entry)
    await entry.runtime_data.absences.save()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: LaylaConfigEntry) -> None:
    """Leave nothing behind of an account that is deleted."""
    sharing.forget(hass, entry)
    await absences.forget(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: LaylaConfigEntry, device_entry: DeviceEntry
) -> bool:
    """Let users delete a property or a unit that the cloud no longer lists."""
    del hass
    coordinator = entry.runtime_data
    data = coordinator.data
    listed = {
        device_identifier(Kind.ACCOUNT, entry.data[CONF_ACCOUNT_ID]),
        *(device_identifier(Kind.PROPERTY, item) for item in data.properties),
        *(device_identifier(Kind.UNIT, unit) for unit in data.devices),
    }
    if not device_entry.identifiers.isdisjoint(listed):
        return False
    coordinator.absences.removed_by_hand(device_entry.identifiers)
    return True
