"""The status page on the web: the page, its event stream, health for a container, metrics for Prometheus."""

from collections.abc import Iterable
import errno
from http import HTTPStatus
import logging
import socket
from typing import Final

from aiohttp import web

from ..configuration import StatusPage as Settings
from ..contract.payloads import as_json
from . import documents, html, verdict
from .feed import Feed
from .guard import guard, protect
from .metrics import Metrics
from .reader import Reader, Rhythm
from .shown import Shown

_LOGGER = logging.getLogger(__name__)

_MOST_READERS: Final = 32
# A stop of the whole bridge may take two.
_GOODBYE: Final = 0.5
_STREAM: Final = {
    "Content-Type": "text/event-stream; charset=utf-8",
    # Some proxies collect what they pass on.
    "X-Accel-Buffering": "no",
}


class PageUnavailable(Exception):
    """The status page cannot listen where it should. The text names the key and says what to do."""


class StatusPage:
    """The page, while it is started. It only looks: nothing can be changed by it."""

    def __init__(
        self, settings: Settings, shown: Shown, *, rhythm: Rhythm | None = None, most_readers: int = _MOST_READERS
    ) -> None:
        """Show a bridge to so many readers at most, where the settings say."""
        self._settings = settings
        self._shown = shown
        self._rhythm = rhythm or Rhythm()
        self._most_readers = most_readers
        self._metrics = Metrics(shown)
        self._readers: set[Reader] = set()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to listen. Raises PageUnavailable."""
        runner = web.AppRunner(
            self._application(), access_log=None, handler_cancellation=True, shutdown_timeout=_GOODBYE
        )
        await runner.setup()
        settings = self._settings
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
        except OSError as error:
            await runner.cleanup()
            raise PageUnavailable(_why(error, settings)) from error
        self._runner = runner
        _LOGGER.info("The status page is at port %d of %s", settings.port, settings.host)

    def changed(self, device_ids: Iterable[str] = ()) -> None:
        """Tell the readers soon; `device_ids` are units whose state changed although the snapshot did not."""
        ids = tuple(device_ids)
        for reader in self._readers:
            reader.wake(ids)

    async def stop(self) -> None:
        """End within a second, whoever reads."""
        for reader in self._readers:
            reader.end()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[guard(self._settings.host, self._settings.hosts)])
        application.on_response_prepare.append(protect)
        prefix = self._settings.path_prefix
        # A proxy passes on the whole path, or what is behind the prefix; a container asks for its health without it.
        for begin in dict.fromkeys(("", prefix)):
            application.router.add_get(f"{begin}/", self._page)
            application.router.add_get(f"{begin}/events", self._events, allow_head=False)
            application.router.add_get(f"{begin}/healthz", self._health)
            application.router.add_get(f"{begin}/metrics", self._measured)
        if prefix:
            application.router.add_get(prefix, _with_slash)
        return application

    async def _page(self, _: web.Request) -> web.Response:
        return web.Response(body=html.PAGE, content_type="text/html", charset="utf-8")

    async def _health(self, request: web.Request) -> web.Response:
        status = self._shown.status()
        alive, ready = verdict.alive(status), verdict.ready(status)
        body = as_json({"alive": alive, "ready": ready, **documents.health(status)})
        good = ready if "ready" in request.query else alive
        code = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
        return web.Response(body=body, status=code, content_type="application/json")

    async def _measured(self, request: web.Request) -> web.Response:
        body, content_type = self._metrics.written(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if len(self._readers) >= self._most_readers:
            raise web.HTTPServiceUnavailable(
                text=f"{self._most_readers} others look at this page already.\n", headers={"Retry-After": "10"}
            )
        response = web.StreamResponse(headers=_STREAM)
        reader = Reader(Feed(self._shown), response, self._rhythm)
        self._readers.add(reader)
        try:
            await response.prepare(request)
            await reader.run()
        except (ConnectionError, TimeoutError) as error:
            _LOGGER.debug("A reader of the status page is gone: %r", error)
        finally:
            self._readers.discard(reader)
        return response


async def _with_slash(request: web.Request) -> web.StreamResponse:
    """Lead to the page, whose addresses are relative to where it is."""
    raise web.HTTPMovedPermanently(f"{request.path.rpartition('/')[2]}/")


def _why(error: OSError, settings: Settings) -> str:
    place = f"{settings.port} of {settings.host}"
    match error:
        case OSError(errno=errno.EADDRINUSE):
            return f"status_page.port: {place} is in use; stop what listens there, or choose another port"
        case OSError(errno=errno.EACCES):
            return f"status_page.port: {place} may not be used by this user; choose one above 1023"
        # asyncio gives no number when none of a name's addresses is of this machine.
        case socket.gaierror() | OSError(errno=None):
            return (
                f"status_page.host: {settings.host} is no address of this machine;"
                " choose one that is, or 0.0.0.0 for all of them"
            )
        case _:
            why = error.strerror or type(error).__name__
            return f"status_page: {place} cannot be used: {why}; choose another host or port"
