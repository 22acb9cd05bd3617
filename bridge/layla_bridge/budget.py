"""How often background work may ask the cloud: so many requests a minute, and none while it is held up."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
import time
from typing import Final

PER_MINUTE: Final = 6
_MINUTE: Final = 60.0
# So often, in seconds, it is looked whether work may go on.
_LOOK: Final = 5.0


def _never() -> bool:
    return False


class Budget:
    """Gives turns: at most `per_minute` in any minute, none while `held` is true, and none in a rest.

    It serves all background work of a process, in the order in which they ask. `clock` counts seconds.
    """

    def __init__(
        self,
        *,
        per_minute: int = PER_MINUTE,
        held: Callable[[], bool] = _never,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._held = held
        self._clock = clock
        self._sleep = sleep
        self._taken: deque[float] = deque(maxlen=per_minute)
        self._per_minute = per_minute
        self._rest_until = clock()
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for leave to make one request."""
        async with self._queue:
            while (wait := self._wait()) > 0:
                await self._sleep(wait)
            self._taken.append(self._clock())

    def rest(self, seconds: float) -> None:
        """Give no turn for so long, as after a 429; a longer rest stays."""
        self._rest_until = max(self._rest_until, self._clock() + seconds)

    def duration(self, requests: int) -> timedelta:
        """Return how long so many requests take at least."""
        return timedelta(seconds=requests * _MINUTE / self._per_minute)

    def _wait(self) -> float:
        if self._held():
            return _LOOK
        full = len(self._taken) == self._per_minute
        free = self._taken[0] + _MINUTE if full else self._rest_until
        return max(free, self._rest_until) - self._clock()
