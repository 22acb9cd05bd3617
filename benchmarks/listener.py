"""Another client of the broker: it sees when a message comes, and asks the bridge for something."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import perf_counter

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from .failure import BenchFailed
from .processes import PATIENCE


class Listener:
    """Notes of every topic when it was heard last, how often, and what."""

    def __init__(self) -> None:
        """Have heard nothing yet."""
        self._loop = asyncio.get_running_loop()
        self._stir = asyncio.Event()
        self.at: dict[str, float] = {}
        self.latest: dict[str, bytes] = {}
        self.counts: Counter[str] = Counter()
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self.client.on_message = self._heard
        self.client.on_subscribe = self._subscribed

    async def subscribe(self, *topics: str) -> None:
        """Listen to topics from now on."""
        self._stir.clear()
        self.client.subscribe([(topic, 1) for topic in topics])
        async with asyncio.timeout(PATIENCE):
            await self._stir.wait()

    async def until(self, promise: Callable[[], bool], what: str) -> None:
        """Wait until something that was heard fulfils a promise. Raises BenchFailed."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not promise():
                    self._stir.clear()
                    await self._stir.wait()
        except TimeoutError as error:
            raise BenchFailed(f"Nobody heard of {what}") from error

    async def heard(self, topic: str, count: int = 1) -> float:
        """Wait until a topic was heard so often; return when it was last."""
        await self.until(lambda: self.counts[topic] >= count, topic)
        return self.at[topic]

    async def ask(self, instance: str, verb: str) -> float:
        """Send the bridge a request and wait for its answer; return when it was sent."""
        answer = f"layla/bridge/{instance}/response/{verb}"
        await self.subscribe(answer)
        before, sent = self.counts[answer], perf_counter()
        self.client.publish(f"layla/bridge/{instance}/request/{verb}", b"{}", 1)
        await self.heard(answer, before + 1)
        return sent

    def _subscribed(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stir.set)

    def _heard(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        now = perf_counter()
        self._loop.call_soon_threadsafe(self._note, message.topic, bytes(message.payload), now)

    def _note(self, topic: str, payload: bytes, at: float) -> None:
        self.at[topic], self.latest[topic] = at, payload
        self.counts[topic] += 1
        self._stir.set()


@asynccontextmanager
async def listening(port: int, *topics: str) -> AsyncIterator[Listener]:
    """Listen to some topics."""
    listener = Listener()
    listener.client.connect("127.0.0.1", port)
    listener.client.loop_start()
    try:
        await listener.subscribe(*topics)
        yield listener
    finally:
        listener.client.disconnect()
        listener.client.loop_stop()
