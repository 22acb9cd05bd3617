"""The names by which an account is recognised (L33), kept up to date: an e-mail address may change."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from yarl import URL

from ..cloud.layla.identity import identity
from ..const import CONF_NAMES, DOMAIN


@callback
def learn(hass: HomeAssistant, entry: ConfigEntry, email: str | None) -> None:
    """Add the name that an account has by its owner's address, unless another entry is known by it.

    It may be the only one, and who has to sign in again must be recognised by it.
    """
    names = {*identity(URL(entry.data[CONF_URL]), None, email).names}
    taken = {
        name
        for other in hass.config_entries.async_entries(DOMAIN)
        if other is not entry
        for name in other.data.get(CONF_NAMES, ())
    }
    known = {*entry.data[CONF_NAMES]}
    if new := names - known - taken:
        data = {**entry.data, CONF_NAMES: sorted(known | new)}
        hass.config_entries.async_update_entry(entry, data=data)
