"""Somebody who reads the event stream of a status page as a browser does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from typing import Any, Final

from aiohttp import ClientResponse, ClientSession

_PATIENCE: Final = 10.0


class Stream:
    """An open event stream."""

    def __init__(self, response: ClientResponse) -> None:
        """Read an answer that goes on."""
        self.response = response

    async def block(self) -> str:
        """Wait for the next block, whatever it is; nothing at the end."""
        lines = []
        async with asyncio.timeout(_PATIENCE):
            while (line := await self.response.content.readline()) not in (b"\n", b""):
                lines.append(line.decode())
        return "".join(lines)

    async def message(self) -> dict[str, Any]:
        """Wait for the next message."""
        while not (block := await self.block()).startswith("data: "):
            assert block, "the stream has ended"
        message: dict[str, Any] = json.loads(block.removeprefix("data: "))
        return message

    async def begun(self) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Wait for everything that comes first; return the first message, and all units by id."""
        first = await self.message()
        units = await self.message()
        return first, {unit["id"]: unit for unit in units["units"]}


@asynccontextmanager
async def streaming(session: ClientSession, url: str) -> AsyncIterator[Stream]:
    """Open the stream of a page."""
    async with session.get(f"{url}events") as response:
        assert response.status == 200
        yield Stream(response)
