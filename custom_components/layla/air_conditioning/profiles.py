"""Air conditioner profiles: one per model, each a subentry of the account, assigned to units."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..cloud.air_conditioner import Mode, Profile

PROFILE: Final = "air_conditioner_profile"
CONF_UNITS: Final = "units"


def profile(data: Mapping[str, Any]) -> Profile:
    """Read a profile from the data of its subentry."""
    return Profile(
        vendor=data["vendor"],
        model=data["model"],
        modes=[Mode(mode) for mode in data["modes"]],
        lowest=data["lowest"],
        highest=data["highest"],
        step=data["step"],
        fahrenheit=data["fahrenheit"],
        fans=data["fans"],
        swings=data["swings"],
        running_above=data["running_above"],
    )


def profiles(entry: ConfigEntry) -> Mapping[str, Profile]:
    """Return the profiles of an account, by the unit that they are assigned to."""
    return {
        unit: profile(subentry.data)
        for subentry in entry.get_subentries_of_type(PROFILE)
        for unit in subentry.data[CONF_UNITS]
    }


@callback
def reload_with_profiles(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Reload the entry when a profile is added, changed or deleted."""
    loaded = _data(entry)

    @callback
    def changed(change: ConfigEntryChange, other: ConfigEntry) -> None:
        if change is ConfigEntryChange.UPDATED and other is entry and _data(entry) != loaded:
            hass.config_entries.async_schedule_reload(entry.entry_id)

    entry.async_on_unload(async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed))


def _data(entry: ConfigEntry) -> list[Mapping[str, Any]]:
    return [subentry.data for subentry in entry.get_subentries_of_type(PROFILE)]
