"""A simulator that stands still at a known instant, and somebody who speaks to it."""

from collections.abc import AsyncIterator, Callable

from aiohttp import ClientSession, DummyCookieJar
import pytest

import simulator
from simulator import Clock, World
from tests.simulator.browser import Browser
from tests.simulator.caller import NOON, Caller, PartnerCaller


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let a test speak to loopback."""


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    """Make the world that a test asks for by `lives_in`; else one unit with every measure and every alarm."""
    make: Callable[[Clock], World] = getattr(request, "param", World.tiny)
    return make(Clock.fixed(NOON))


@pytest.fixture
async def caller(world: World) -> AsyncIterator[Caller]:
    """Somebody who speaks to a running simulator of the world."""
    async with simulator.running(world) as running:
        headers = {"Authorization": f"Bearer {running.token}"}
        async with ClientSession(headers=headers) as session:
            yield Caller(session, running)


@pytest.fixture
async def browser(caller: Caller) -> AsyncIterator[Browser]:
    """A browser that carries no token, and nothing else, by itself."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield Browser(session, caller.running)


@pytest.fixture
def partner(caller: Caller) -> PartnerCaller:
    """The same, who speaks to the partner API."""
    return PartnerCaller(caller.session, caller.running)
