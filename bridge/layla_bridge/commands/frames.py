"""What one unit beeps for: changes of its air conditioner become few frames, with a pause between any two."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from .air_conditioner import UnitAirConditioner
from .problems import stopping

GAP: Final = 2.0
"""Seconds between two beeps of a unit, at least."""

# So long, in s, the control goes on adding to a frame that was asked for; a little less than it does (0.3 s).
JOINING: Final = 0.2


class Frames:
    """The frames of one unit, and whatever else it sends by infrared."""

    def __init__(self, ac: UnitAirConditioner, gap: float = GAP) -> None:
        """Take the air conditioner, and how many seconds there are between two frames."""
        self._ac = ac
        self._gap = gap
        self._turn = asyncio.Lock()
        self._free_at = 0.0
        self._open_until = 0.0
        self._waiting: dict[str, Any] = {}
        self._next: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Send nothing more that is not being sent."""
        self._closing.set()

    async def change(self, changes: Mapping[str, Any]) -> None:
        """Ask for changes, in the frame that is being put together or else in the next; returns when it was accepted.

        Raises what the air conditioner raises, for all that share the frame, and Problem when closed before it went.
        """
        if asyncio.get_running_loop().time() < self._open_until:
            await self._ac.change(**changes)
            return
        self._waiting |= changes
        if self._next is None:
            self._next = asyncio.create_task(self._send())
        await asyncio.shield(self._next)

    @asynccontextmanager
    async def beep(self) -> AsyncIterator[None]:
        """Wait until the unit may beep, and have it beep within. Raises Problem when closed before that."""
        async with self._turn:
            await self._pause()
            try:
                yield
            finally:
                # From its end: when a frame goes out is decided while it is sent.
                self._free_at = asyncio.get_running_loop().time() + self._gap

    async def _send(self) -> None:
        async with self.beep():
            changes, self._waiting, self._next = self._waiting, {}, None
            self._open_until = asyncio.get_running_loop().time() + JOINING
            try:
                await self._ac.change(**changes)
            finally:
                self._open_until = 0.0

    async def _pause(self) -> None:
        left = self._free_at - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(left, 0)):
                await self._closing.wait()
        except TimeoutError:
            return
        raise stopping()
