"""When every retained message is refreshed: each at a place of its own within the period, so evenly spread."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

from ..contract.topics import Item


class Rota:
    """The turns of some items. An item's place depends on its id alone, so it stays over restarts."""

    def __init__(self, items: Iterable[Item], period: timedelta) -> None:
        """Give every item its turn within each `period`."""
        self._period = period.total_seconds()
        turns = sorted((_place(item) * self._period, item) for item in items)
        self._places = [place for place, _ in turns]
        self._items = [item for _, item in turns]

    def due(self, since: datetime, now: datetime) -> Sequence[Item]:
        """Return whose turn came after `since` and until `now`; none when the clock went back."""
        passed = (now - since).total_seconds()
        if passed <= 0:
            return ()
        if passed >= self._period:
            return self._items
        begin, end = (bisect_right(self._places, each.timestamp() % self._period) for each in (since, now))
        return self._items[begin:end] if begin <= end else self._items[begin:] + self._items[:end]


def _place(item: Item) -> float:
    """Return a number from 0 to 1 that depends on the id alone and is different for most ids."""
    digest = blake2b(f"{item.kind}/{item.id}".encode(errors="surrogatepass"), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48
