"""What the broker keeps of this bridge, read back: it may have forgotten everything, or keep more than there is.

State bears the name of its bridge, and availability goes with it. All items are found by their availability, as ten
thousand such messages are short enough to come at once; states are read of those alone that are in question.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
import logging
from typing import Any, Final

import orjson

from ..contract.level import unescaped
from ..contract.messages import Message, Publication
from ..contract.payloads import ONLINE
from ..contract.topics import AVAILABILITY, BRIDGE_STATE, HEALTH, INFO, STATE, Channel, Item, Kind, Topics
from .watch import Patience, Watch, Wire

_LOGGER: Final = logging.getLogger(__name__)
_MARK: Final = Channel("mark", retain=False, qos=0)
_REPUBLISH: Final = "republish"
# With three topics each: less than Mosquitto queues.
_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class DiscoveryTopics:
    """The messages of Home Assistant's discovery.

    `of_item` and `of_bridge` (by instance) name their topics; `is_ours` tells whether a payload was made by the bridge
    with these topics. `every`: the filter of all of them, also of other programs.
    """

    of_item: Callable[[Item], str]
    of_bridge: Callable[[str], str]
    is_ours: Callable[[bytes, Topics], bool]
    every: str


class Retained:
    """Reads and erases over a connection whose owner passes every message to `take`, which returns at once.

    `inherits` tells of another instance whether this one clears away what it left; never while that one is online.
    """

    def __init__(
        self,
        wire: Wire,
        topics: Topics,
        *,
        configs: DiscoveryTopics | None = None,
        inherits: Callable[[str], bool] = lambda _: False,
        patience: Patience | None = None,
    ) -> None:
        """Read nothing yet."""
        self._topics = topics
        self._configs = configs
        self._inherits = inherits
        self._wire = wire
        self._watch = Watch(wire, topics.bridge(_MARK), patience or Patience())
        self._alone = asyncio.Lock()

    def take(self, message: Message) -> bool:
        """Take a message that was asked for here; False: it is somebody else's."""
        return self._watch.take(message)

    async def own(self) -> Mapping[str, bytes]:
        """Return what is kept of the bridge itself, by the word of its channel, such as `info`.

        Nothing, after something was published: the broker keeps nothing, so everything has to be published again. So
        it is where another `health` comes back than went out last: the broker lost what came after it. Raises
        NotConnected and Rejected.
        """
        found = await self.read(self._topics.bridge(channel) for channel in (BRIDGE_STATE, INFO, HEALTH))
        return {topic.rpartition("/")[2]: payload for topic, payload in found.items()}

    async def read(self, topics: Iterable[str]) -> Mapping[str, bytes]:
        """Return what is kept on some topics, however many. Raises NotConnected and Rejected."""
        found: dict[str, bytes] = {}
        async with self._alone:
            for batch in batched(topics, _BATCH, strict=False):
                async with self._watch.listening(batch) as heard:
                    found |= heard
        return found

    async def sweep(
        self, wanted: Callable[[Item], bool], known: Collection[Item] = (), *, erase: bool = True
    ) -> Sequence[str]:
        """Erase what is this bridge's and of no unit or property that is `wanted`; return the topics.

        What is `known` as ours counts as ours where nobody's state is kept. Without `erase` it only looks. Call it
        while nothing of the unwanted is published. Raises NotConnected and Rejected.
        """
        async with self._alone:
            names = await self._names()
            found = [item for item in await self._items() if not wanted(item)]
            topics: list[str] = []
            for batch in batched(found, _BATCH, strict=False):
                topics += await self._of_items(batch, frozenset(known), names, erase=erase)
            # Last, as it tells that there is something to inherit.
            topics += await self._of_bridges(names - {self._topics.instance}, erase=erase)
        if topics and erase:
            _LOGGER.info("Erased %d retained messages of units and properties that are not there any more", len(topics))
        return topics

    async def clean(self, known: Collection[Item] = (), *, erase: bool = True) -> Sequence[str]:
        """Erase everything of this bridge; return the topics. Without `erase` it only looks.

        `known`: as in `sweep`. Raises NotConnected and Rejected.
        """
        topics = list(await self.sweep(lambda _: False, known, erase=erase))
        async with self._alone:
            topics += await self._forgotten_configs(known, erase=erase, told=frozenset(topics))
            topics += await self._of_bridges({self._topics.instance}, erase=erase)
        return topics

    async def _names(self) -> frozenset[str]:
        """Return the names whose messages are ours: this instance, and those that it inherits from."""
        name = f"{self._topics.base}/bridge/+/{BRIDGE_STATE.level}"
        async with self._watch.listening([name]) as heard:
            states = {_instance(topic): payload for topic, payload in heard.items()}
        left = {each for each, payload in states.items() if each and payload != ONLINE and self._inherits(each)}
        return frozenset({self._topics.instance, *left})

    async def _items(self) -> Sequence[Item]:
        """Return every unit and property of all bridges on this base."""
        filters = [f"{self._topics.base}/{kind}/+/{AVAILABILITY.level}" for kind in Kind]
        async with self._watch.listening(filters) as heard:
            return [item for topic in heard if (item := _item(topic))]

    async def _of_items(
        self, items: Collection[Item], known: Collection[Item], names: Collection[str], *, erase: bool
    ) -> list[str]:
        """Read what is kept of some items, and erase what is ours before it can become another's."""
        topics = [topic for item in items for topic in self._topics_of(item)]
        async with self._watch.listening(topics) as heard:
            ours = [topic for item in items for topic in self._ours(item, known, names, heard)]
            if erase and ours:
                await self._erase(ours)
        return ours

    def _topics_of(self, item: Item) -> Iterator[str]:
        yield self._topics.of(item, STATE)
        yield self._topics.of(item, AVAILABILITY)
        if self._configs:
            yield self._configs.of_item(item)

    def _ours(
        self, item: Item, known: Collection[Item], names: Collection[str], heard: Mapping[str, bytes]
    ) -> Iterator[str]:
        state, availability, *configs = self._topics_of(item)
        if _bridge(heard[state]) in names if state in heard else item in known:
            yield from (topic for topic in (state, availability) if topic in heard)
        yield from (topic for topic in configs if topic in heard and self._made(heard[topic], names))

    def _made(self, config: bytes, names: Iterable[str]) -> bool:
        is_ours = self._configs.is_ours if self._configs else _nobodys
        return any(is_ours(config, Topics(name, self._topics.base)) for name in names)

    async def _of_bridges(self, names: Collection[str], *, erase: bool) -> list[str]:
        """Erase what is kept of bridges themselves."""
        topics = [
            Topics(name, self._topics.base).bridge(channel)
            for name in names
            for channel in (INFO, HEALTH, BRIDGE_STATE)
        ]
        if self._configs:
            topics += [self._configs.of_bridge(name) for name in names]
        return await self._all_of(topics, lambda _: True, erase=erase)

    async def _forgotten_configs(self, known: Collection[Item], *, told: Collection[str], erase: bool) -> list[str]:
        """Erase what is left of discovery: of what is known, and of what nothing else is kept."""
        if self._configs is None:
            return []
        names = {self._topics.instance}
        topics = [self._configs.of_item(item) for item in known]
        found = await self._all_of(topics, lambda config: self._made(config, names), erase=erase)
        # They are long, so that not all may come at once: those that are erased make room for others.
        while True:
            async with self._watch.listening([self._configs.every]) as heard:
                seen = {*found, *told}
                ours = [topic for topic, config in heard.items() if topic not in seen and self._made(config, names)]
                if erase and ours:
                    await self._erase(ours)
            found += ours
            if not ours:
                return found

    async def _all_of(self, topics: Iterable[str], is_ours: Callable[[bytes], bool], *, erase: bool) -> list[str]:
        found: list[str] = []
        for batch in batched(topics, _BATCH, strict=False):
            async with self._watch.listening(batch) as heard:
                ours = [topic for topic in batch if topic in heard and is_ours(heard[topic])]
                if erase and ours:
                    await self._erase(ours)
            found += ours
        return found

    async def _erase(self, topics: Collection[str]) -> None:
        """Erase, and ask whoever took one of these over in that moment to publish it once more."""
        overtaken = await self._watch.erase(topics)
        others = {_bridge(payload) for payload in overtaken.values()} - {None, self._topics.instance}
        requests = (Topics(str(name), self._topics.base).request(_REPUBLISH) for name in others)
        await self._wire.publish_many(Publication(topic, b"{}", 1) for topic in requests)


def _bridge(state: bytes) -> str | None:
    """Return the instance that a state bears; None for what is none of ours."""
    try:
        members: Any = orjson.loads(state)
    except orjson.JSONDecodeError:
        return None
    name = members.get("bridge") if isinstance(members, dict) else None
    return name if isinstance(name, str) else None


def _item(topic: str) -> Item | None:
    """Read the topic of an availability; None for one that we would not write."""
    *_, kind, level, _ = topic.split("/")
    item_id = unescaped(level)
    return None if item_id is None else Item(Kind(kind), item_id)


def _instance(topic: str) -> str | None:
    return unescaped(topic.split("/")[-2])


def _nobodys(_config: bytes, _topics: Topics) -> bool:
    return False
