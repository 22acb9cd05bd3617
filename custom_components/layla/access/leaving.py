"""Leaving an account, or one way into it for another: nothing of ours stays behind, nothing of the user's is lost."""

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant

from ..air_conditioning.control import scheduler
from ..air_conditioning.store import AcStore
from ..cloud.settling import settle_for_good
from ..const import CONF_KIND, KIND_TOKEN
from ..registry import absences
from .opening import opened


async def leave(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Prepare for another way in: the other API may command no air conditioner, and may list other units."""
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)
    await settle(hass, entry)
    await absences.spare_unlisted(hass, entry)


async def settle(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Put back what the last commands to air conditioners had to set aside, as soon as they are out.

    What was known of timers and schedules is forgotten: whoever comes back must not put it over what is newer then.
    """
    ac_store = await AcStore.opened(hass, entry)
    if ac_store.documents and entry.data[CONF_KIND] == KIND_TOKEN:
        await settle_for_good(await opened(hass, entry, ac_store), scheduler(hass))
        await ac_store.forget_documents()
