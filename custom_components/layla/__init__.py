"""LaylaElectric homes in Home Assistant."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.typing import ConfigType

from . import actions, alarm_events
from .access import signed_in
from .access.leaving import settle
from .access.opening import opened
from .air_conditioning import choice
from .air_conditioning.profiles import reload_with_profiles
from .air_conditioning.store import AcStore
from .const import CONF_ACCOUNT_ID, DOMAIN
from .coordinator import LaylaConfigEntry, LaylaCoordinator
from .detail import limit
from .history import backfill
from .history.file import HistoryFile
from .platforms import DESCRIBING
from .registry import absences, sharing
from .registry.identity import Kind, device_identifier
from .upkeep import watch as upkeep

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = [*DESCRIBING]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions."""
    del config
    actions.async_register(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: LaylaConfigEntry) -> bool:
    """Set up one account."""
    ac_store = await AcStore.opened(hass, entry)
    account = await opened(hass, entry, ac_store)
    coordinator = LaylaCoordinator(hass, entry, account, DESCRIBING, ac_store)
    with coordinator.areas.held():
        await coordinator.async_config_entry_first_refresh()
        coordinator.figures.begin()
        entry.runtime_data = coordinator
        coordinator.history = await backfill.opened(hass, coordinator)
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    coordinator.air_conditioners.begin()
    choice.ask_when_needed(hass, entry)
    upkeep.watch(hass, entry)
    if coordinator.history:
        coordinator.history.begin()
    reload_with_profiles(hass, entry)
    _show_alarm_events(hass, entry)
    return True


@callback
def _show_alarm_events(hass: HomeAssistant, entry: LaylaConfigEntry) -> None:
    """Show what happened meanwhile, and from now on what every refresh brings, once all other entities know it.

    While Home Assistant starts, no automation listens yet; so events wait for it.
    """
    coordinator = entry.runtime_data
    events = coordinator.alarm_events

    @callback
    def deliver() -> None:
        if events.pending:
            _ = entry.async_create_task(hass, events.deliver(), "alarm events")

    async def begin(hass: HomeAssistant) -> None:
        del hass
        await events.open()

    entry.async_on_unload(coordinator.async_add_listener(deliver))
    entry.async_on_unload(async_at_started(hass, begin))


async def async_unload_entry(hass: HomeAssistant, entry: LaylaConfigEntry) -> bool:
    """Unload one account."""
    if entry.disabled_by:
        _forget(hass, entry)
    await entry.runtime_data.air_conditioners.close()
    await entry.runtime_data.alarm_events.close()
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    absences.withdraw(hass, entry)
    await entry.runtime_data.absences.save()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: LaylaConfigEntry) -> None:
    """Leave nothing behind of an account that is deleted."""
    _forget(hass, entry)
    await absences.forget(hass, entry)
    await settle(hass, entry)
    await (await AcStore.opened(hass, entry)).remove()
    await signed_in.forget(hass, entry)
    await HistoryFile(hass, entry).remove()
    await alarm_events.forget(hass, entry.entry_id)


def _forget(hass: HomeAssistant, entry: LaylaConfigEntry) -> None:
    sharing.forget(hass, entry)
    limit.forget(hass, entry)
    upkeep.forget(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: LaylaConfigEntry, device_entry: DeviceEntry
) -> bool:
    """Let users delete a property or a unit that the cloud no longer lists."""
    del hass
    if entry.state is not ConfigEntryState.LOADED:
        return False  # what is listed is not known
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
