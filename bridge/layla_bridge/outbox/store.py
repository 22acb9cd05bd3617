"""What the outbox keeps, and how: plain calls that block, for one thread."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
import json
import logging
from pathlib import Path
from typing import Final

from ..cloud.cursor import Cursor
from ..cloud.model import Event
from ..cloud.stored import Record, event_from, event_record
from .errors import told
from .file import opened

_LOGGER = logging.getLogger(__name__)

# Ids are small, and are needed when their events had to go.
_IDS_PER_EVENT: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long, and how many at most, events are kept; the oldest go first."""

    age: timedelta = timedelta(days=7)
    number: int = 100_000


@dataclass(frozen=True, slots=True)
class Stored:
    """An event with its number. Numbers go up, and none is given twice."""

    seq: int
    event: Event


class Store:
    """The file, while it is open. Every call raises OutboxFailed, and has then changed nothing."""

    def __init__(self, path: Path, limits: Limits, now: datetime) -> None:
        """Open the file, or make it. Raises OutboxLocked and OutboxFailed."""
        self._path = path
        self._limits = limits
        self.cursor: Cursor | None = None
        self.dropped = self.depth = 0
        self._connection = opened(path, now)
        try:
            self._begin(now)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def append(self, events: Iterable[Event], cursor: Cursor, now: datetime) -> list[Stored]:
        """Store the events that are news, and the cursor, both or neither; return these events.

        Once this returns, a power cut undoes none of it. Without news nothing is written.
        """
        events = list(events)
        if not events and cursor == self.cursor:
            self.tidy(now)
            return []
        with self._transaction(durable=True):
            found = [stored for event in events if (stored := self._stored(event, now))]
            self._remember("cursor", json.dumps(cursor.as_dict()))
            lost = self._forget(now)
        self.cursor = cursor
        self._count(len(found), lost)
        return found

    def tidy(self, now: datetime) -> None:
        """Drop what became too old."""
        with told(self._path):
            oldest = self._connection.execute(
                "SELECT min(stored) FROM (SELECT min(stored) AS stored FROM events UNION SELECT min(stored) FROM seen)"
            ).fetchone()[0]
        if oldest is not None and oldest < self._horizon(now):
            with self._transaction(durable=False):
                lost = self._forget(now)
            self._count(0, lost)

    def pending(self, after: int, limit: int) -> list[Stored]:
        """Return what was not confirmed yet, oldest first."""
        return self._read(
            "SELECT seq, record FROM events WHERE confirmed = 0 AND seq > ? ORDER BY seq LIMIT ?", after, limit
        )

    def after(self, seq: int, limit: int, now: datetime) -> list[Stored]:
        """Return everything after a number that is not too old, oldest first."""
        return self._read(
            "SELECT seq, record FROM events WHERE seq > ? AND stored >= ? ORDER BY seq LIMIT ?",
            seq,
            self._horizon(now),
            limit,
        )

    def confirm(self, seq: int) -> None:
        """Take it that the broker has the event. A power cut may undo this: it is then sent once more."""
        with self._transaction(durable=False):
            done = self._connection.execute("UPDATE events SET confirmed = 1 WHERE seq = ? AND confirmed = 0", (seq,))
        self.depth -= done.rowcount

    def _begin(self, now: datetime) -> None:
        with told(self._path):
            self.cursor = self._read_cursor()
            self.dropped = _number(self._fact("dropped"))
            self.depth = int(self._connection.execute("SELECT count(*) FROM events WHERE confirmed = 0").fetchone()[0])
        self.tidy(now)

    def _stored(self, event: Event, now: datetime) -> Stored | None:
        """Store an event; None for one that was stored before."""
        stamp = now.timestamp()
        name = event.id.encode(errors="surrogatepass")
        known = self._connection.execute("INSERT OR IGNORE INTO seen (id, stored) VALUES (?, ?)", (name, stamp))
        if not known.rowcount:
            return None
        row = self._connection.execute(
            "INSERT INTO events (record, stored) VALUES (?, ?)", (json.dumps(event_record(event)), stamp)
        )
        return Stored(int(row.lastrowid or 0), event)

    def _forget(self, now: datetime) -> int:
        """Drop what is too old or too much; return how much of it was never delivered."""
        horizon, most = self._horizon(now), self._limits.number
        lost = self._delete("stored < ?", horizon)
        lost += self._delete("seq <= (SELECT seq FROM events ORDER BY seq DESC LIMIT 1 OFFSET ?)", most)
        self._connection.execute("DELETE FROM seen WHERE stored < ?", (horizon,))
        self._connection.execute(
            "DELETE FROM seen WHERE number <= (SELECT number FROM seen ORDER BY number DESC LIMIT 1 OFFSET ?)",
            (most * _IDS_PER_EVENT,),
        )
        return lost

    def _delete(self, which: str, value: float) -> int:
        """Delete events, and write down how many of them were never delivered."""
        question = f"DELETE FROM events WHERE {which} RETURNING confirmed"  # noqa: S608  # the words are all in this file
        gone = self._connection.execute(question, (value,)).fetchall()
        lost = sum(not confirmed for (confirmed,) in gone)
        if lost:
            self._remember("dropped", str(_number(self._fact("dropped")) + lost))
        return lost

    def _count(self, added: int, lost: int) -> None:
        self.depth += added - lost
        self.dropped += lost

    def _horizon(self, now: datetime) -> float:
        return (now - self._limits.age).timestamp()

    @contextmanager
    def _transaction(self, *, durable: bool) -> Iterator[None]:
        """Do everything or nothing; if `durable`, it is on the disk itself when this ends."""
        with told(self._path):
            # A transaction that ends without waiting for the disk is still whole after a power cut, or not there.
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _read(self, question: str, *values: float) -> list[Stored]:
        with told(self._path):
            rows = self._connection.execute(question, values).fetchall()
        return [Stored(seq, event) for seq, record in rows if (event := self._event(seq, record))]

    def _event(self, seq: int, record: str) -> Event | None:
        """Read an event; one that cannot be read is dropped, so that it stops nothing."""
        try:
            return event_from(Record.of(json.loads(record), "event"))
        except ValueError as error:
            _LOGGER.warning("Event %d in %s cannot be read (%s) and is dropped", seq, self._path, error)
        with self._transaction(durable=False):
            lost = self._delete("seq = ?", seq)
        self._count(0, lost)
        return None

    def _fact(self, name: str) -> str | None:
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row and str(row[0])

    def _remember(self, name: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", (name, value))

    def _read_cursor(self) -> Cursor | None:
        written = self._fact("cursor")
        try:
            return None if written is None else Cursor.from_dict(json.loads(written))
        except ValueError as error:
            _LOGGER.warning(
                "The cursor in %s cannot be read (%s); alarms of the time before this start are not told",
                self._path,
                error,
            )
            return None


def _number(written: str | None) -> int:
    return int(written) if written and written.isdecimal() else 0
