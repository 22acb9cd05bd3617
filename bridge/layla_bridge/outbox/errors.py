"""What can go wrong with the file of the outbox. Every text names the file and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import sqlite3
from typing import Final

# The low byte of an error code of SQLite says what kind it is; the rest only where it was noticed.
_KIND: Final = 0xFF
_LOCKED: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_BROKEN: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})


class OutboxError(Exception):
    """The outbox cannot be used as it is."""


class OutboxLocked(OutboxError):
    """Another process has the file."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        super().__init__(
            f"{path} is in use by another process; stop the other bridge, or give this one a folder of its own"
        )


class OutboxFailed(OutboxError):
    """The file cannot be read or written now. Nothing of what was asked for has happened."""

    def __init__(self, path: Path, reason: BaseException) -> None:
        """Name the file and what the system says."""
        super().__init__(
            f"{path} cannot be used ({reason}); see that its folder exists, belongs to this user and has room"
        )


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Raise OutboxLocked or OutboxFailed for what SQLite or the system refuses."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if is_locked(error):
            raise OutboxLocked(path) from error
        raise OutboxFailed(path, error) from error


def is_locked(error: Exception) -> bool:
    """Tell whether another process is the reason."""
    return _kind(error) in _LOCKED


def is_broken(error: Exception) -> bool:
    """Tell whether the file itself is the reason: no database, a damaged one, or one without our tables."""
    return _kind(error) in _BROKEN


def _kind(error: Exception) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & _KIND
