"""What is known of an account's air conditioners, on disk: it is written before anything is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Self, TypedDict

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.util.dt import parse_datetime, utcnow

from ..cloud.air_conditioner import AirConditioner
from ..cloud.memory import Document
from ..const import DOMAIN, LOGGER

_VERSION: Final = 1
_TOLD_AT: Final = "told_at"


class _Stored(TypedDict):
    slots: dict[str, Document]
    shown: dict[str, dict[str, Any]]


class AcStore:
    """The account's memory of timers and schedules, and what each air conditioner was told last."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Name the file after the entry."""
        key = f"{DOMAIN}.air_conditioners.{entry.entry_id}"
        self._store: Store[_Stored] = Store(hass, _VERSION, key, atomic_writes=True)
        self._stored = _Stored(slots={}, shown={})
        self._told_before: dict[str, Any] = {}

    @classmethod
    async def opened(cls, hass: HomeAssistant, entry: ConfigEntry) -> Self:
        """Read what an earlier run has kept."""
        store = cls(hass, entry)
        await store._load()
        return store

    async def _load(self) -> None:
        """Read the file; one that cannot be read is said, and costs what it held."""
        try:
            stored: Mapping[str, Any] = await self._store.async_load() or {}
            self._stored = _Stored(slots=dict(stored.get("slots", {})), shown=dict(stored.get("shown", {})))
        except (HomeAssistantError, NotImplementedError, AttributeError, TypeError, ValueError) as error:
            LOGGER.warning("The file of air conditioners, %s, cannot be read (%r)", self._store.key, error)

    @property
    def documents(self) -> Mapping[str, Document]:
        """What the cloud client keeps, by unit."""
        return self._stored["slots"]

    async def keep(self, device_id: str, document: Document) -> None:
        """Keep what the cloud client knows of a unit's timer and schedule; returns once it is on disk."""
        self._stored["slots"][device_id] = document
        await self._store.async_save(self._stored)

    async def forget_documents(self) -> None:
        """Forget what the cloud client knows; what each air conditioner was told last stays."""
        self._stored["slots"] = {}
        await self._store.async_save(self._stored)

    def shown(self, device_id: str) -> AirConditioner | None:
        """Return what the air conditioner was told last; None when nothing is known."""
        known = self._stored["shown"].get(device_id)
        try:
            return AirConditioner.from_dict(known) if known else None
        except (KeyError, TypeError, ValueError) as error:
            LOGGER.warning("What an air conditioner was told last cannot be read: %r", error)
            return None

    def told_at(self, device_id: str) -> datetime | None:
        """Return when the air conditioner was told, or said to do, what is shown; None if that is not known."""
        known = self._stored["shown"].get(device_id)
        written = known.get(_TOLD_AT) if isinstance(known, Mapping) else None
        told_at = parse_datetime(written) if isinstance(written, str) else None
        return told_at if told_at and told_at.tzinfo else None

    async def show(self, device_id: str, state: AirConditioner | None) -> None:
        """Keep what the air conditioner was told last, None to forget it; returns once that is on disk."""
        known = self._stored["shown"].get(device_id)
        self._told_before[device_id] = known.get(_TOLD_AT) if isinstance(known, Mapping) else None
        await self._show(device_id, state, utcnow().isoformat())

    async def take_back(self, device_id: str, state: AirConditioner | None) -> None:
        """Keep what was shown before, with the time at which that was told; returns once that is on disk."""
        await self._show(device_id, state, self._told_before.get(device_id))

    async def _show(self, device_id: str, state: AirConditioner | None, told_at: str | None) -> None:
        if state:
            self._stored["shown"][device_id] = {**state.as_dict(), _TOLD_AT: told_at}
        else:
            self._stored["shown"].pop(device_id, None)
        await self._store.async_save(self._stored)

    async def remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()
