"""What waits to be published, from whomever it comes: one line for all of it, and nothing in it twice."""

import asyncio
from collections import deque
from collections.abc import Iterable
import logging
from typing import Final

from .broker import MOMENT, BrokerLink, NotConnected, Rejected
from .messages import Publication

_LOGGER = logging.getLogger(__name__)

# Answers and points of series that nobody could be told; who asked has long asked again.
_MOST_WAITING: Final = 1000
_BATCH: Final = 1000


class Outgoing:
    """Publishes in order whenever there is a connection.

    Of what is retained the last value of each topic waits, so that nothing old overtakes something new and a broker
    that is away costs no memory. Of the rest a thousand messages wait, and the oldest go first.
    """

    def __init__(self, link: BrokerLink) -> None:
        """Publish over a link that somebody else keeps up."""
        self.published = 0
        """How many messages the broker has taken."""
        self.refused = 0
        """How many batches had a message in them that the broker refused."""
        self._link = link
        self._retained: dict[str, Publication] = {}
        self._others: deque[Publication] = deque(maxlen=_MOST_WAITING)
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._told: str | None = None

    def send(self, publication: Publication) -> None:
        """Let a message wait for its turn."""
        if publication.retain:
            self._retained.pop(publication.topic, None)
            self._retained[publication.topic] = publication
        else:
            self._others.append(publication)
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
        """Take what goes out now: states first, so that an answer finds them there."""
        topics = [topic for topic, _ in zip(self._retained, range(_BATCH), strict=False)]
        if topics:
            return [self._retained.pop(topic) for topic in topics]
        return [self._others.popleft() for _ in range(min(len(self._others), _BATCH))]

    async def _publish(self, batch: list[Publication]) -> None:
        try:
            await self._link.publish_many(batch)
        except NotConnected:
            self._take_back(batch)
            # The link may not have noticed yet.
            await asyncio.sleep(MOMENT)
            return
        except Rejected as error:
            self.refused += 1
            self._tell(error)
        self.published += len(batch)

    def _take_back(self, batch: list[Publication]) -> None:
        """Let wait again what may not have arrived, before what came meanwhile."""
        newer, self._retained = self._retained, {}
        for publication in batch:
            if publication.retain and publication.topic not in newer:
                self._retained[publication.topic] = publication
        self._retained |= newer
        others = [publication for publication in batch if not publication.retain]
        self._others = deque([*others, *self._others], maxlen=_MOST_WAITING)

    def _tell(self, error: Rejected) -> None:
        said = str(error)
        if said != self._told:
            _LOGGER.warning("The broker refuses a message: %s", error)
        self._told = said
