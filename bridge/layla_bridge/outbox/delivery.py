"""From the outbox to the broker: every event until it is confirmed, in order, and again after anything that fails."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
import logging
from typing import Final

from ..broker import MOMENT, BrokerLink, NotConnected, Rejected
from ..contract import payloads
from ..contract.level import usable
from ..contract.messages import Publication
from ..contract.topics import EVENT, Item, Kind, Topics
from . import Outbox, OutboxError, Stored

_LOGGER = logging.getLogger(__name__)

# Few enough that what is sent again after a lost connection is little, many enough that the broker is not waited for.
_BATCH: Final = 100
_FIRST_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 300.0


def publications(topics: Topics, stored: Stored, now: datetime) -> Iterator[Publication]:
    """Make the messages of one event: for its unit, and for its property, each where there is one."""
    told = stored.event
    payload = payloads.event(told, stored.seq, now)
    for kind, item_id in ((Kind.DEVICE, told.device_id), (Kind.PROPERTY, told.property_id)):
        if item_id is not None and usable(item_id):
            yield EVENT.at(topics.of(Item(kind, item_id), EVENT), payload)


class Delivery:
    """Publishes what the outbox keeps. An event that the broker refuses is tried again, ever more rarely.

    It never holds up the others, and stays in the outbox until it is too old.
    """

    def __init__(
        self,
        outbox: Outbox,
        link: BrokerLink,
        topics: Topics,
        clock: Callable[[], datetime],
        first_pause: float = _FIRST_PAUSE,
    ) -> None:
        """Take where events are, and where they go; `first_pause`, in s, is waited after the first failure."""
        self.delivered = 0
        """How many events the broker has confirmed."""
        self._outbox = outbox
        self._link = link
        self._topics = topics
        self._clock = clock
        self._first_pause = first_pause
        self._news = asyncio.Event()
        self._pause = first_pause
        # In the time of the event loop; None while nothing has failed.
        self._retry_at: float | None = None
        self._tried = 0
        # What the broker has, and the outbox could not be told of: a full disk must not have it published for ever.
        self._arrived: set[int] = set()
        self._told: str | None = None

    def wake(self) -> None:
        """Look into the outbox: there may be something new."""
        self._news.set()

    async def run(self) -> None:
        """Deliver for as long as this runs; what an earlier run left comes first."""
        while True:
            await self._link.wait_connected()
            self._news.clear()
            try:
                await self._deliver_due()
            except NotConnected:
                self._retry_at = 0.0
                # The link may not have noticed yet.
                await asyncio.sleep(MOMENT)
                continue
            except OutboxError as error:
                self._tell(error)
                self._postpone()
            await self._something_to_do()

    async def _something_to_do(self) -> None:
        """Wait for news, or until it is time to try once more what failed."""
        if self._retry_at is None:
            await self._news.wait()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._retry_at):
                await self._news.wait()

    async def _deliver_due(self) -> None:
        """Deliver what is news, and everything that waits when it is time for what failed."""
        if self._retry_at is not None and self._retry_at <= asyncio.get_running_loop().time():
            self._retry_at, self._tried = None, 0
        while batch := await self._outbox.pending(self._tried, _BATCH):
            self._tried = batch[-1].seq
            if not await self._deliver(batch) and self._retry_at is None:
                self._postpone()
        if self._retry_at is None:
            self._pause, self._told = self._first_pause, None

    def _postpone(self) -> None:
        self._retry_at = asyncio.get_running_loop().time() + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    async def _deliver(self, batch: Sequence[Stored]) -> bool:
        """Publish some events and take note of what the broker has; False where it refused any."""
        fresh = [stored for stored in batch if stored.seq not in self._arrived]
        try:
            await self._link.publish_many(message for stored in fresh for message in self._messages(stored))
        except Rejected as error:
            self._tell(error)
            if len(batch) == 1:
                return False
            # One is refused, and it is not known which arrived: each by itself.
            return all([await self._deliver([stored]) for stored in batch])
        self._arrived.update(stored.seq for stored in fresh)
        self.delivered += len(fresh)
        for stored in batch:
            await self._outbox.confirm(stored.seq)
            self._arrived.discard(stored.seq)
        return True

    def _messages(self, stored: Stored) -> Iterator[Publication]:
        return publications(self._topics, stored, self._clock())

    def _tell(self, error: Exception) -> None:
        said = str(error)
        if said != self._told:
            _LOGGER.warning("Events wait in the outbox: %s", error)
        self._told = said
