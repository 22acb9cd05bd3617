"""The sign-ins of the entries, each for as long as Home Assistant runs.

A renewal may take longer than a reload waits for it. Whoever began anew then would use the same refresh token again,
and a server that sees one twice ends the sign-in.
"""

from asyncio import Task
from collections.abc import Coroutine
from typing import Any, Final, cast

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryNotReady,
    ImplementationUnavailableError,
    UnknownImplementationError,
)
from homeassistant.helpers.config_entry_oauth2_flow import async_get_config_entry_implementation
from homeassistant.util.hass_dict import HassKey

from ..application_credentials import SignInImplementation, signing_in_at
from ..cloud.oauth.sign_in import SignIn
from ..cloud.oauth.tokens import Tokens
from ..const import DOMAIN
from . import token_file
from .token_file import TokenFile
from .ways import Addresses

_KNOWN: Final[HassKey[dict[str, SignIn]]] = HassKey(f"{DOMAIN}_sign_ins")


async def signed_in(hass: HomeAssistant, entry: ConfigEntry) -> SignIn:
    """Take up the sign-in of an entry where it was left.

    Raises ConfigEntryAuthFailed where the credentials are gone, ConfigEntryNotReady where something cannot be had now.
    """
    known = hass.data.setdefault(_KNOWN, {})
    if found := known.get(entry.entry_id):
        return found
    implementation = await _implementation(hass, entry)

    def start(renewal: Coroutine[Any, Any, Tokens]) -> Task[Tokens]:
        """Let unloading and shutting down wait for a renewal: what it brings must reach the disk."""
        return entry.async_create_task(hass, renewal, "renew a sign-in")

    sign_in = known[entry.entry_id] = SignIn(implementation.endpoint, await TokenFile.opened(hass, entry), start)
    return sign_in


async def forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget the sign-in of an entry that is deleted, signs in anew, or does so no longer; on disk as well."""
    if found := hass.data.get(_KNOWN, {}).pop(entry.entry_id, None):
        await found.settled()
    await token_file.forget(hass, entry)


async def _implementation(hass: HomeAssistant, entry: ConfigEntry) -> SignInImplementation:
    try:
        with signing_in_at(Addresses.of(entry.data).server):
            found = await async_get_config_entry_implementation(hass, entry)
    except UnknownImplementationError as error:
        raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="credentials_missing") from error
    except ImplementationUnavailableError as error:
        raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="credentials_unavailable") from error
    # All that there are come from our own platform of application credentials.
    return cast("SignInImplementation", found)
