"""A simulator and a client that speaks to it; their clocks stand at the same instant."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
from yarl import URL

from custom_components.layla.cloud.bearer import FixedToken
from custom_components.layla.cloud.http import HttpClient
from custom_components.layla.cloud.layla.owner import OwnerApi
from custom_components.layla.cloud.layla.owner_account import OwnerAccount
import simulator
from simulator import Clock, Simulator, World

from .server import ScriptedServer

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _loopback(socket_enabled: None) -> None:
    """Let a test speak to a server of its own."""


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """The connections of a client."""
    async with ClientSession() as opened:
        yield opened


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    """A server that answers what the test says."""
    async with ScriptedServer.running() as started:
        yield started


@pytest.fixture
def world(freezer: FrozenDateTimeFactory) -> World:
    """One property with one unit that has every measure and every alarm; all clocks stand."""
    freezer.move_to(NOW)
    return World.tiny(Clock.fixed(NOW))


@pytest.fixture
async def cloud(world: World) -> AsyncIterator[Simulator]:
    """The simulator of the world."""
    async with simulator.running(world=world) as running:
        yield running


@pytest.fixture
def api(cloud: Simulator, session: ClientSession) -> OwnerApi:
    """The owner API of the simulator."""
    return OwnerApi(HttpClient(session, URL(cloud.base_url), FixedToken(cloud.token)))


@pytest.fixture
def account(api: OwnerApi) -> OwnerAccount:
    """The account of the simulator's owner."""
    return OwnerAccount(api)
