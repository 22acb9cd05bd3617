"""What waits to be published, from whomever it comes: one line for all of it, and nothing in it twice."""

import asyncio
from collections import deque
from collections.abc import Iterable
from itertools import islice
import logging
from typing import Final

from .broker import MOMENT, BrokerLink, NotConnected, Rejected
from .messages import Publication

_LOGGER = logging.getLogger(__name__)

# Answers and points of series that nobody could be told; who asked has long asked again.
_MOST_WAITING: Final = 1000
_BATCH: Final = 1000


class Outgoing:
    """Publishes whenever there is a connection: what is told once, then values, then answers.

    Values are what the broker keeps for a while (they expire): of each topic the last one waits, so that nothing old
    overtakes something new, and a broker that is away costs no memory. What is told once, such as discovery, keeps
    its order. Of everything else a thousand messages wait, and the oldest go first.
    """

    def __init__(self, link: BrokerLink) -> None:
        """Publish over a link that somebody else keeps up."""
        self.published = 0
        """How many messages the broker was given."""
        self._link = link
        self._told: deque[Publication] = deque()
        self._values: dict[str, Publication] = {}
        self._others: deque[Publication] = deque(maxlen=_MOST_WAITING)
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._refusal: str | None = None

    def send(self, publication: Publication) -> None:
        """Let a message wait for its turn."""
        if not publication.retain:
            self._others.append(publication)
        elif publication.expiry is None:
            self._told.append(publication)
            # Whatever is erased has no value that could come after it.
            self._values.pop(publication.topic, None)
        else:
            self._values.pop(publication.topic, None)
            self._values[publication.topic] = publication
        self._idle.clear()
        self._news.set()

    def send_all(self, publications: Iterable[Publication]) -> None:
        """Let messages wait for their turn, in their order."""
        for publication in publications:
            self.send(publication)

    async def emptied(self) -> None:
        """Return when nothing waits any more."""
        await self._idle.wait()

    async def run(self) -> None:
        """Publish for as long as this runs."""
        while True:
            await self._news.wait()
            await self._link.wait_connected()
            batch = self._next()
            if not batch:
                self._news.clear()
                self._idle.set()
                continue
            await self._publish(batch)

    def _next(self) -> list[Publication]:
        """Take what goes out now: values before answers, so that who gets an answer finds the values there."""
        if self._told:
            return _taken(self._told)
        if self._values:
            topics = list(islice(self._values, _BATCH))
            return [self._values.pop(topic) for topic in topics]
        return _taken(self._others)

    async def _publish(self, batch: list[Publication]) -> None:
        try:
            await self._link.publish_many(batch)
        except NotConnected:
            self._take_back(batch)
            # The link may not have noticed yet.
            await asyncio.sleep(MOMENT)
            return
        except Rejected as error:
            self._tell(error)
        self.published += len(batch)

    def _take_back(self, batch: list[Publication]) -> None:
        """Let wait again what may not have arrived, before what came meanwhile."""
        if batch[0].retain and batch[0].expiry is not None:
            self._values = {publication.topic: publication for publication in batch} | self._values
        elif batch[0].retain:
            self._told.extendleft(reversed(batch))
        else:
            self._others = deque([*batch, *self._others], maxlen=_MOST_WAITING)

    def _tell(self, error: Rejected) -> None:
        said = str(error)
        if said != self._refusal:
            _LOGGER.warning("The broker refuses a message: %s", error)
        self._refusal = said


def _taken(queue: deque[Publication]) -> list[Publication]:
    return [queue.popleft() for _ in range(min(len(queue), _BATCH))]
