"""Reports that take a while: asked after at a pace that slows down, until they are done or it takes too long (E3).

Pure but for the program's own clock: `Scheduler` waits, the caller asks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import Final

from .errors import CloudUnavailable, RateLimited
from .scheduler import Scheduler

_FIRST: Final = timedelta(seconds=5)
_LONGEST: Final = timedelta(minutes=1)
_GROWTH: Final = 1.5
GIVE_UP_AFTER: Final = timedelta(minutes=30)

_LOGGER = logging.getLogger(__name__)
_DONE: Final = "completed"
_FAILED: Final = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a report is; `link` is there once it is done, `reason` once it has failed.

    Words for its status that are not known stand for one that is still being made (E2).
    """

    status: str
    link: str | None = None
    reason: str | None = None

    @property
    def done(self) -> bool:
        """Whether there is a report now."""
        return self.status == _DONE

    @property
    def failed(self) -> bool:
        """Whether there will be none."""
        return self.status == _FAILED


def pace() -> Iterator[timedelta]:
    """Yield how long to wait before each question: five seconds, growing to a minute."""
    wait = _FIRST
    while True:
        yield wait
        wait = min(wait * _GROWTH, _LONGEST)


async def followed(
    read: Callable[[], Awaitable[Progress]],
    scheduler: Scheduler,
    told: Callable[[Progress], None],
    *,
    limited: Callable[[RateLimited], None],
    resting: Callable[[], timedelta | None],
) -> Progress:
    """Ask after a report until it is done or has failed; `told` hears of its beginning and of every change.

    Returns a report that is neither when half an hour has passed. A cloud that does not answer is asked again, and
    not before a rest is over that it asked for, whoever was told: `limited` begins one, `resting` is what is left of
    it. Raises CloudError for anything else.
    """
    give_up_at = scheduler.now() + GIVE_UP_AFTER
    known, quiet_until = Progress(status="pending"), scheduler.now()
    told(known)
    for wait in pace():
        await _until(scheduler, min(scheduler.now() + wait, give_up_at))
        while (free_at := max(quiet_until, _after(scheduler, resting()))) > scheduler.now() < give_up_at:
            await _until(scheduler, min(free_at, give_up_at))
        last = scheduler.now() >= give_up_at
        if free_at > scheduler.now():
            break
        try:
            progress = await read()
        except RateLimited as error:
            limited(error)
            progress, quiet_until = known, _after(scheduler, timedelta(seconds=error.retry_after or 0))
        except CloudUnavailable as error:
            if last:
                raise
            _LOGGER.debug("A report was not told of and will be asked after again: %s", error)
            progress = known
        if progress != known:
            told(progress)
        known = progress
        if progress.done or progress.failed or last:
            break
    return known


def _after(scheduler: Scheduler, wait: timedelta | None) -> datetime:
    return scheduler.now() + (wait or timedelta())


async def _until(scheduler: Scheduler, at: datetime) -> None:
    """Wait for an instant by the program's clock."""
    reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def reach(_: datetime) -> None:
        if not reached.done():
            reached.set_result(None)

    call_off = scheduler.call_at(at, reach)
    try:
        await reached
    finally:
        call_off()
