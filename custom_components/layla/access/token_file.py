"""The tokens of a sign-in, in a file of their own: what Home Assistant writes of its entries comes a second late."""

from typing import Final, TypedDict

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady, HomeAssistantError
from homeassistant.helpers.storage import Store

from ..cloud.oauth.tokens import Tokens
from ..cloud.stored import InvalidRecord
from ..const import CONF_SIGN_IN, DOMAIN, LOGGER

_VERSION: Final = 1


class _Stored(TypedDict):
    sign_in: str
    tokens: dict[str, str | float | None]


class TokenFile:
    """Keeps what the entry's sign-in was renewed to; until then it is what the entry has."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin with the tokens that signing in brought."""
        self._hass = hass
        self._entry = entry
        self._sign_in: str = entry.data[CONF_SIGN_IN]
        self.tokens = Tokens.from_record(entry.data[CONF_TOKEN])

    @classmethod
    async def opened(cls, hass: HomeAssistant, entry: ConfigEntry) -> TokenFile:
        """Read what an earlier run has kept of this sign-in.

        Where that cannot be read, the entry's own tokens are no substitute: they have been replaced, and a server that
        sees them again ends the sign-in. Raises ConfigEntryNotReady, or ConfigEntryAuthFailed where it makes no sense.
        """
        file = cls(hass, entry)
        try:
            kept = await _store(hass, entry).async_load()
        except (HomeAssistantError, NotImplementedError) as error:
            raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="sign_in_unreadable") from error
        try:
            if kept and kept["sign_in"] == file._sign_in:
                file.tokens = Tokens.from_record(kept["tokens"])
        except (InvalidRecord, KeyError, TypeError) as error:
            LOGGER.warning("The file of a sign-in makes no sense: %r", error)
            raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="authentication_failed") from None
        return file

    async def keep(self, tokens: Tokens) -> None:
        """Keep tokens in place of the last ones; returns once they are on disk. Raises OSError where they are not.

        A store says nothing of a disk that is full, and while Home Assistant stops it writes later. So it is read back.
        """
        stored = _Stored(sign_in=self._sign_in, tokens=tokens.as_record())
        await _store(self._hass, self._entry).async_save(stored)
        if await _store(self._hass, self._entry).async_load() != stored:
            raise OSError("what was written is not there")
        self.tokens = tokens


async def forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the file, of an entry that is deleted or no longer signs in."""
    await _store(hass, entry).async_remove()


def _store(hass: HomeAssistant, entry: ConfigEntry) -> Store[_Stored]:
    return Store(hass, _VERSION, f"{DOMAIN}.sign_in.{entry.entry_id}", private=True, atomic_writes=True)
