"""The outbox as the rest of the bridge uses it: nothing here blocks the event loop."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, Self

from ..cloud.cursor import Cursor
from ..cloud.model import Event
from .store import Limits, Store, Stored

_BATCH: Final = 1000


def _now() -> datetime:
    return datetime.now(UTC)


class Outbox:
    """Events from the moment they are found until the broker has them, and seven days longer for replay.

    Calls run one after the other, in the order in which they are made, in a thread of their own. Every one raises
    OutboxFailed. One that is cancelled may still happen: it is safe to make it again.
    """

    def __init__(self, store: Store, thread: ThreadPoolExecutor, clock: Callable[[], datetime]) -> None:
        """Use an open file; `opened` makes it."""
        self._store = store
        self._thread = thread
        self._clock = clock

    @classmethod
    async def opened(cls, path: Path, limits: Limits | None = None, clock: Callable[[], datetime] = _now) -> Self:
        """Open the file, or make it; a damaged or foreign one is set aside. Raises OutboxLocked and OutboxFailed."""
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")
        try:
            store = await _in(thread, partial(Store, path, limits or Limits(), clock()))
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(store, thread, clock)

    async def close(self) -> None:
        """Let go of the file, after what is under way."""
        await _in(self._thread, self._store.close)
        self._thread.shutdown()

    def cursor(self) -> Cursor | None:
        """Return the cursor that was stored with the newest events; None before the first one."""
        return self._store.cursor

    @property
    def depth(self) -> int:
        """How many events wait for the broker."""
        return self._store.depth

    @property
    def dropped(self) -> int:
        """How many events had to go before the broker had them, since the file was made."""
        return self._store.dropped

    async def append(self, events: Sequence[Event], cursor: Cursor) -> list[Stored]:
        """Store events and the cursor that goes with them, both or neither; return those that are news, numbered."""
        return await _in(self._thread, partial(self._store.append, events, cursor, self._clock()))

    async def pending(self, after: int = 0, limit: int = _BATCH) -> list[Stored]:
        """Return the oldest events after a number that the broker has not confirmed."""
        return await _in(self._thread, partial(self._store.pending, after, limit))

    async def confirm(self, seq: int) -> None:
        """Take it that the broker has an event."""
        await _in(self._thread, partial(self._store.confirm, seq))

    async def after(self, seq: int, limit: int = _BATCH) -> list[Stored]:
        """Return the events after a number, also confirmed ones: for who missed them."""
        return await _in(self._thread, partial(self._store.after, seq, limit, self._clock()))


async def _in[Result](thread: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
    return await asyncio.get_running_loop().run_in_executor(thread, work)
