"""An application on the link, as small as can be: what it subscribes to, and what it heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from layla_bridge.broker import (
    BrokerLink,
    BrokerSettings,
    Message,
    Publication,
    Session,
    Subscription,
    TroubleKind,
)
from tests.bridge.mosquitto import GENEROUS

STATE = "layla/bridge/home/state"
WILL = Publication(topic=STATE, payload=b"offline", qos=1, retain=True)
ONLINE = Publication(topic=STATE, payload=b"online", qos=1, retain=True)


def settings(port: int, **others: Any) -> BrokerSettings:
    """Return the settings for a broker on loopback."""
    return BrokerSettings(**{"host": "127.0.0.1", "port": port, "client_id": "layla-home", "keepalive": 30, **others})


class App:
    """Subscribes and announces itself on each connection."""

    def __init__(
        self, to: BrokerSettings, *subscriptions: Subscription, patience: float = 15, wait: float = 0.02
    ) -> None:
        self.subscriptions = subscriptions
        self.wait = wait
        self.sessions: list[Session] = []
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.pauses: asyncio.Queue[tuple[TroubleKind, int]] = asyncio.Queue()
        self.link = BrokerLink(
            to,
            WILL,
            on_connected=self.greet,
            on_message=self.hear,
            pause=self.pause,
            patience=patience,
        )

    async def greet(self, session: Session) -> None:
        """Subscribe and announce."""
        self.sessions.append(session)
        if self.subscriptions:
            await self.link.subscribe(*self.subscriptions)
        await self.link.publish(ONLINE)

    async def announce_nothing(self, session: Session) -> None:
        """Neither subscribe nor announce."""

    def hear(self, message: Message) -> None:
        """Take a message."""
        self.messages.put_nowait(message)

    def pause(self, kind: TroubleKind, misses: int) -> float:
        """Wait a moment only, and remember what for."""
        self.pauses.put_nowait((kind, misses))
        return self.wait

    async def connected(self) -> None:
        """Wait for the connection."""
        async with asyncio.timeout(GENEROUS):
            await self.link.wait_connected()

    async def disconnected(self) -> None:
        """Wait for the end of the connection."""
        async with asyncio.timeout(GENEROUS):
            while self.link.connected:  # noqa: ASYNC110 - the link tells only of beginnings
                await asyncio.sleep(0.01)

    async def heard(self) -> Message:
        """Return the next message."""
        async with asyncio.timeout(GENEROUS):
            return await self.messages.get()

    async def paused(self) -> tuple[TroubleKind, int]:
        """Return what the link waits for next."""
        async with asyncio.timeout(GENEROUS):
            return await self.pauses.get()


@asynccontextmanager
async def running(app: App) -> AsyncIterator[App]:
    """Run an application that is connected."""
    async with app.link:
        await app.connected()
        yield app
