"""The file of the outbox: opened, checked and locked, or set aside and begun anew."""

from contextlib import closing, suppress
from datetime import datetime
import logging
import os
from pathlib import Path
import sqlite3
from typing import Final

from ..durable import sync
from .errors import is_broken, is_locked, told

_LOGGER = logging.getLogger(__name__)

VERSION: Final = 1
# "Layl": tells our files from those of other programs.
_APPLICATION: Final = 0x4C61796C
# A process that is being replaced needs a moment to end.
_PATIENCE: Final = 2.0
_COMPANIONS: Final = ("", "-wal", "-shm", "-journal")
_TABLES: Final = """
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    record TEXT NOT NULL,
    stored REAL NOT NULL,
    confirmed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX events_pending ON events (seq) WHERE confirmed = 0;
CREATE INDEX events_stored ON events (stored);
CREATE TABLE seen (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, stored REAL NOT NULL) STRICT;
CREATE INDEX seen_stored ON seen (stored);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""
# Fail where a table is not as we made it.
_QUESTIONS: Final = (
    "SELECT seq, record, stored, confirmed FROM events LIMIT 0",
    "SELECT number, id, stored FROM seen LIMIT 0",
    "SELECT name, value FROM facts LIMIT 0",
)


class _Unreadable(Exception):
    """A database that is damaged, not ours, or not of this version."""


def opened(path: Path, now: datetime) -> sqlite3.Connection:
    """Open the file, or make it; nobody else can until the connection is closed or the process ends.

    A file that is damaged or not ours is renamed, with one warning. Raises OutboxLocked and OutboxFailed.
    """
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _opened(path, now)
        except (sqlite3.DatabaseError, _Unreadable) as error:
            if isinstance(error, sqlite3.DatabaseError) and not is_broken(error):
                raise
            aside = _set_aside(path, now)
            _LOGGER.warning(
                "The outbox %s cannot be read (%s) and is now %s; events that were not delivered yet are in there",
                path,
                error,
                aside.name,
            )
        return _opened(path, now)


def _opened(path: Path, now: datetime) -> sqlite3.Connection:
    _make_private(path)
    # Every statement is its own transaction unless we begin one. One thread uses it, not always the one that opened it.
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, now)
        path.chmod(0o600)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, now: datetime) -> None:
    # Before the first access: the lock is then held until the end, and no shared memory is needed.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN EXCLUSIVE")
    application, version, tables = (
        connection.execute(question).fetchone()[0]
        for question in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_schema")
    )
    if (application, version, tables) == (0, 0, 0):
        _begin(connection, now)
    elif application != _APPLICATION:
        raise _Unreadable("it belongs to another program")
    elif version != VERSION:
        raise _Unreadable(f"it has version {version}, and this program writes version {VERSION}")
    connection.execute("COMMIT")
    if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise _Unreadable("it is damaged")
    for question in _QUESTIONS:
        connection.execute(question)
    connection.execute("PRAGMA journal_mode = WAL")
    # What the disk has garbled must not stop the reading of the rest.
    connection.text_factory = lambda written: written.decode(errors="replace")


def _begin(connection: sqlite3.Connection, now: datetime) -> None:
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    # A reader remembers the last number that it has. With the clock as the first one, numbers also go up when the
    # file is lost.
    first = int(now.timestamp() * 1000)
    connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ?)", (first,))
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _make_private(path: Path) -> None:
    """Make the file for its owner alone; what SQLite puts beside it has the same mode."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        # The name has to survive a power cut too.
        sync(path.parent)


def _set_aside(path: Path, now: datetime) -> Path:
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    names = (
        path.with_name(f"{path.name}.broken-{stamp}{suffix}") for suffix in ("", *(f"-{n}" for n in range(2, 100)))
    )
    aside = next(name for name in names if not name.exists())
    for companion in _COMPANIONS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + companion).rename(aside.with_name(aside.name + companion))
    return aside


def in_use(path: Path) -> bool:
    """Tell whether another process has the file, and leave it as it is. Raises OutboxFailed.

    One that is damaged or not ours is in nobody's use: it is set aside when it is opened.
    """
    if not path.exists():
        return False
    with told(path), closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            # As `_prepare` does: without shared memory, so that nothing is left beside the file.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if is_locked(error):
                return True
            if not is_broken(error):
                raise
    return False
