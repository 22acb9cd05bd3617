"""The tokens of a sign-in on disk: one small JSON file that only its owner can read, replaced as a whole or not at all.

The bridge and the command that signs in anew are two processes: a lock beside the file keeps them apart.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import fcntl
import json
import logging
import os
from pathlib import Path
import stat
from typing import Final

from .. import durable
from ..cloud.oauth.tokens import Tokens
from ..cloud.stored import InvalidRecord

_LOGGER: Final = logging.getLogger(__name__)
_LARGEST: Final = 65536
_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077

type _Version = tuple[int, int, int]


class TokenFileError(Exception):
    """Tokens that cannot be used as they are on disk; the text has the file and the remedy, never a token."""


class TokenFile:
    """Keeps the tokens of one account in a file (`TokenStore` of the client)."""

    def __init__(self, path: Path) -> None:
        """Read the tokens. Raises TokenFileError."""
        self._path = path
        self._version = _version(path)
        self._tokens = _read(path)

    @property
    def tokens(self) -> Tokens:
        """What is kept; a sign-in by another process is seen at the next look.

        Costs a look at the file's date, and reads it only where that changed.
        """
        version = _version(self._path)
        if version != self._version:
            self._version = version
            try:
                self._tokens = _read(self._path)
            except TokenFileError as error:
                # What is in memory still serves; the next start asks for the remedy.
                _LOGGER.warning("The tokens on disk were changed and cannot be read: %s", error)
        return self._tokens

    async def keep(self, tokens: Tokens) -> None:
        """Keep these from now on, unless another process put others there since the last look. Raises OSError.

        Returns once they would survive a power cut.
        """
        await asyncio.to_thread(self._keep, self._tokens, tokens)
        _ = self.tokens

    def _keep(self, known: Tokens, tokens: Tokens) -> None:
        with _locked(self._path):
            found = _found(self._path)
            if found not in (None, known, tokens):
                return
            _replace(self._path, tokens)


def store(path: Path, tokens: Tokens) -> None:
    """Put the tokens of a new sign-in on disk, whatever was there. Raises OSError."""
    durable.make_folder(path.parent)
    with _locked(path):
        _replace(path, tokens)


def _found(path: Path) -> Tokens | None:
    try:
        return _read(path)
    except TokenFileError:
        return None


def _read(path: Path) -> Tokens:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_LARGEST)
    except FileNotFoundError:
        raise TokenFileError(f"{path}: there are no tokens yet; sign in first") from None
    except OSError as error:
        raise TokenFileError(f"{path} cannot be read ({error.strerror}); it has to belong to the bridge") from None
    if mode & _OTHERS:
        raise TokenFileError(f"{path} can be read by others (mode {stat.S_IMODE(mode):04o}); run chmod 600 {path}")
    try:
        return Tokens.from_record(json.loads(content))
    except InvalidRecord as error:
        raise TokenFileError(f"{path} has no usable tokens ({error}); sign in again") from None
    except ValueError, RecursionError:
        raise TokenFileError(f"{path} is not JSON; sign in again") from None


def _version(path: Path) -> _Version | None:
    """Return what changes whenever the file is replaced, or is given another mode; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other processes out; the lock of one that was killed is gone with it."""
    flags = os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path.with_name(f".{path.name}.lock"), flags, _OWNER_ONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: Path, tokens: Tokens) -> None:
    durable.replace(path, json.dumps(tokens.as_record()).encode())
