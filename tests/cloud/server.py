"""A real HTTP server that answers exactly what a test says, well-formed or not, one answer per connection."""

from asyncio import IncompleteReadError, Server, StreamReader, StreamWriter, start_server
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, Self

CUT: Final = b""
"""An answer that is none: the connection is closed."""

SILENCE: Final = None
"""No answer while the caller waits."""

type Answer = bytes | None


def answer(
    status: int = HTTPStatus.OK,
    body: bytes = b"",
    *,
    length: int | None = None,
    reason: str = "Simulated",
    **headers: str,
) -> bytes:
    """Write an HTTP answer; `length` promises another length than the body has; `Retry_After` is Retry-After."""
    told = {"Content-Length": str(len(body) if length is None else length), "Connection": "close"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    return "\r\n".join(lines).encode() + body


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: the request line's words, the headers by lower-case name, the body."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class ScriptedServer:
    """Gives its answers in order, and the last one again and again; keeps what it was asked."""

    url: str = ""
    answers: deque[Answer] = field(default_factory=deque)
    requests: list[Request] = field(default_factory=list)
    last: bool = False
    """Nobody listens any more after the next request."""
    listening: Server | None = None

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator[Self]:
        """Listen on loopback."""
        this = cls()
        async with await start_server(this._serve, "127.0.0.1") as listening:
            this.listening = listening
            this.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
            yield this
            listening.close_clients()

    def says(self, *answers: Answer) -> None:
        """Set what the next requests get."""
        self.answers = deque(answers)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            self.requests.append(await read_request(reader))
            if self.last and self.listening:
                self.listening.close()
            given = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
            if given is SILENCE:
                await reader.read()
            else:
                writer.write(given)
                await writer.drain()
        except IncompleteReadError, ConnectionError:
            return
        finally:
            writer.close()


async def read_request(reader: StreamReader) -> Request:
    """Read what is asked. Raises IncompleteReadError where the caller is gone."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    method, target, _ = first.split()
    return Request(method, target, headers, body)
