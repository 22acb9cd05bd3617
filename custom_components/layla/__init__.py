"""LaylaElectric homes in Home Assistant."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from . import limit, sharing
from .const import CONF_ACCOUNT_ID
from .coordinator import LaylaConfigEntry, LaylaCoordinator
from .identity import Kind, device_identifier
from .platforms import DESCRIBING

PLATFORMS = [*DESCRIBING]


async def async_setup_entry(hass: HomeAssistant, entry: LaylaConfigEntry) -> bool:
    """Set up one account."""
    coordinator = LaylaCoordinator(hass, entry, DESCRIBING)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: LaylaConfigEntry) -> bool:
    """Unload one account."""
    if entry.disabled_by:
        _forget(hass, entry)
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: LaylaConfigEntry) -> None:
    """Leave nothing behind of an account that is deleted."""
    _forget(hass, entry)


def _forget(hass: HomeAssistant, entry: LaylaConfigEntry) -> None:
    sharing.forget(hass, entry)
    limit.forget(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: LaylaConfigEntry, device_entry: DeviceEntry
) -> bool:
    """Let users delete a property or a unit that the cloud no longer lists."""
    del hass
    data = entry.runtime_data.data
    listed = {
        device_identifier(Kind.ACCOUNT, entry.data[CONF_ACCOUNT_ID]),
        *(device_identifier(Kind.PROPERTY, item) for item in data.properties),
        *(device_identifier(Kind.UNIT, unit) for unit in data.devices),
    }
    return device_entry.identifiers.isdisjoint(listed)
