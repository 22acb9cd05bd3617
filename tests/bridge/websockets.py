"""A WebSocket in front of a broker, as a reverse proxy offers it.

Mosquitto's own listener is not used: it starts only where the machine has IPv6.
"""

import asyncio
from asyncio import StreamReader
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def front(broker: int, path: str) -> AsyncIterator[int]:
    """Serve a WebSocket at the path that leads to the broker; yield its port."""

    async def serve(request: web.Request) -> web.WebSocketResponse:
        response = web.WebSocketResponse(protocols=("mqtt",))
        await response.prepare(request)
        reader, writer = await asyncio.open_connection("127.0.0.1", broker)
        back = asyncio.create_task(_relay(reader, response))
        async for message in response:
            writer.write(message.data)
        writer.close()
        await back
        return response

    application = web.Application()
    application.router.add_get(path, serve)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _relay(reader: StreamReader, response: web.WebSocketResponse) -> None:
    while data := await reader.read(65536):
        await response.send_bytes(data)
    await response.close()
