"""The web application: the vendor's APIs and the control API over one simulated world."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import format_datetime
from http import HTTPStatus
import logging

from aiohttp import hdrs, web

from . import control, tokens
from .errors import ApiError
from .house.world import World
from .layla import routes
from .oauth import AUTHORIZE_PATH, TOKEN_PATH, Authority, routes as oauth_routes
from .simulation import SIMULATION, Simulation
from .tokens import Tokens

_LOGGER = logging.getLogger(__name__)
_PATIENCE = 0.5


@dataclass(frozen=True, slots=True)
class Simulator:
    """A simulator that is running."""

    url: str
    simulation: Simulation

    @property
    def base_url(self) -> str:
        """The address that a client is given."""
        return f"{self.url}/api"

    @property
    def partner_url(self) -> str:
        """The same for a client of the partner API."""
        return f"{self.url}/partner/api"

    @property
    def authorize_url(self) -> str:
        """Where a user of the partner API is sent to log in."""
        return self.url + AUTHORIZE_PATH

    @property
    def token_url(self) -> str:
        """Where a client of the partner API gets its tokens."""
        return self.url + TOKEN_PATH

    @property
    def world(self) -> World:
        """The simulated world."""
        return self.simulation.world

    @property
    def token(self) -> str:
        """A token that is good for ever."""
        return tokens.DEMO_TOKEN


def create_app(world: World | None = None) -> web.Application:
    """Make the application; without a world, over the demo homes."""
    chosen = world or World.demo()
    tokens = Tokens(chosen.time)
    simulation = Simulation(chosen, tokens, Authority(chosen.clock, tokens))
    app = web.Application(middlewares=[_speak_json])
    app[SIMULATION] = simulation
    app.on_response_prepare.extend((_date, _quota))
    app.add_routes([*routes.routes(simulation), *oauth_routes.routes(simulation), *control.routes(simulation)])
    return app


@asynccontextmanager
async def running(world: World | None = None, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Simulator]:
    """Run a simulator inside this process, on a free port unless one is named."""
    app = create_app(world)
    # A handler ends with its caller: one that waits out a delay must neither act later nor outlive a test.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=_PATIENCE)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield Simulator(f"http://{host}:{runner.addresses[0][1]}", app[SIMULATION])
    finally:
        await runner.cleanup()


async def _date(request: web.Request, response: web.StreamResponse) -> None:
    """Date every answer by the simulated clock."""
    now = request.app[SIMULATION].world.clock.now()
    response.headers[hdrs.DATE] = format_datetime(now, usegmt=True)


async def _quota(request: web.Request, response: web.StreamResponse) -> None:
    """Tell in every answer of the API how many requests are left, where a quota was asked for."""
    simulation = request.app[SIMULATION]
    if simulation.quotas.told and not request.path.startswith(control.PREFIX):
        response.headers.update(simulation.quotas.told.headers(simulation.world.clock.now()))


@web.middleware
async def _speak_json(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Give every error a JSON body with a message."""
    try:
        return await handler(request)
    except ApiError as error:
        return web.json_response({"message": error.message}, status=error.status)
    except web.HTTPException as error:
        if request.match_info.http_exception is not None:
            request.app[SIMULATION].counters.count("unknown", str(error.status))
        kept = {name: value for name, value in error.headers.items() if name == hdrs.ALLOW}
        return web.json_response({"message": _reason(request, error)}, status=error.status, headers=kept)
    except Exception:
        _LOGGER.exception("%s %s failed", request.method, request.path)
        message = "The simulator has a bug, its log says where"
        return web.json_response({"message": message}, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _reason(request: web.Request, error: web.HTTPException) -> str:
    if isinstance(error, web.HTTPMethodNotAllowed):
        return (
            f"{request.method} is not allowed on {request.path}; accepted: {', '.join(sorted(error.allowed_methods))}"
        )
    return f"{request.method} {request.path}: {error.reason}"
