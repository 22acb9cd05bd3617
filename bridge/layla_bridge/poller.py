"""When the cloud is asked, and what follows from its answer or its silence."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
import logging
import random
from typing import Final

from .cloud.account import Account, Refresh
from .cloud.cursor import Cursor
from .cloud.errors import AuthenticationFailed, CloudError, CloudUnavailable, RateLimited
from .cloud.model import Snapshot
from .cloud.pace import LONGEST_INTERVAL, LONGEST_STALE, Rest, alarmed, interval, rest, retry

_LOGGER = logging.getLogger(__name__)

# So much longer than planned a pause is at most: bridges that start together do not ask together for ever.
_JITTER: Final = 0.05
_CHANCE: Final = random.SystemRandom()

type Took = Callable[[Refresh], Awaitable[None]]
"""Is given every answer."""


def _now() -> datetime:
    return datetime.now(UTC)


def _jittered(pause: timedelta) -> timedelta:
    return pause * (1 + _JITTER * _CHANCE.random())


class Poller:
    """Asks one account, as often as its pace allows, for as long as it runs.

    The cloud is `lost` from the second miss in a row on, and at once when the next try is more than five minutes away:
    what it said last may be wrong by now.
    """

    def __init__(
        self,
        account: Account,
        usual: timedelta,
        *,
        cursor: Callable[[], Cursor | None],
        took: Took,
        lost: Callable[[], None],
        clock: Callable[[], datetime] = _now,
        jittered: Callable[[timedelta], timedelta] = _jittered,
    ) -> None:
        """Take the account, the usual interval, and whom to tell of answers and of the cloud's loss."""
        self.usual = usual
        self.snapshot: Snapshot | None = None
        """What the cloud showed last."""
        self.succeeded_at: datetime | None = None
        self.latency: timedelta | None = None
        """How long the last answer took."""
        self.trouble: CloudError | None = None
        """Why there was no answer the last time; None after an answer."""
        self.trouble_since: datetime | None = None
        self.is_lost = False
        self.next_at: datetime | None = None
        self._account = account
        self._cursor = cursor
        self._took = took
        self._lost = lost
        self._clock = clock
        self._jittered = jittered
        self._misses = 0
        self._rest: Rest | None = None
        self._limited_at: datetime | None = None
        self._command_at: datetime | None = None
        self._alarm_at: datetime | None = None
        self._due = 0.0
        self._moved = asyncio.Event()
        self._done = asyncio.Event()

    @property
    def resting(self) -> timedelta | None:
        """For how long the cloud wants to be left alone; None when it does not."""
        return self._rest.left(self._clock()) if self._rest else None

    @property
    def hurried(self) -> bool:
        """Whether the cloud is asked more often than usual, for a command or an alarm."""
        return self._interval() < self.usual

    async def run(self) -> None:
        """Ask, and wait, for as long as this runs."""
        while True:
            await self._until_due()
            await self._poll()
            done, self._done = self._done, asyncio.Event()
            done.set()

    async def refreshed(self) -> None:
        """Ask now, or with what is asked already, and return when that is done.

        Raises RateLimited, and asks nothing, while the cloud wants to be left alone; else what went wrong.
        """
        if left := self.resting:
            seconds = left.total_seconds()
            raise RateLimited("refresh", "the time it asked for is not over", retry_after=seconds)
        self._plan(timedelta())
        await self._done.wait()
        if self.trouble:
            raise self.trouble

    def command_accepted(self) -> None:
        """Ask more often for a while, beginning soon: the cloud may show what a command did."""
        self._command_at = self._clock()
        soon = self._interval()
        if not self.resting and not self.trouble and self._due - _loop_time() > soon.total_seconds():
            self._plan(soon)

    def hurry(self) -> None:
        """Ask now: something says that the token is no longer good, and then everybody has to know.

        Where that is known, every command would bring another refused request, and those keep a lock-out alive.
        """
        if not self.resting and not isinstance(self.trouble, AuthenticationFailed):
            self._plan(timedelta())

    def limited(self, error: RateLimited) -> None:
        """Leave the cloud alone for as long as it asks for, also when it was a command that came too often."""
        self._plan(self._begin_rest(error, at_most=LONGEST_STALE))

    def change_interval(self, usual: timedelta) -> None:
        """Ask at another interval from now on."""
        self.usual = usual
        if not self.resting and not self.trouble:
            self._plan(self._interval())

    async def _until_due(self) -> None:
        while (left := self._due - _loop_time()) > 0:
            self._moved.clear()
            try:
                async with asyncio.timeout(left):
                    await self._moved.wait()
            except TimeoutError:
                return

    async def _poll(self) -> None:
        begun = _loop_time()
        try:
            refresh = await self._account.fetch(self._cursor(), self.snapshot)
        except CloudError as error:
            self._missed(error)
            return
        except Exception:
            _LOGGER.exception("The cloud's answer could not be read")
            self._missed(_fault())
            return
        self.latency = timedelta(seconds=_loop_time() - begun)
        previous, self.snapshot = self.snapshot, refresh.snapshot
        self._recovered()
        if alarmed(refresh.snapshot, previous):
            self._alarm_at = self._clock()
        # A part that is limited must not let the units get old.
        rested = self._resting_for(refresh.setback)
        self._plan(max(rested, self._interval()))
        try:
            await self._took(refresh)
        except Exception:
            _LOGGER.exception("The cloud's answer could not be shown")
            self.trouble, self.trouble_since = _fault(), self._clock()

    def _resting_for(self, setback: CloudError | None) -> timedelta:
        """Return how long to rest for what failed beside the units; an answer without any failure forgets the rest."""
        if isinstance(setback, RateLimited):
            return self._begin_rest(setback, at_most=LONGEST_STALE)
        if setback is None:
            self._rest = None
        return timedelta()

    def _recovered(self) -> None:
        if self.trouble:
            _LOGGER.info("The cloud answers again")
        self._misses, self.trouble, self.trouble_since, self.is_lost = 0, None, None, False
        self.succeeded_at = self._clock()

    def _missed(self, error: CloudError) -> None:
        self._misses += 1
        if type(error) is not type(self.trouble):
            _LOGGER.warning("The cloud gave no answer: %s", error)
        if self.trouble is None:
            self.trouble_since = self._clock()
        self.trouble = error
        pause = self._pause(error)
        self._plan(pause)
        if not self.is_lost and (self._misses > 1 or pause > LONGEST_STALE):
            self.is_lost = True
            self._lost()

    def _pause(self, error: CloudError) -> timedelta:
        """Return how long to wait after a miss."""
        if isinstance(error, RateLimited):
            return self._begin_rest(error)
        # Who is refused and asks on keeps a lock-out alive; who finds nobody there wants to notice the end of that.
        longest = LONGEST_INTERVAL if isinstance(error, AuthenticationFailed) else max(self.usual, LONGEST_STALE)
        return retry(longest, self._misses)

    def _begin_rest(self, error: RateLimited, **bound: timedelta) -> timedelta:
        self._limited_at = now = self._clock()
        begun = rest(now, error.retry_after, self._rest, **bound)
        left = self.resting
        # A command that comes too often must not cut short the rest that a refresh was asked for.
        if self._rest is None or left is None or left < begun.length:
            self._rest = begun
        return self._rest.until - now

    def _interval(self) -> timedelta:
        return interval(
            self.usual,
            self._clock(),
            command_at=self._command_at,
            alarm_at=self._alarm_at,
            limited_at=self._limited_at,
        )

    def _plan(self, pause: timedelta) -> None:
        """Ask after a pause, whatever was planned."""
        self.next_at = self._clock() + pause
        self._due = _loop_time() + self._jittered(pause).total_seconds()
        self._moved.set()


def _fault() -> CloudUnavailable:
    """Say that the fault is our own: it must not end a bridge that still takes commands and delivers events."""
    return CloudUnavailable("refresh", "the bridge has a fault; its log says more")


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
