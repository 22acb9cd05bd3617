"""The embedded broker, for where Mosquitto is not installed: MQTT 5, without passwords, encryption, persistence."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import iotcore

from demo.broker import embedded
from tests.bridge.mosquitto import free_port


class Broker(Protocol):
    """What every broker of a test has."""

    port: int

    async def start(self) -> None:
        """Start it, and return when it takes connections."""

    async def stop(self) -> None:
        """End it as an administrator would."""

    async def kill(self) -> None:
        """End it without a warning."""


@dataclass(kw_only=True)
class Embedded:
    """One broker."""

    folder: Path
    port: int = field(default_factory=free_port)
    _broker: iotcore.Broker | None = field(default=None, init=False)

    async def start(self) -> None:
        """Start it, and return when it takes connections."""
        self._broker = embedded(self.folder, "127.0.0.1", self.port)
        await asyncio.to_thread(self._broker.start)

    async def stop(self) -> None:
        """End it."""
        if self._broker is not None:
            await asyncio.to_thread(self._broker.stop)

    async def kill(self) -> None:
        """End it; it says no goodbye in any case."""
        await self.stop()
