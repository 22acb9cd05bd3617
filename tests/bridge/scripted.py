"""A broker that answers exactly what a test says, well-formed or not."""

import asyncio
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

CONNECT: Final = 1
SUBSCRIBE: Final = 8

WELCOME: Final = b"\x20\x03\x00\x00\x00"
"""CONNACK of MQTT 5: success, no properties."""

WELCOME_V311: Final = b"\x20\x02\x00\x00"
WRONG_VERSION: Final = b"\x20\x03\x00\x84\x00"
"""CONNACK of MQTT 5: 132, unsupported protocol version."""

WRONG_VERSION_OLD: Final = b"\x20\x02\x00\x01"
"""CONNACK as brokers from before MQTT 5 write it: 1, unacceptable protocol version."""

type Script = Callable[[Packets], Awaitable[None]]


@dataclass
class Packets:
    """One connection, as the broker has it."""

    reader: StreamReader
    writer: StreamWriter

    async def read(self) -> tuple[int, bytes]:
        """Read a packet: its kind, and what follows its length; raise `IncompleteReadError` at the end."""
        head = (await self.reader.readexactly(1))[0]
        length, shift = 0, 0
        while True:
            byte = (await self.reader.readexactly(1))[0]
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        return head >> 4, await self.reader.readexactly(length)

    async def version(self) -> int:
        """Read a CONNECT; return the version of the protocol: 5, or 4 for 3.1.1."""
        kind, body = await self.read()
        assert kind == CONNECT
        return body[6]

    async def ended(self) -> None:
        """Read on until the other side ends."""
        while True:
            await self.read()


@dataclass
class Scripted:
    """The running broker and the versions that it was asked for."""

    port: int = 0
    versions: list[int] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def scripted(*scripts: Script) -> AsyncIterator[Scripted]:
    """Run a broker: each connection follows the next script, the last one for ever."""
    running = Scripted()

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        script = scripts[min(running.connections, len(scripts) - 1)]
        running.connections += 1
        try:
            await script(Packets(reader, writer))
        except IncompleteReadError, ConnectionError:
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        server.close_clients()


def answers(answer: bytes) -> Script:
    """Answer a CONNECT, and nothing else."""

    async def script(packets: Packets) -> None:
        await packets.version()
        packets.writer.write(answer)
        await packets.ended()

    return script


async def cuts(packets: Packets) -> None:
    """End the connection after the CONNECT."""
    await packets.version()


def only_v311(refusal: bytes) -> Script:
    """Answer as a broker that speaks 3.1.1 alone; an empty refusal just ends the connection."""

    async def script(packets: Packets) -> None:
        if await packets.version() == 4:
            packets.writer.write(WELCOME_V311)
            await packets.ended()
        packets.writer.write(refusal)

    return script


async def refuses_subscriptions(packets: Packets) -> None:
    """Let everybody in, and refuse the second of two filters."""
    old = await packets.version() == 4
    packets.writer.write(WELCOME_V311 if old else WELCOME)
    while True:
        kind, body = await packets.read()
        if kind == SUBSCRIBE:
            packets.writer.write(b"\x90" + (b"\x04%b\x01\x80" % body[:2] if old else b"\x05%b\x00\x01\x87" % body[:2]))


async def silent(packets: Packets) -> None:
    """Answer nothing."""
    await packets.reader.read()


async def http_refusal(packets: Packets) -> None:
    """Answer a request for a WebSocket as a web server that has none."""
    await packets.reader.readuntil(b"\r\n\r\n")
    packets.writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
