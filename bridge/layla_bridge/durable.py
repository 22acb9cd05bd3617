"""Small private files that are replaced as a whole or not at all, also by a power cut."""

import os
from pathlib import Path
from typing import Final

_OWNER_ONLY: Final = 0o600
_OWNER_FOLDER: Final = 0o700


def replace(path: Path, content: bytes) -> None:
    """Write beside the file, and rename when it is whole and on disk; only its owner can read it. Raises OSError.

    What a kill left is written over. One writer at a time: who has several keeps them apart.
    """
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder that only its owner can look into, where there is none. Raises OSError."""
    path.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)


def sync(folder: Path) -> None:
    """Bring names in a folder to disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
