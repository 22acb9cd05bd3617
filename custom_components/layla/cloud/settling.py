"""Settling: once a command to an air conditioner has gone out, the user's schedule and timer are put back.

The account says when; the tasks and the waiting are the program's (`Scheduler`).
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
import logging
from typing import Final

from .account import Account
from .commands import SettleAirConditioner
from .errors import CloudError, RateLimited
from .scheduler import Scheduler

_LOGGER = logging.getLogger(__name__)

_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=1)


class Settling:
    """Settles every unit of an account when it is due; what fails is tried again, ever more rarely."""

    def __init__(self, account: Account, scheduler: Scheduler, on_limited: Callable[[RateLimited], None]) -> None:
        """Take the account that knows what is due when, also from before a restart, and whom to tell of a limit."""
        self._account = account
        self._scheduler = scheduler
        self._on_limited = on_limited
        self._waits: dict[str, timedelta] = {}
        self._again_at: dict[str, datetime] = {}
        self._cancel: Callable[[], None] | None = None
        self._turn = asyncio.Lock()
        self._closed = False

    def plan(self) -> None:
        """Wait for the next unit that is due; to be called after each command."""
        self._stop()
        due = [self._due(unit, at) for unit, at in self._account.unsettled.items()]
        if due and not self._closed:
            self._cancel = self._scheduler.call_at(max(min(due), self._scheduler.now()), self._begin)

    async def close(self) -> None:
        """Finish the unit that is being settled; the others are settled after the next start."""
        self._closed = True
        self._stop()
        async with self._turn:
            return

    def _stop(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None

    def _due(self, unit: str, at: datetime) -> datetime:
        return max(at, self._again_at.get(unit, at))

    def _begin(self, now: datetime) -> None:
        self._cancel = None
        _ = self._scheduler.create_task(self._settle_due(now), "settle air conditioners")

    async def _settle_due(self, now: datetime) -> None:
        for unit, at in dict(self._account.unsettled).items():
            async with self._turn:
                if self._due(unit, at) <= now and not self._closed:
                    await self._settle(unit, now)
        self.plan()

    async def _settle(self, unit: str, now: datetime) -> None:
        try:
            await self._account.execute(SettleAirConditioner(device_id=unit))
        # A disk that is full now may have room later, as a cloud that is down comes back.
        except (CloudError, OSError) as error:
            level = logging.DEBUG if unit in self._waits else logging.WARNING
            _LOGGER.log(level, "The schedule or timer of an air conditioner could not be put back yet: %s", error)
            wait = self._waits[unit] = min(self._waits.get(unit, _FIRST_WAIT / 2) * 2, _LONGEST_WAIT)
            asked = timedelta()
            if isinstance(error, RateLimited):
                self._on_limited(error)
                asked = timedelta(seconds=error.retry_after or 0)
            self._again_at[unit] = now + max(wait, asked)
        else:
            self._waits.pop(unit, None)
            self._again_at.pop(unit, None)


async def settle_for_good(account: Account, scheduler: Scheduler) -> None:
    """Settle every unit of an account that is left, as soon as its last command is out; nobody will later."""
    for unit, at in dict(account.unsettled).items():
        await scheduler.sleep(max((at - scheduler.now()).total_seconds(), 0))
        try:
            await account.execute(SettleAirConditioner(device_id=unit))
        except (CloudError, OSError) as error:
            _LOGGER.warning(
                "The schedule or timer of an air conditioner could not be put back, and will not be: %s", error
            )
