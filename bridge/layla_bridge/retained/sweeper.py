"""What an earlier run, or a property that moved, left at the broker in this bridge's name: erased when it is due."""

import asyncio
from collections.abc import Callable, Collection
import logging

from ..broker import MOMENT, BrokerLink, NotConnected, Rejected
from ..contract.topics import Item
from .retained import Retained

_LOGGER = logging.getLogger(__name__)


class Sweeper:
    """Sweeps once after the start, and whenever something departed; `wanted` tells what stays."""

    def __init__(self, retained: Retained, link: BrokerLink, wanted: Callable[[Item], bool]) -> None:
        """Sweep over a link that somebody else keeps up."""
        self._retained = retained
        self._link = link
        self._wanted = wanted
        self._departed: set[Item] = set()
        self._due = asyncio.Event()

    def sweep(self, departed: Collection[Item] = ()) -> None:
        """Sweep soon; what `departed` was ours, whatever is kept of it."""
        self._departed.update(departed)
        self._due.set()

    async def run(self) -> None:
        """Sweep for as long as this runs."""
        while True:
            await self._due.wait()
            await self._link.wait_connected()
            self._due.clear()
            departed = frozenset(self._departed)
            try:
                await self._retained.sweep(self._wanted, departed)
            except NotConnected:
                self._due.set()
                # The link may not have noticed yet.
                await asyncio.sleep(MOMENT)
            except Rejected as error:
                _LOGGER.warning("What is left at the broker of earlier runs cannot be looked for: %s", error)
            else:
                self._departed -= departed
