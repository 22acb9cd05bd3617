"""Brokers, links to them, and others who listen."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
import pytest

from demo.broker import mosquitto
from simulator import World, running
from tests.bridge.embedded import Broker, Embedded
from tests.bridge.mosquitto import Mosquitto
from tests.bridge.whole import Listener, Setting, listening
from tests.integration.cloud import Cloud

type StartBroker = Callable[..., Awaitable[Mosquitto]]


def _has_mosquitto(config: pytest.Config) -> bool:
    return mosquitto() is not None and not config.getoption("embedded_broker")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what only Mosquitto can show where it is not installed; pytest makes one line of them all."""
    needed = item.get_closest_marker("mosquitto") or "start_broker" in getattr(item, "fixturenames", ())
    if needed and not _has_mosquitto(item.config):
        pytest.skip("Mosquitto is not installed: apt-get install mosquitto")


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
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker that lets everybody in and keeps nothing."""
    made: Broker = Mosquitto(folder=tmp_path) if _has_mosquitto(request.config) else Embedded(folder=tmp_path)
    try:
        await made.start()
        yield made
    finally:
        await made.kill()


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
def setting(cloud: Cloud, broker: Broker, tmp_path: Path) -> Setting:
    """Where a bridge can run."""
    return Setting(cloud=cloud, broker=broker, folder=tmp_path)


@pytest.fixture
async def listener(broker: Broker) -> AsyncIterator[Listener]:
    """Everybody else on the broker."""
    async with listening(broker.port) as other:
        yield other
