"""Opening the account of an entry, by whichever way is stored."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

from ..air_conditioning.store import AcStore
from ..cloud.account import Account
from ..cloud.layla.air_conditioning import DEFAULT_LEAD
from ..cloud.layla.owner_account import OwnerAccount
from ..cloud.layla.partner_account import PartnerAccount
from ..cloud.route import InvalidRoute
from ..const import CONF_AC_LEAD, CONF_KIND, CONF_ROUTES, DOMAIN, KIND_OAUTH
from .signed_in import signed_in


async def opened(hass: HomeAssistant, entry: ConfigEntry, ac_store: AcStore) -> Account:
    """Open the account of an entry.

    Raises ConfigEntryError where a path of the options cannot work, ConfigEntryAuthFailed where the credentials of a
    sign-in are gone, and ConfigEntryNotReady where they cannot be had now.
    """
    session, url = async_get_clientsession(hass), URL(entry.data[CONF_URL])
    routes = entry.options.get(CONF_ROUTES)
    try:
        if entry.data[CONF_KIND] == KIND_OAUTH:
            return PartnerAccount.by_sign_in(session, url, await signed_in(hass, entry), routes)
        return OwnerAccount.by_token(
            session,
            url,
            entry.data[CONF_TOKEN],
            routes,
            memory=ac_store,
            ac_lead=entry.options.get(CONF_AC_LEAD, DEFAULT_LEAD),
        )
    except InvalidRoute as error:
        raise ConfigEntryError(
            translation_domain=DOMAIN, translation_key="invalid_route", translation_placeholders={"reason": str(error)}
        ) from error
