"""What the bridge remembers of what it published, in one JSON file: written when it changed, never half."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import json
import logging
from pathlib import Path
from threading import Lock
from typing import Any, Final

from .. import durable
from ..cloud.stored import InvalidRecord, Record
from .absences import Missing
from .ledger import KeyLedger

_LOGGER: Final = logging.getLogger(__name__)
_LEDGER: Final = "ledger"
_MISSING: Final = "missing"


@dataclass(frozen=True, slots=True)
class State:
    """What outlives the bridge."""

    ledger: KeyLedger = field(default_factory=KeyLedger)
    missing: Missing = field(default_factory=Missing)

    def is_news_to(self, saved: State) -> bool:
        """Tell whether this is worth being written: times alone are so every quarter of an hour."""
        return self.ledger is not saved.ledger or self.missing.is_news_to(saved.missing)

    def as_dict(self) -> dict[str, Any]:
        """Write it as plain JSON."""
        return {_LEDGER: self.ledger.as_dict(), _MISSING: self.missing.as_dict()}


class StateFile:
    """Keeps one state in a file that has one writer."""

    def __init__(self, path: Path) -> None:
        """Read what an earlier run left. What cannot be read is said, and costs what it held."""
        self._path = path
        self._lock = Lock()
        self._fails = False
        self.saved = _read(path)

    async def keep(self, state: State, *, last: bool = False) -> None:
        """Write the state if it is worth it; the `last` one, at a stop, if it differs at all.

        Returns once it would survive a power cut. A failure is logged once; each later call tries again.
        """
        if not (state != self.saved if last else state.is_news_to(self.saved)):
            return
        try:
            await asyncio.to_thread(self._write, state)
        except OSError as error:
            if not self._fails:
                why = error.strerror
                _LOGGER.warning("%s cannot be written (%s); a restart would forget what it holds", self._path, why)
            self._fails = True
            return
        self._fails = False
        self.saved = state

    def _write(self, state: State) -> None:
        # A call that was cancelled goes on in its thread.
        with self._lock:
            durable.make_folder(self._path.parent)
            durable.replace(self._path, json.dumps(state.as_dict()).encode())


def _read(path: Path) -> State:
    try:
        members: Mapping[str, object] = Record.of(json.loads(path.read_bytes()), "state").members
    except FileNotFoundError:
        return State()
    except OSError as error:
        _LOGGER.warning("%s cannot be read (%s); the bridge begins without it", path, error.strerror)
        return State()
    except (ValueError, RecursionError) as error:
        _LOGGER.warning("%s is damaged (%s); the bridge begins without it", path, type(error).__name__)
        return State()

    def member[Value](name: str, parse: Callable[[object], Value], default: Value) -> Value:
        if members.get(name) is None:
            return default
        try:
            return parse(members[name])
        except InvalidRecord as error:
            _LOGGER.warning("%s: its member %s is damaged (%s); the bridge begins without it", path, name, error)
            return default

    return State(
        ledger=member(_LEDGER, KeyLedger.from_dict, KeyLedger()),
        missing=member(_MISSING, Missing.from_dict, Missing()),
    )
