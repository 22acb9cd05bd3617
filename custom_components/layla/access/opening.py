"""Opening the account of an entry, by whichever way is stored."""

from asyncio import Task
from collections.abc import Coroutine
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryError,
    ConfigEntryNotReady,
    ImplementationUnavailableError,
    UnknownImplementationError,
)
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import async_get_config_entry_implementation
from yarl import URL

from ..air_conditioning.store import AcStore
from ..application_credentials import SignInImplementation, signing_in_at
from ..cloud.account import Account
from ..cloud.layla.air_conditioning import DEFAULT_LEAD
from ..cloud.layla.owner_account import OwnerAccount
from ..cloud.layla.partner_account import PartnerAccount
from ..cloud.oauth.sign_in import SignIn
from ..cloud.oauth.tokens import Tokens
from ..cloud.route import InvalidRoute
from ..const import CONF_AC_LEAD, CONF_KIND, CONF_ROUTES, DOMAIN, KIND_OAUTH
from .token_file import TokenFile
from .ways import Addresses


async def opened(hass: HomeAssistant, entry: ConfigEntry, ac_store: AcStore) -> Account:
    """Open the account of an entry.

    Raises ConfigEntryError where a path of the options cannot work, ConfigEntryAuthFailed where the credentials of a
    sign-in are gone, and ConfigEntryNotReady where they cannot be had now.
    """
    session, url = async_get_clientsession(hass), URL(entry.data[CONF_URL])
    routes = entry.options.get(CONF_ROUTES)
    try:
        if entry.data[CONF_KIND] == KIND_OAUTH:
            return PartnerAccount.by_sign_in(session, url, await _sign_in(hass, entry), routes)
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


async def _sign_in(hass: HomeAssistant, entry: ConfigEntry) -> SignIn:
    """Take up the sign-in of an entry where it was left."""
    implementation = await _implementation(hass, entry)

    def start(renewal: Coroutine[Any, Any, Tokens]) -> Task[Tokens]:
        """Let unloading and shutting down wait for a renewal: what it brings must reach the disk."""
        return entry.async_create_task(hass, renewal, "renew a sign-in")

    return SignIn(implementation.endpoint, await TokenFile.opened(hass, entry), start)


async def _implementation(hass: HomeAssistant, entry: ConfigEntry) -> SignInImplementation:
    try:
        with signing_in_at(Addresses.of(entry.data).server):
            found = await async_get_config_entry_implementation(hass, entry)
    except UnknownImplementationError as error:
        raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="credentials_missing") from error
    except ImplementationUnavailableError as error:
        raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="credentials_unavailable") from error
    if not isinstance(found, SignInImplementation):
        raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="credentials_missing")
    return found
