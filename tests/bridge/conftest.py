"""Brokers, links to them, and others who listen."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.bridge.mosquitto import Mosquitto

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
