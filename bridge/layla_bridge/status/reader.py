"""One reader of the event stream: told what is news, at most once a second, until it leaves or the page ends."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from .feed import Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a reader is told something, in seconds.

    `gap`: not again before; `tick`: what nobody announces is looked for; `keep_alive`: a sign of life when nothing is
    news; `patience`: how long a reader may take to take something.
    """

    gap: float = 1.0
    tick: float = 5.0
    keep_alive: float = 15.0
    patience: float = 30.0


class Reader:
    """A browser that shows the page. One that is slow misses what is in between, and never holds up another one."""

    def __init__(self, feed: Feed, response: web.StreamResponse, rhythm: Rhythm) -> None:
        """Write to a response that is prepared."""
        self._feed = feed
        self._response = response
        self._rhythm = rhythm
        self._woken = asyncio.Event()
        self._ended = asyncio.Event()
        self._said_at = asyncio.get_running_loop().time()

    def wake(self, device_ids: Iterable[str] = ()) -> None:
        """Tell it soon; `device_ids` are units whose state changed although the cloud said nothing of them."""
        self._feed.touch(device_ids)
        self._woken.set()

    def end(self) -> None:
        """Let `run` return at once."""
        self._ended.set()
        self._woken.set()

    async def run(self) -> None:
        """Tell it everything, then what changes. Raises ConnectionError or TimeoutError when it is no longer there."""
        await self._say(b"retry: 2000\n\n")
        while not self._ended.is_set():
            self._woken.clear()
            for message in self._feed.messages():
                await self._say(b"data: %b\n\n" % message)
            if self._silence() >= self._rhythm.keep_alive:
                await self._say(b": still here\n\n")
            await _wait(self._ended, self._rhythm.gap)
            await _wait(self._woken, self._rhythm.tick)

    def _silence(self) -> float:
        return asyncio.get_running_loop().time() - self._said_at

    async def _say(self, words: bytes) -> None:
        async with asyncio.timeout(self._rhythm.patience):
            await self._response.write(words)
        self._said_at = asyncio.get_running_loop().time()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, and no longer than so many seconds."""
    task = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        task.cancel()
