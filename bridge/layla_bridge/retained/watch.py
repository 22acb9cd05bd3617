"""Listening to some topics for a moment: what the broker keeps there, and what becomes of what is erased."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from secrets import token_bytes
from typing import Final, Protocol

from ..broker import NotConnected
from ..contract.messages import Message, Publication, Subscription
from ..contract.payloads import ERASED

_ANY: Final = "+"


class Wire(Protocol):
    """A connection to the broker, or the link."""

    async def publish_many(self, publications: Iterable[Publication], /) -> None:
        """Publish in order."""

    async def subscribe(self, *subscriptions: Subscription) -> None:
        """Subscribe."""

    async def unsubscribe(self, *filters: str) -> None:
        """Unsubscribe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds of silence mean that there is no more.

    `settled`: after our own mark came back, which most brokers deliver behind what they keep; `quiet`: where it does
    not come, as the broker does not allow it or dropped it.
    """

    settled: float = 0.5
    quiet: float = 3.0


class Watch:
    """Collects messages that its owner passes on; nothing while it does not listen.

    Mosquitto drops what does not fit into the socket and a queue of 1,000, and keeps the rest of it from us without a
    word: listen to short messages, or to less than 1,000 topics at once. QoS 0 for the same reason.
    """

    def __init__(self, wire: Wire, mark: str, patience: Patience) -> None:
        """Use `mark` as a topic for scratch messages of our own."""
        self._heard: dict[str, bytes] = {}
        self._wire = wire
        self._mark = mark
        self._patience = patience
        self._topics: frozenset[str] = frozenset()
        self._patterns: tuple[tuple[str, str], ...] = ()
        # What has to come before there is no more to wait for; None where nobody knows.
        self._due: set[str] | None = None
        self._token = b""
        self._marked = False
        self._stir = asyncio.Event()
        self._last = 0.0
        self._erasing: set[str] = set()
        self._overtaken: dict[str, bytes] = {}

    def take(self, message: Message) -> bool:
        """Take a message if it is one that is listened to."""
        topic = message.topic
        if topic == self._mark:
            self._marked |= message.payload == self._token
            self._stir.set()
            return True
        if topic not in self._topics and not any(_matches(topic, *pattern) for pattern in self._patterns):
            return False
        if message.retain:
            self._last = asyncio.get_running_loop().time()
        self._note(topic, message.payload)
        return True

    @asynccontextmanager
    async def listening(self, filters: Collection[str]) -> AsyncIterator[Mapping[str, bytes]]:
        """Have what is kept on some topics, and go on listening. A filter may have one `+`.

        Raises NotConnected and Rejected.
        """
        self._heard.clear()
        self._topics = frozenset(each for each in filters if _ANY not in each)
        patterns = (each.partition(_ANY) for each in filters if _ANY in each)
        self._patterns = tuple((head, tail) for head, _, tail in patterns)
        self._expect(None if self._patterns else set(self._topics))
        ours = (*filters, self._mark)
        await self._wire.subscribe(*(Subscription(filter=each, qos=0) for each in ours))
        try:
            await self._caught_up()
            yield self._heard
        finally:
            self._topics, self._patterns = frozenset(), ()
            # Subscriptions end with their connection.
            with suppress(NotConnected):
                await self._wire.unsubscribe(*ours)

    async def erase(self, topics: Collection[str]) -> Mapping[str, bytes]:
        """Erase topics that are listened to; return what others had published meanwhile, and is erased with it.

        There is no way to erase on a condition. But the broker has one order, and shows it: what comes before the echo
        of our own message, and after we decided, was overtaken by it.
        """
        self._erasing, self._overtaken = set(topics), {}
        self._expect(self._erasing)
        await self._wire.publish_many(Publication(topic, ERASED, 1, retain=True) for topic in topics)
        await self._caught_up()
        return self._overtaken

    def _expect(self, due: set[str] | None) -> None:
        self._due = due
        self._marked = False
        self._token = token_bytes(8)

    def _note(self, topic: str, payload: bytes) -> None:
        if payload:
            self._heard[topic] = payload
        else:
            self._heard.pop(topic, None)
        if payload and topic in self._erasing:
            self._overtaken[topic] = payload
        elif self._due:
            self._due.discard(topic)
            if not self._due:
                self._stir.set()

    async def _caught_up(self) -> None:
        """Wait until everything that was under way is here: what is due, or nothing comes any more."""
        loop = asyncio.get_running_loop()
        self._last = loop.time()
        await self._wire.publish_many([Publication(self._mark, self._token)])
        while not self._marked or self._due is None or self._due:
            patience = self._patience.settled if self._marked else self._patience.quiet
            left = self._last + patience - loop.time()
            if left <= 0:
                return
            self._stir.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._stir.wait()


def _matches(topic: str, head: str, tail: str) -> bool:
    """Tell whether a topic has one level between these."""
    level = topic.removeprefix(head).removesuffix(tail)
    return "/" not in level and topic == f"{head}{level}{tail}"
