"""Brokers, links to them, and others who listen."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
import pytest

from simulator import World, running
from tests.bridge.mosquitto import Mosquitto
from tests.bridge.whole import Listener, Setting, listening
from tests.integration.cloud import Cloud

type StartBroker = Callable[..., Awaitable[Mosquitto]]


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let a test speak to loopback."""


@pytest.fixture
async def start_broker(tmp_path: Path) -> AsyncIterator[StartBroker]:
    """Start brokers with options; all are killed in the end."""
    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> Mosquitto:
            broker = Mosquitto(folder=tmp_path, **options)
            stack.push_async_callback(broker.kill)
            await broker.start()
            return broker

        yield start


@pytest.fixture
async def broker(start_broker: StartBroker) -> Mosquitto:
    """A broker that lets everybody in and keeps nothing."""
    return await start_broker()


@pytest.fixture
def world() -> World:
    """What the cloud simulates: three homes with ten units."""
    return World.demo()


@pytest.fixture
async def cloud(world: World) -> AsyncIterator[Cloud]:
    """A simulated cloud, over HTTP."""
    async with running(world, "127.0.0.1", 0) as simulator, ClientSession() as session:
        yield Cloud(session, simulator.url, simulator.base_url, simulator.token)


@pytest.fixture
def setting(cloud: Cloud, broker: Mosquitto, tmp_path: Path) -> Setting:
    """Where a bridge can run."""
    return Setting(cloud=cloud, broker=broker, folder=tmp_path)


@pytest.fixture
async def listener(broker: Mosquitto) -> AsyncIterator[Listener]:
    """Everybody else on the broker."""
    async with listening(broker.port) as other:
        yield other
