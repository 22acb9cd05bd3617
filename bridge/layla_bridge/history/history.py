"""The history as the bridge runs it: what was missed, and what somebody asks for, fetched beside everything else."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import logging
from typing import Final

from ..budget import Budget
from ..cloud.account import Account
from ..cloud.errors import RateLimited
from ..cloud.model import Device, Snapshot
from . import asked
from .backlog import Backlog, Due
from .chunks import Deliver
from .fetcher import Failure, Fetcher
from .file import HistoryFile, Kept
from .requests import Finished, Request, Requests
from .series import Has, Series, fitting, measured, series_of
from .span import HOUR, Span, missed, spoken

_LOGGER = logging.getLogger(__name__)
LONGEST_BACK: Final = timedelta(days=7)
"""What was missed longer ago is fetched only when somebody asks for it."""
LONGEST_WORK: Final = timedelta(hours=12)
"""What would take longer than this after an outage is fetched only when somebody asks for it."""
# The instant of the last refresh is put on disk so often: an outage seems longer by that after a crash, no more.
_SAVE_EVERY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Of what there is a history: the units that the cloud showed last, in the properties that are selected.

    `has` names the measures of a unit. `interval` is the usual time between two refreshes.
    """

    shown: Callable[[], Snapshot | None]
    selected: Callable[[str | None], bool]
    has: Has = measured
    interval: Callable[[], timedelta] = lambda: timedelta(seconds=60)

    def devices(self) -> Sequence[Device]:
        """List the units; none before the first refresh."""
        snapshot = self.shown()
        return [each for each in snapshot.devices.values() if self.selected(each.property_id)] if snapshot else ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that was accepted: how many series it takes, and when they are there at the earliest."""

    series: int
    ready_in: timedelta


def _now() -> datetime:
    return datetime.now(UTC)


class History:
    """Fetches series by the hour and delivers them. It is told of every good refresh, and finds the outages itself.

    What an outage missed is fetched `settle` after its end, when all its hours are over: measures in the order in which
    they matter, and as many of them as take no longer than `longest`. Nothing is fetched while the budget is held or
    rests, so `held` is for fast polling, for a cloud that is down, and for a broker that is not there.
    """

    def __init__(
        self,
        account: Account,
        scope: Scope,
        deliver: Deliver,
        file: HistoryFile,
        budget: Budget,
        *,
        settle: timedelta = HOUR,
        longest: timedelta = LONGEST_WORK,
        limited: Callable[[RateLimited], None] = lambda _: None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Go on with what an earlier run left in the file, which is read here. `limited` is told of every 429."""
        self._scope = scope
        self._deliver = deliver
        self._file = file
        self._budget = budget
        self._settle = settle
        self._most = longest // budget.duration(1)
        self._clock = clock
        self._fetcher = Fetcher(account, budget, clock, limited)
        self._requests = Requests()
        self._news = asyncio.Event()
        self._saving = asyncio.Lock()
        kept = file.read()
        self._refreshed = self._saved = kept.refreshed
        self._backlog = kept.backlog

    @property
    def depth(self) -> int:
        """How many series are still to be fetched."""
        return self._requests.left + self._backlog.left(self._automatic()[0])

    async def refreshed(self, at: datetime) -> None:
        """Take note of a good refresh, whose snapshot is shown by now."""
        span = missed(self._refreshed, at, self._scope.interval())
        self._refreshed = at
        if span:
            await self.outage(span.since, span.until)
        elif self._saved is None or not timedelta() <= at - self._saved < _SAVE_EVERY:
            await self._save()
        self._news.set()

    async def outage(self, since: datetime, until: datetime) -> None:
        """Fetch what was missed from `since`, at most seven days earlier, until `until`."""
        series, left_out = self._automatic()
        _LOGGER.log(
            logging.WARNING if left_out else logging.INFO,
            "The cloud was not heard from %s to %s. %s",
            since.isoformat(timespec="seconds"),
            until.isoformat(timespec="seconds"),
            _announced(series, left_out, self._budget.duration(len(series)), until + self._settle),
        )
        if series:
            self._backlog = self._backlog.added(Span(max(since, until - LONGEST_BACK), until))
        await self._save()
        self._news.set()

    def request(self, members: Mapping[str, object], finished: Finished) -> Accepted:
        """Fetch what somebody asks for, `{units, measures, start, end}`, before anything that was missed.

        Requests are met in their order, and end with the process. `finished` is called once. Raises HistoryRefused.
        """
        self._requests.check_room()
        wish = asked.wanted(members, self._clock())
        series = asked.chosen(wish, self._scope.devices(), self._scope.has)
        self._requests.add(wish.span, series, finished)
        self._news.set()
        return Accepted(len(series), self._budget.duration(self._requests.left))

    async def run(self) -> None:
        """Fetch and deliver until cancelled; what is left is then on disk."""
        try:
            while True:
                await self._something_to_do()
                await self._budget.turn()
                # While it waited for its turn somebody may have asked for something, or a unit may have gone.
                if (request := self._request()) is not None:
                    await self._meet(request)
                elif (due := self._due()) is not None:
                    await self._make_good(due)
        finally:
            self._file.write(self._kept())

    async def _something_to_do(self) -> None:
        while self._request() is None and self._due() is None:
            self._fetcher.forget()
            # Every good refresh sets it, so that nothing here needs a clock.
            self._news.clear()
            await self._news.wait()

    def _automatic(self) -> tuple[Sequence[Series], Sequence[str]]:
        """Return the series that an outage has fetched, in order, and the measures for which the time is too short."""
        return fitting(series_of(self._scope.devices(), self._scope.has), self._most)

    def _request(self) -> Request | None:
        return self._requests.first(self._fetcher.worth_asking)

    def _due(self) -> Due | None:
        """Return what was missed and is to be fetched next."""
        if not self._backlog.missed:
            return None
        series, _ = self._automatic()
        if not series:
            return None  # nothing was shown yet, or a reply was empty
        now = self._clock()
        order = [each for each in series if self._fetcher.worth_asking(each)]
        self._backlog, due = self._backlog.since(now - LONGEST_BACK).step(order, now - self._settle)
        if not self._backlog.missed:
            _LOGGER.info("What the cloud had of the time in which it was not heard is fetched")
        return due

    async def _meet(self, request: Request) -> None:
        series = request.left[0]
        match await self._fetcher.read(series, request.span):
            case Failure.LATER:
                pass
            case Failure.SKIPPED:
                request.skip()
            case Failure.HOPELESS:
                await self._give_up()
            case points:
                self._deliver(series, points)
                request.delivered(len(points))

    async def _make_good(self, due: Due) -> None:
        answer = await self._fetcher.read(due.series, due.missed.span)
        if answer is Failure.LATER:
            return
        if answer is Failure.HOPELESS:
            await self._give_up()
            return
        if not isinstance(answer, Failure):
            self._deliver(due.series, answer)
        self._backlog = self._backlog.done(due)
        await self._save()

    async def _give_up(self) -> None:
        """End everything: the cloud has no history, or keeps it from us."""
        self._requests.give_up()
        self._backlog = Backlog()
        await self._save()

    def _kept(self) -> Kept:
        return Kept(self._refreshed, self._backlog)

    async def _save(self) -> None:
        async with self._saving:
            kept = self._kept()
            await asyncio.to_thread(self._file.write, kept)
            self._saved = kept.refreshed


def _announced(series: Sequence[Series], left_out: Sequence[str], length: timedelta, begin: datetime) -> str:
    """Say what is fetched, and what is not."""
    rest = f"{', '.join(left_out)} would take too long; ask for it with the request `history`" if left_out else ""
    if not series:
        return f"Nothing of it is fetched: {rest}" if left_out else "No unit has a history"
    units = len({each.device_id for each in series})
    told = f"{len(series)} series of {units} units are fetched from {begin:%H:%M} UTC on, in about {spoken(length)}"
    return f"{told}; {rest}" if rest else told
