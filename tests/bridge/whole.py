"""A whole bridge: in this process or in one of its own, between a simulated cloud and a real broker."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
import json
import logging
import os
from pathlib import Path
import sys
from typing import Any, Final, Self

from paho.mqtt.client import MQTTMessage

from layla_bridge.bridge import Bridge
from layla_bridge.configuration import Configuration, load
from layla_bridge.configuration.secret_values import secrets
from layla_bridge.parts import sharded
from layla_bridge.running import opened
from layla_bridge.shard import ALONE, Shard
from layla_bridge.status.journal import Journal
from tests.bridge.embedded import Broker
from tests.bridge.mosquitto import GENEROUS
from tests.bridge.peer import Peer, peer
from tests.integration.cloud import Cloud

_ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where a bridge is to run: its cloud, its broker, its folder; `more` are variables of its configuration."""

    cloud: Cloud
    broker: Broker
    folder: Path
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        """The configuration, as variables of the environment."""
        return {
            "LAYLA_ACCOUNT__URL": self.cloud.base_url,
            "LAYLA_ACCOUNT__TOKEN": self.cloud.token,
            "LAYLA_BROKER__HOST": "127.0.0.1",
            "LAYLA_BROKER__PORT": str(self.broker.port),
            "LAYLA_STATUS_PAGE__ENABLED": "false",
            "LAYLA_DATA": str(self.folder / self.instance),
            **self.more,
        }

    @property
    def instance(self) -> str:
        """The name of the bridge."""
        return self.more.get("LAYLA_INSTANCE", "layla")

    @property
    def configuration(self) -> Configuration:
        """The configuration itself."""
        return load(None, self.environ)


@asynccontextmanager
async def bridging(setting: Setting, shard: Shard = ALONE) -> AsyncIterator[Bridge]:
    """Run a bridge in this process; its journal leaves out what the test's other programs log."""
    configuration = sharded(setting.configuration, shard)
    journal = Journal(secrets=secrets(configuration))
    logging.getLogger("layla_bridge").addHandler(journal)
    async with opened(configuration, journal, shard) as bridge:
        stopping = asyncio.Event()
        running = asyncio.create_task(bridge.run(stopping))
        try:
            yield bridge
        finally:
            stopping.set()
            async with asyncio.timeout(GENEROUS):
                await running
            logging.getLogger("layla_bridge").removeHandler(journal)


class BridgeProcess:
    """A bridge in a process of its own, as users start it; `output` is all that it wrote."""

    def __init__(self, setting: Setting, *arguments: str) -> None:
        self.output = ""
        self._setting = setting
        self._arguments = arguments or ("run",)
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "layla_bridge", *self._arguments),
            env=os.environ | {"PYTHONPATH": str(_ROOT / "bridge")} | self._setting.environ,
            stdout=PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def kill(self) -> None:
        """End it without a warning."""
        self._started.kill()
        await self.ended()

    async def terminate(self) -> int:
        """End it as a supervisor does; return its exit code."""
        self._started.terminate()
        return await self.ended()

    async def ended(self) -> int:
        """Wait for its end; return its exit code."""
        async with asyncio.timeout(GENEROUS):
            output, _ = await self._started.communicate()
        self.output += output.decode()
        assert self._started.returncode is not None
        return self._started.returncode

    @property
    def _started(self) -> Process:
        assert self._process is not None
        return self._process

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._started.returncode is None:
            with suppress(ProcessLookupError):
                self._started.kill()
            await self.ended()


class Listener:
    """Everybody else on the broker: hears all topics, keeps the latest of each, and speaks to the bridge."""

    def __init__(self, other: Peer) -> None:
        self.latest: dict[str, bytes] = {}
        self.counts: Counter[str] = Counter()
        self.heard: list[MQTTMessage] = []
        self._peer = other
        self._news = asyncio.Condition()

    async def listen(self) -> None:
        """Listen for as long as this runs."""
        while True:
            message = await self._peer.messages.get()
            async with self._news:
                self.heard.append(message)
                self.latest[message.topic] = bytes(message.payload)
                self.counts[message.topic] += 1
                self._news.notify_all()

    def json(self, topic: str) -> Any:
        """Return the latest document of a topic."""
        return json.loads(self.latest[topic])

    async def until(self, promise: Callable[[], bool]) -> None:
        """Wait until something that was heard fulfils a promise."""
        async with asyncio.timeout(GENEROUS), self._news:
            await self._news.wait_for(promise)

    async def document(self, topic: str, accepted: Callable[[Any], bool] = lambda _: True) -> Any:
        """Wait for a document of a topic that is accepted, and return it."""
        await self.until(lambda: bool(self.latest.get(topic)) and accepted(self.json(topic)))
        return self.json(topic)

    async def ask(self, verb: str, members: Mapping[str, object] | None = None, instance: str = "layla") -> Any:
        """Ask the bridge for something, and return its answer."""
        topic = f"layla/bridge/{instance}/response/{verb}"
        transaction = f"{verb}-{len(self.heard)}"
        await self.say(f"layla/bridge/{instance}/request/{verb}", {**(members or {}), "transaction": transaction})
        return await self.document(topic, lambda answer: answer["transaction"] == transaction)

    async def say(self, topic: str, content: object, **options: Any) -> None:
        """Publish a document."""
        await self.give(topic, json.dumps(content).encode(), **options)

    async def give(self, topic: str, payload: bytes, **options: Any) -> None:
        """Publish a payload as it is."""
        await self._peer.publish(topic, payload, **options)

    async def next(self, topic: str, after: int) -> Any:
        """Wait for a document of a topic beyond so many of it, and return the latest."""
        await self.until(lambda: self.counts[topic] > after)
        return self.json(topic)


@asynccontextmanager
async def listening(port: int, *topics: str, **credentials: str) -> AsyncIterator[Listener]:
    """Listen to some topics of a broker, by default to all."""
    async with peer(port, *(topics or ("#",)), **credentials) as other:
        listener = Listener(other)
        task = asyncio.create_task(listener.listen())
        try:
            yield listener
        finally:
            task.cancel()


async def kept(port: int, **credentials: str) -> Mapping[str, bytes]:
    """Return what a broker keeps."""
    async with listening(port, **credentials) as newcomer:
        await newcomer.give("end-of-what-is-kept", b"")
        await newcomer.until(lambda: "end-of-what-is-kept" in newcomer.latest)
        return {message.topic: bytes(message.payload) for message in newcomer.heard if message.retain}
