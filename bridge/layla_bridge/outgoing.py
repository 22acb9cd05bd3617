"""What waits to be published, from whomever it comes: one line for all of it, and nothing in it twice."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
import logging
from typing import Final

from .broker import MOMENT, BrokerLink, NotConnected, Rejected
from .contract.messages import Publication

_LOGGER = logging.getLogger(__name__)

# Answers and points of series that nobody could be told; who asked has long asked again.
_MOST_WAITING: Final = 1000
_BATCH: Final = 1000
# Messages that are made only when they go out: so few at once that the event loop goes on turning.
_FEW: Final = 50

type Batch = list[Publication]


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
        self._told: deque[Iterator[Publication]] = deque()
        self._anew: Iterator[Publication] = iter(())
        self._values: dict[str, Publication] = {}
        self._others: deque[Publication] = deque(maxlen=_MOST_WAITING)
        # What was erased while values are on their way, which may come back.
        self._erased: set[str] = set()
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._refused: set[int] = set()

    def send(self, publication: Publication) -> None:
        """Let a message wait for its turn."""
        if not publication.retain:
            self._others.append(publication)
        elif publication.expiry is None:
            self._told.append(iter((publication,)))
            # Whatever is erased has no value that could come after it.
            self._values.pop(publication.topic, None)
            self._erased.add(publication.topic)
        else:
            self._values.pop(publication.topic, None)
            self._values[publication.topic] = publication
        self._stir()

    def send_all(self, publications: Iterable[Publication]) -> None:
        """Let messages wait for their turn, in their order."""
        for publication in publications:
            self.send(publication)

    def tell(self, publications: Iterable[Publication]) -> None:
        """Tell once, in order, what is made only when it goes out: ten thousand messages of discovery take long."""
        self._told.append(iter(publications))
        self._stir()

    def tell_anew(self, publications: Iterable[Publication]) -> None:
        """Tell everything once more, made when it goes out; what is left of an earlier such call is dropped for it."""
        self._anew = iter(publications)
        self._stir()

    def forget_values(self) -> None:
        """Drop the values that wait: a new connection is told all that are true by now, and no others."""
        self._values.clear()

    async def emptied(self) -> None:
        """Return when nothing waits any more."""
        await self._idle.wait()

    async def run(self) -> None:
        """Publish for as long as this runs."""
        while True:
            await self._news.wait()
            await self._link.wait_connected()
            if told := self._next_told():
                await self._publish(told, self._tell_again)
            elif self._values:
                # Before answers, so that who gets an answer finds the values there.
                await self._publish(self._next_values(), self._value_again)
            elif self._others:
                await self._publish(_taken(self._others), self._answer_again)
            else:
                self._news.clear()
                self._idle.set()

    def _stir(self) -> None:
        self._idle.clear()
        self._news.set()

    def _next_told(self) -> Batch:
        found: Batch = []
        while self._told and len(found) < _FEW:
            if (publication := next(self._told[0], None)) is not None:
                found.append(publication)
            else:
                self._told.popleft()
        return found or list(islice(self._anew, _FEW))

    def _next_values(self) -> Batch:
        self._erased.clear()
        topics = list(islice(self._values, _BATCH))
        return [self._values.pop(topic) for topic in topics]

    async def _publish(self, batch: Batch, again: Callable[[Batch], None]) -> None:
        """Publish; what may not have arrived waits once more, before what came meanwhile."""
        try:
            await self._link.publish_many(batch)
        except NotConnected:
            again(batch)
            # The link may not have noticed yet.
            await asyncio.sleep(MOMENT)
            return
        except Rejected as error:
            self._tell_refusal(error)
        self.published += len(batch)

    def _tell_again(self, batch: Batch) -> None:
        self._told.appendleft(iter(batch))

    def _value_again(self, batch: Batch) -> None:
        back = {publication.topic: publication for publication in batch if publication.topic not in self._erased}
        self._values = back | self._values

    def _answer_again(self, batch: Batch) -> None:
        self._others = deque([*batch, *self._others], maxlen=_MOST_WAITING)

    def _tell_refusal(self, error: Rejected) -> None:
        """Say once for each reason what is refused: where one topic is, others are too, and each poll has many."""
        if error.code not in self._refused:
            _LOGGER.warning("The broker refuses messages: %s", error)
        self._refused.add(error.code)


def _taken(queue: deque[Publication]) -> Batch:
    return [queue.popleft() for _ in range(min(len(queue), _BATCH))]
