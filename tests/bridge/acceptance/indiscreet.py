"""A cloud that says too much: it passes on what it is asked, and can be made to answer with what nobody should see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

from aiohttp import ClientSession, web
from yarl import URL

ECHO: Final = b"<what was sent>"


@dataclass(slots=True)
class Answer:
    """An answer in the place of the right one; `ECHO` in its body becomes what the request had of secrets."""

    status: int
    body: bytes
    content_type: str = "application/json"


@dataclass(slots=True)
class Indiscreet:
    """The way to a simulator. `answers`: what paths that end like this are answered with."""

    behind: URL
    session: ClientSession
    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    authorizations: set[str] = field(default_factory=set)

    async def serve(self, request: web.Request) -> web.Response:
        """Answer as told, else pass on."""
        self.authorizations.add(request.headers.get("Authorization", ""))
        for ending, answer in self.answers.items():
            if request.path.endswith(ending):
                body = answer.body.replace(ECHO, await _sent(request))
                return web.Response(status=answer.status, body=body, content_type=answer.content_type)
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        there = self.behind.with_path(request.path).with_query(request.query)
        async with self.session.request(
            request.method, there, headers=headers, data=await request.read() or None
        ) as response:
            body = await response.read()
            return web.Response(status=response.status, body=body, content_type=response.content_type)


async def _sent(request: web.Request) -> bytes:
    form = parse_qs(await request.text()) if request.path.endswith("/token") else {}
    words = [request.headers.get("Authorization", ""), *(word for words in form.values() for word in words)]
    return " ".join(words).encode()


@asynccontextmanager
async def indiscreet(session: ClientSession, url: str) -> AsyncIterator[Indiscreet]:
    """Stand before a simulator."""
    made = Indiscreet(URL(url), session)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", made.serve)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()
