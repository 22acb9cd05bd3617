"""The alarm events of an entry: what was heard is on disk before anyone sees it, and each event is shown once."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.storage import Store
from homeassistant.util.dt import utcnow
from homeassistant.util.signal_type import SignalType

from .cloud.cursor import Cursor
from .cloud.model import Event
from .cloud.stored import InvalidRecord, Record, event_from, event_record
from .const import DOMAIN, LOGGER
from .registry.identity import Kind

_VERSION: Final = 1
# What is told later than this after it happened is marked, so that nobody rushes off for an alarm of last night.
_LATE: Final = timedelta(minutes=15)
SHOWN: Final = SignalType[str, Event]("layla_alarm_event")
"""Sent with the id of the entry and the event once its entities show it, also where it has none."""

type Show = Callable[[Event], None]


def late(event: Event) -> bool:
    """Tell whether an event that is shown now happened long ago."""
    return utcnow() - event.at > _LATE


class AlarmEvents:
    """Keeps the cursor and the events that nobody has seen yet, and shows these to the entities that are there.

    What is found before anyone looks waits on disk. An event leaves the disk before it is shown, so that
    losing power in between loses that one, and shows none twice.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Take the entry whose file it is; nothing is read yet."""
        self._hass = hass
        self._entry_id = entry_id
        self._store = _store(hass, entry_id)
        self._shows: dict[tuple[Kind, str], Show] = {}
        self._delivery = asyncio.Lock()
        self._delivering = False
        self._writable = True
        self.cursor: Cursor | None = None
        self.pending: Sequence[Event] = ()

    async def load(self) -> None:
        """Read what an earlier run kept; a file that cannot be read is said, and costs what it held."""
        try:
            stored = await self._store.async_load()
            if stored is not None:
                record = Record.of(stored, "file")
                pending = tuple(event_from(item) for item in record.records("pending"))
                self.cursor, self.pending = Cursor.from_dict(record.members.get("cursor")), pending
        except (HomeAssistantError, OSError, NotImplementedError, InvalidRecord) as error:
            LOGGER.warning(
                "The file of alarm events, %s, cannot be read (%s); alarms of the time before this start are not told",
                self._store.key,
                error,
            )

    async def keep(self, cursor: Cursor, news: Sequence[Event]) -> None:
        """Take over what a refresh found. An equal cursor without news writes nothing."""
        changed = cursor != self.cursor
        self.cursor = cursor
        self.pending = (*self.pending, *news)
        # Events that can be shown at once are saved, as shown, when that is done: see `deliver`.
        if news and self._delivering:
            return
        if changed or news:
            await self._save()

    async def open(self) -> None:
        """Show what waits, and from now on show at once: the entities are there, and automations listen."""
        self._delivering = True
        await self.deliver()

    async def close(self) -> None:
        """Show nothing any more: the entities are about to go. What is being shown is finished first."""
        async with self._delivery:
            self._delivering = False

    async def deliver(self) -> None:
        """Show every event that waits, in order, once it is on disk that they are shown."""
        async with self._delivery:
            if not (self._delivering and self.pending):
                return
            events, self.pending = self.pending, ()
            await self._save()
            for event in events:
                self._show(event)

    @callback
    def listen(self, kind: Kind, item_id: str, show: Show) -> Callable[[], None]:
        """Let an entity show the events of its unit or property; returns how to stop that."""
        self._shows[kind, item_id] = show

        @callback
        def stop() -> None:
            del self._shows[kind, item_id]

        return stop

    def _show(self, event: Event) -> None:
        for receiver in ((Kind.UNIT, event.device_id), (Kind.PROPERTY, event.property_id)):
            kind, item_id = receiver
            if item_id and (show := self._shows.get((kind, item_id))):
                show(event)
        async_dispatcher_send(self._hass, SHOWN, self._entry_id, event)

    async def _save(self) -> None:
        """Write the file. Where that fails, events are shown all the same: better twice after a restart than never."""
        cursor = self.cursor and self.cursor.as_dict()
        try:
            await self._store.async_save({"cursor": cursor, "pending": _records(self.pending)})
        except OSError as error:
            if self._writable:
                LOGGER.error(
                    "The file of alarm events, %s, cannot be written (%s); a restart may repeat alarm events",
                    self._store.key,
                    error,
                )
            self._writable = False
        else:
            self._writable = True


async def forget(hass: HomeAssistant, entry_id: str) -> None:
    """Remove the file of an entry that is deleted."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, _VERSION, f"{DOMAIN}.events.{entry_id}", private=True, atomic_writes=True)


def _records(events: Iterable[Event]) -> list[dict[str, str | None]]:
    return [event_record(event) for event in events]
