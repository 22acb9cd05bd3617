"""What the history remembers over a restart: a small file in the bridge's folder."""

from dataclasses import dataclass, field
from datetime import datetime
import json
import logging
from pathlib import Path
from threading import Lock
from typing import Final

from .. import durable
from ..cloud.stored import Record
from .backlog import Backlog

NAME: Final = "history.json"
"""How the file is called, in the bridge's folder."""

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """When the last good refresh was, and what was missed and not fetched yet."""

    refreshed: datetime | None = None
    backlog: Backlog = field(default_factory=Backlog)


class HistoryFile:
    """Reads and writes it. Both block; several threads may call."""

    def __init__(self, path: Path) -> None:
        """Take the file's path; its folder has to exist."""
        self._path = path
        self._lock = Lock()
        self._failed = False

    def read(self) -> Kept:
        """Return what was kept; nothing where there is no file, or one that cannot be read, which is said."""
        try:
            record = Record.of(json.loads(self._path.read_bytes()), "history")
            return Kept(record.instant_or_none("refreshed"), Backlog.of_record(record, "missed"))
        except FileNotFoundError:
            return Kept()
        except (OSError, ValueError, RecursionError) as error:
            _LOGGER.warning("%s cannot be read (%s): what an earlier run missed is not fetched", self._path, error)
            return Kept()

    def write(self, kept: Kept) -> None:
        """Keep this from now on, whole or not at all; that it failed is said once, as the rest does without."""
        members = {
            "refreshed": kept.refreshed and kept.refreshed.isoformat(),
            "missed": kept.backlog.as_list(),
        }
        with self._lock:
            try:
                durable.replace(self._path, json.dumps(members).encode())
            except OSError as error:
                if not self._failed:
                    _LOGGER.warning("%s cannot be written (%s): after a restart, less is fetched", self._path, error)
                self._failed = True
            else:
                self._failed = False
