"""The sign-ins of the entries, each for as long as Home Assistant runs.

A renewal may take longer than a reload waits for it. Whoever began anew then would use the same refresh token again,
and a server that sees one twice ends the sign-in.
"""

from asyncio import Task
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final

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
from ..const import CONF_SIGN_IN, DOMAIN
from . import token_file
from .token_file import TokenFile
from .ways import Addresses


@dataclass(frozen=True, slots=True)
class _Known:
    sign_in: SignIn
    id: str
    """Which of the entry's sign-ins it is; after another one it is taken up no more."""


_KNOWN: Final[HassKey[dict[str, _Known]]] = HassKey(f"{DOMAIN}_sign_ins")


async def signed_in(hass: HomeAssistant, entry: ConfigEntry) -> SignIn:
    """Take up the sign-in of an entry where it was left.

    Raises ConfigEntryAuthFailed where the credentials are gone, ConfigEntryNotReady where something cannot be had now.
    """
    known = hass.data.setdefault(_KNOWN, {})
    found = known.get(entry.entry_id)
    if found and found.id == entry.data[CONF_SIGN_IN]:
        return found.sign_in
    if found:
        await found.sign_in.settled()
    implementation = await _implementation(hass, entry)

    def start(renewal: Coroutine[Any, Any, Tokens]) -> Task[Tokens]:
        """Let unloading and shutting down wait for a renewal: what it brings must reach the disk."""
        return entry.async_create_task(hass, renewal, "renew a sign-in")

    sign_in = SignIn(implementation.endpoint, await TokenFile.opened(hass, entry), start)
    known[entry.entry_id] = _Known(sign_in, entry.data[CONF_SIGN_IN])
    return sign_in


async def forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget the sign-in of an entry that is deleted, or no longer signs in, with what is on disk of it."""
    if found := hass.data.get(_KNOWN, {}).pop(entry.entry_id, None):
        await found.sign_in.settled()
    await token_file.forget(hass, entry)


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
