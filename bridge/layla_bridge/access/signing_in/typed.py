"""Lines that somebody types or pastes, without a thread that would hold up the end of the program."""

import asyncio
from collections.abc import AsyncIterator
import os
import stat
from typing import Final

_CHUNK: Final = 65536


async def lines(descriptor: int) -> AsyncIterator[str]:
    """Walk the lines of an open file as they come, until its end, as of a stdin that is closed."""
    rest = b""
    while chunk := await _chunk(descriptor):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode(errors="replace")
    if rest:
        yield rest.decode(errors="replace")


async def _chunk(descriptor: int) -> bytes:
    """Read what there is, when there is something; nothing at the end."""
    if _can_wait(descriptor):
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(descriptor, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(descriptor)
    try:
        return os.read(descriptor, _CHUNK)
    except OSError:
        return b""  # a terminal that is gone


def _can_wait(descriptor: int) -> bool:
    """Tell whether the event loop can watch it: a file, or a device like /dev/null, has everything at once."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor)
