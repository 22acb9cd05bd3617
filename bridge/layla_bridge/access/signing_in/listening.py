"""The small web server on loopback to which the browser brings the answer (RFC 8252, 7.3)."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

from aiohttp import web

HOST: Final = "127.0.0.1"
PATH: Final = "/callback"
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
}
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Layla bridge</title>
<style>body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 30rem; margin: 15vh auto; padding: 0 1rem; }}</style>
<h1>{title}</h1>
<p>{text}</p>
</html>
"""

type Take = Callable[[Mapping[str, str]], str | None]
"""Takes the query of an answer, and returns why it is none; None where it is."""


@asynccontextmanager
async def listening(port: int, take: Take) -> AsyncIterator[str]:
    """Listen until the block ends; its value is the address that the answer goes to. Port 0 takes a free one.

    Raises OSError where the port cannot be had.
    """

    async def answer(request: web.Request) -> web.Response:
        # The last of several, of which none is good: the state will not fit, or nobody meant it.
        if complaint := take(dict(request.query)):
            return _page("This is not the answer", f"It is left out: {complaint}.", HTTPStatus.BAD_REQUEST)
        return _page("That was it", "You can close this page; the bridge's command goes on by itself.")

    app = web.Application()
    app.router.add_get(PATH, answer, allow_head=False)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    try:
        # Without reuse: another program there would get the code.
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        yield f"http://{HOST}:{runner.addresses[0][1]}{PATH}"
    finally:
        await runner.cleanup()


def _page(title: str, text: str, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    content = _PAGE.format(title=title, text=text)
    return web.Response(text=content, content_type="text/html", status=status, headers=_HEADERS)
