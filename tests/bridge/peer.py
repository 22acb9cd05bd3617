"""Another client of the same broker, made without our link: what others see of the bridge, and say to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from tests.bridge.mosquitto import GENEROUS


class Peer:
    """A client in a thread of its own; `messages` are in the order of their arrival."""

    def __init__(self, port: int, client_id: str = "", session_seconds: int = 0, **credentials: Any) -> None:
        self.messages: asyncio.Queue[MQTTMessage] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Queue[int] = asyncio.Queue()
        self.client = Client(CallbackAPIVersion.VERSION2, client_id, protocol=MQTTProtocolVersion.MQTTv5)
        self.client.reconnect_delay_set(1, 1)
        self._session_seconds = session_seconds
        if credentials:
            self.client.username_pw_set(**credentials)
        self.client.on_connect = lambda *_: self._tell(self._done, 0)
        self.client.on_subscribe = lambda *_: self._tell(self._done, 0)
        self.client.on_publish = lambda *_: self._tell(self._done, 0)
        self.client.on_message = lambda _client, _userdata, message: self._tell(self.messages, message)
        self._port = port

    def _tell(self, queue: asyncio.Queue[Any], what: object) -> None:
        self._loop.call_soon_threadsafe(queue.put_nowait, what)

    async def connect(self) -> None:
        """Connect."""
        kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        kept.SessionExpiryInterval = self._session_seconds
        self.client.connect("127.0.0.1", self._port, clean_start=not self._session_seconds, properties=kept)
        self.client.loop_start()
        await self._answered()

    def close(self) -> None:
        """Leave."""
        self.client.disconnect()
        self.client.loop_stop()

    async def subscribe(self, topic: str, *, as_published: bool = True) -> None:
        """Subscribe, by default with the retain flag as it was published."""
        self.client.subscribe(topic, options=SubscribeOptions(qos=2, retainAsPublished=as_published))
        await self._answered()

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False, **properties: object) -> None:
        """Publish at QoS 1, with MQTT 5 properties by the names that the library gives them."""
        packed = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        for name, value in properties.items():
            setattr(packed, name, value)
        self.client.publish(topic, payload, 1, retain, packed)
        await self._answered()

    async def next(self) -> MQTTMessage:
        """Return the next message."""
        async with asyncio.timeout(GENEROUS):
            return await self.messages.get()

    async def payloads(self, count: int) -> list[bytes]:
        """Return the payloads of the next messages."""
        return [bytes((await self.next()).payload) for _ in range(count)]

    async def _answered(self) -> None:
        async with asyncio.timeout(GENEROUS):
            await self._done.get()


@asynccontextmanager
async def peer(port: int, *topics: str, **credentials: Any) -> AsyncIterator[Peer]:
    """Connect a peer that hears the topics."""
    made = Peer(port, **credentials)
    await made.connect()
    try:
        for topic in topics:
            await made.subscribe(topic)
        yield made
    finally:
        made.close()
