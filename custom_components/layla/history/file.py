"""The ledger of an account on disk."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from ..cloud.stored import InvalidRecord, Record
from ..const import DOMAIN, LOGGER
from .ledger import Ledger


class HistoryFile:
    """Reads and writes the ledger of one entry."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Name the file after the entry."""
        self._store: Store[dict[str, Any]] = Store(
            hass, 1, f"{DOMAIN}.history.{entry.entry_id}", private=True, atomic_writes=True
        )

    async def read(self) -> Ledger:
        """Return what an earlier run kept; a file that cannot be read is said, and costs requests alone."""
        try:
            stored = await self._store.async_load()
            return Ledger() if stored is None else Ledger.of_record(Record.of(stored, "file"))
        except (HomeAssistantError, OSError, NotImplementedError, InvalidRecord) as error:
            LOGGER.warning(
                "The file of the history import, %s, cannot be read (%s); the last 30 days are looked at again",
                self._store.key,
                error,
            )
            return Ledger()

    @callback
    def write_soon(self, ledger: Ledger) -> None:
        """Have it written within a second, or when Home Assistant stops."""
        self._store.async_delay_save(ledger.as_dict, 1)

    async def write(self, ledger: Ledger) -> None:
        """Write it now."""
        await self._store.async_save(ledger.as_dict())

    async def remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()
