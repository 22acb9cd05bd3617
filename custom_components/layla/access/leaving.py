"""Leaving an account, or the way into it that can command air conditioners: nothing of ours stays set there."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..air_conditioning.settling import settle_for_good
from ..air_conditioning.store import AcStore
from ..const import CONF_KIND, KIND_TOKEN
from .opening import opened


async def settle(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Put back what the last commands to air conditioners had to set aside, as soon as they are out."""
    ac_store = await AcStore.opened(hass, entry)
    if ac_store.documents and entry.data[CONF_KIND] == KIND_TOKEN:
        await settle_for_good(await opened(hass, entry, ac_store))
