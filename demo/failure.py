"""What goes wrong in a demo, and how long it waits before it says so."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

_PAUSE: Final = 0.25


class DemoFailed(Exception):
    """The demo cannot go on; the message is for the person in front of it, and notes say more."""


async def eventually[Found](what: str, seconds: float, look: Callable[[], Awaitable[Found | None]]) -> Found:
    """Look until something is found; raises DemoFailed when there is still nothing after some seconds."""
    try:
        async with asyncio.timeout(seconds):
            while (found := await look()) is None:  # noqa: ASYNC110 - what is awaited is in another process
                await asyncio.sleep(_PAUSE)
    except TimeoutError as error:
        raise DemoFailed(f"{what}: not within {seconds:.0f} seconds") from error
    return found
