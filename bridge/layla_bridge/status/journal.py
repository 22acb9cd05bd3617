"""The last warnings and errors of the bridge, each once, for the status page and the log topic."""

import asyncio
from asyncio import AbstractEventLoop
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
import logging
from logging import LogRecord
from typing import Final, NamedTuple, override

from ..cloud.errors import without_secrets

_MOST: Final = 50
_AGAIN: Final = timedelta(minutes=15)

type Listener = Callable[[Entry], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A warning or an error without secrets: how often it was met, `since` when, and `at` what time last.

    `level` is a word such as `error`, `source` the module that it came from.
    """

    at: datetime
    since: datetime
    level: str
    source: str
    text: str
    count: int = 1


class _Key(NamedTuple):
    """What makes two messages the same."""

    level: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class _Kept:
    entry: Entry
    told: datetime


class Journal(logging.Handler):
    """Keeps the last warnings and errors; one that repeats itself is counted, and told again only after a pause.

    Add it to a logger. Any thread may log; what this does never logs, and a listener is told later, so that a
    listener that logs makes no loop.
    """

    def __init__(self, *, secrets: Iterable[str] = (), most: int = _MOST, again: timedelta = _AGAIN) -> None:
        """Keep at most so many entries, and no text that has one of the secrets in it."""
        super().__init__(logging.WARNING)
        # The longest first: what is part of another one must not leave the rest of that behind.
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)
        self._most = most
        self._again = again
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._listening: tuple[AbstractEventLoop, Listener] | None = None

    @property
    def entries(self) -> Sequence[Entry]:
        """What was met last, the newest first."""
        self.acquire()
        try:
            return tuple(kept.entry for kept in reversed(self._kept.values()))
        finally:
            self.release()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have the running event loop call somebody with each entry that is to be told; returns how to end that."""
        self._listening = (asyncio.get_running_loop(), listener)

        def end() -> None:
            self._listening = None

        return end

    @override
    def emit(self, record: LogRecord) -> None:
        """Take a record of the logging; the lock of the handler is held."""
        try:
            key = _Key(record.levelname.lower(), record.name, self._text(record))
        except Exception:  # noqa: BLE001 - the arguments of a message are anybody's, and logging must not raise
            self.handleError(record)
            return
        self._keep(key, datetime.fromtimestamp(record.created, UTC))

    def _text(self, record: LogRecord) -> str:
        text = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            text = f"{text}: {type(error).__name__}: {error}"
        return without_secrets(text, self._secrets)

    def _keep(self, key: _Key, at: datetime) -> None:
        known = self._kept.pop(key, None)
        if known is None:
            entry = Entry(at=at, since=at, level=key.level, source=key.source, text=key.text)
        else:
            entry = replace(known.entry, at=at, count=known.entry.count + 1)
        tells = known is None or at - known.told >= self._again
        self._kept[key] = _Kept(entry, at if known is None or tells else known.told)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        if tells:
            self._tell(entry)

    def _tell(self, entry: Entry) -> None:
        if self._listening is None:
            return
        loop, listener = self._listening
        # Threads outlive the loop at a stop.
        if not loop.is_closed():
            loop.call_soon_threadsafe(listener, entry)
