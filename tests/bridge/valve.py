"""A way to the broker that can be shut in one direction: what the bridge says arrives, and no answer comes back."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Valve:
    """A TCP proxy; while it is `shut`, nothing of the broker's comes through."""

    def __init__(self, broker_port: int) -> None:
        self.port = 0
        self._broker_port = broker_port
        self._open = asyncio.Event()
        self._open.set()

    def shut(self) -> None:
        """Hold back what the broker says from now on."""
        self._open.clear()

    def reopen(self) -> None:
        """Let through again what the broker says, also what was held back."""
        self._open.set()

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Connect one client with the broker."""
        from_broker, to_broker = await asyncio.open_connection("127.0.0.1", self._broker_port)
        ways = (self._carry(reader, to_broker, held=False), self._carry(from_broker, writer, held=True))
        tasks = [asyncio.create_task(way) for way in ways]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for each in (writer, to_broker):
            each.close()

    async def _carry(self, reader: StreamReader, writer: StreamWriter, *, held: bool) -> None:
        while data := await reader.read(65_536):
            if held:
                await self._open.wait()
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def valve(broker_port: int) -> AsyncIterator[Valve]:
    """Open a way to a broker."""
    made = Valve(broker_port)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
