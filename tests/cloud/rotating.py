"""A cloud whose refresh tokens serve once: using one again, after its answer was seen, is a theft to it."""

from asyncio import IncompleteReadError, StreamReader, StreamWriter, start_server
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
import time
from typing import Final, Self
from urllib.parse import parse_qs

import orjson

from custom_components.layla.cloud.oauth.tokens import Tokens

from .server import CUT, Request, answer, read_request
from .token_store import Disk

LIFETIME: Final = 3600


class Fate(Enum):
    """What becomes of a renewal."""

    GRANTED = auto()
    LOST = auto()
    """The tokens were replaced, and nobody was told."""
    CUT = auto()
    """The connection was cut before anything was done."""
    DOWN = auto()
    REFUSED = auto()


def number(token: str) -> int:
    """Return the number of a token: the higher, the newer."""
    return int(token.rpartition("-")[2])


@dataclass(slots=True)
class RotatingCloud:
    """One account: its API, which knows what is stored, and its token endpoint."""

    disk: Disk = field(default_factory=lambda: Disk(Tokens("access-0", "refresh-0", None)))
    url: str = ""
    fates: deque[Fate] = field(default_factory=deque)
    """What becomes of the next renewals; those after them are granted."""
    wrongs: list[str] = field(default_factory=list)
    lost: bool = False
    """Only a sign-in anew helps."""
    served: int = 0
    _ends: dict[str, float] = field(default_factory=dict)
    _good: str = ""
    _answered: set[str] = field(default_factory=set)
    _issued: int = 0
    _signed_in: int = 0

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator[Self]:
        """Listen on loopback, with somebody signed in."""
        this = cls()
        this.sign_in()
        async with await start_server(this._serve, "127.0.0.1") as listening:
            this.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
            yield this
            listening.close_clients()

    def sign_in(self) -> None:
        """Put other tokens in the place of those that are stored, as a user does who signs in anew."""
        access, self._good = self._issue()
        self.disk.tokens = Tokens(access, self._good, time.time() + LIFETIME - 60)
        self._signed_in = number(access)
        self.lost = False

    def revoke(self) -> None:
        """Refuse every access token that was handed out so far."""
        self._ends.clear()

    def _issue(self) -> tuple[str, str]:
        self._issued += 1
        access = f"access-{self._issued}"
        self._ends[access] = time.time() + LIFETIME
        return access, f"refresh-{self._issued}"

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            request = await read_request(reader)
            writer.write(self._renewal(request) if request.target == "/oauth/token" else self._call(request))
            await writer.drain()
        except IncompleteReadError, ConnectionError:
            return
        finally:
            writer.close()

    def _call(self, request: Request) -> bytes:
        access = request.headers["authorization"].removeprefix("Bearer ")
        safe = max(self._signed_in, *(number(tokens.access) for tokens in self.disk.kept), 0)
        if number(access) > safe:
            self.wrongs.append(f"{access} was used while {safe} was stored")
        if self._ends.get(access, 0.0) <= time.time():
            return answer(401)
        self.served += 1
        return answer(200, b"[]")

    def _renewal(self, request: Request) -> bytes:
        (refresh,) = parse_qs(request.body.decode())["refresh_token"]
        if refresh in self._answered:
            self.wrongs.append(f"{refresh} was used again")
        fate = self.fates.popleft() if self.fates else Fate.GRANTED
        if fate is Fate.CUT:
            return CUT
        if fate is Fate.DOWN:
            return answer(503)
        if refresh != self._good or fate is Fate.REFUSED:
            self._answered.add(refresh)
            self.lost |= refresh == self._good
            return answer(400, b'{"error": "invalid_grant"}')
        access, self._good = self._issue()
        if fate is Fate.LOST:
            self.lost = True
            return CUT
        self._answered.add(refresh)
        body = {"access_token": access, "refresh_token": self._good, "expires_in": LIFETIME}
        return answer(200, orjson.dumps(body))
