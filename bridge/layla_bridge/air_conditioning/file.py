"""What is known of an account's air conditioners, on disk: it is written before anything is sent."""

import asyncio
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
import json
import logging
from pathlib import Path
from typing import Any, Final, Self

from .. import durable
from ..cloud.air_conditioner import AirConditioner
from ..cloud.memory import Document
from ..cloud.stored import InvalidRecord, Record

_LOGGER: Final = logging.getLogger(__name__)
_NAME: Final = "air_conditioners.json"
_SLOTS: Final = "slots"
_SHOWN: Final = "shown"

type _Part = Mapping[str, Any]


class AcFile:
    """What the client remembers (`Memory`), and what each air conditioner was told last (`ShownStates`), as JSON.

    Writes run one after the other, in the order in which they are asked for, in a thread of their own. Each raises
    OSError, and has then kept nothing. One that is cancelled may still happen.
    """

    def __init__(self, path: Path, slots: _Part, shown: _Part) -> None:
        """Go on with what was read; `opened` reads it."""
        self._path = path
        self._parts = {_SLOTS: slots, _SHOWN: shown}
        self._on_disk: bytes | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="air conditioners")

    @classmethod
    async def opened(cls, folder: Path) -> Self:
        """Read what an earlier run has kept in a folder; what cannot be read is said, and costs what it held."""
        path = folder / _NAME
        record = await asyncio.to_thread(_read, path)
        return cls(path, _part(record, _SLOTS), dict(_states(_part(record, _SHOWN))))

    async def close(self) -> None:
        """Finish what is being written."""
        await asyncio.to_thread(self._thread.shutdown)

    @property
    def documents(self) -> Mapping[str, Document]:
        """What the cloud client keeps, by unit."""
        return self._parts[_SLOTS]

    async def keep(self, device_id: str, document: Document) -> None:
        """Keep what the cloud client knows of a unit's timer and schedule; returns once it is on disk."""
        await self._put(_SLOTS, device_id, document)

    def shown(self, device_id: str) -> AirConditioner | None:
        """Return what the air conditioner was told last; None when nothing is known."""
        state: AirConditioner | None = self._parts[_SHOWN].get(device_id)
        return state

    async def show(self, device_id: str, state: AirConditioner | None) -> None:
        """Keep what the air conditioner was told last, None to forget it; returns once that is on disk."""
        await self._put(_SHOWN, device_id, state)

    async def take_back(self, device_id: str, state: AirConditioner | None) -> None:
        """Keep again what was kept before the last `show`; returns once it is on disk."""
        await self.show(device_id, state)

    async def _put(self, part: str, device_id: str, value: object) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, part, device_id, value)

    def _write(self, part: str, device_id: str, value: object) -> None:
        """Put a value in its place, in memory once it is there on disk; what is there already is not written again."""
        items = {**self._parts[part], device_id: value}
        parts = {**self._parts, part: {unit: kept for unit, kept in items.items() if kept is not None}}
        content = json.dumps(parts, default=AirConditioner.as_dict).encode()
        if content != self._on_disk:
            # What a failure leaves there is not known.
            self._on_disk = None
            durable.make_folder(self._path.parent)
            durable.replace(self._path, content)
            self._on_disk = content
        self._parts = parts


def _read(path: Path) -> Record:
    try:
        return Record.of(json.loads(path.read_bytes()), "file")
    except FileNotFoundError:
        return Record({})
    except OSError as error:
        reason = error.strerror
    except InvalidRecord as error:
        reason = str(error)
    except ValueError, RecursionError:
        reason = "it is not JSON"
    _LOGGER.warning("What was kept of air conditioners in %s cannot be read and is left out: %s", path, reason)
    return Record({})


def _part(record: Record, name: str) -> _Part:
    try:
        return Record.of(record.members.get(name, {}), name).members
    except InvalidRecord as error:
        _LOGGER.warning("What was kept of air conditioners is left out in part: %s", error)
        return {}


def _states(written: _Part) -> Iterator[tuple[str, AirConditioner]]:
    for unit, members in written.items():
        try:
            yield unit, AirConditioner.from_dict(members)
        except (KeyError, TypeError, ValueError) as error:
            _LOGGER.warning("What the air conditioner of unit %s was told last cannot be read: %r", unit, error)
