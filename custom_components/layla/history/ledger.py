"""What is taken care of and what is not, series by series: plain values, kept on disk."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, Self

from ..cloud.stored import InvalidRecord, Record
from .hours import Span, floor, missed
from .plan import LONGEST, Coverage, Plan

# What could not be had for so long is not asked for any more.
_PATIENCE: Final = timedelta(days=30)


class Series(NamedTuple):
    """One measure of one unit."""

    device_id: str
    measure: str


class Ledger:
    """Knows of every series how far it is taken care of, which outages there were, and when the cloud was heard."""

    def __init__(self) -> None:
        """Know of nothing yet."""
        self.heard: datetime | None = None
        self.outages: tuple[Span, ...] = ()
        self._coverage: dict[Series, Coverage] = {}
        self._open: dict[Series, None] = {}

    @property
    def total(self) -> int:
        """How many series are looked after."""
        return len(self._coverage)

    @property
    def remaining(self) -> int:
        """How many of them lack something."""
        return len(self._open)

    @property
    def percent(self) -> int:
        """How much is done; a hundred when everything is."""
        return 100 * (self.total - self.remaining) // self.total if self.total else 100

    def look_after(self, wanted: Collection[Series], now: datetime) -> None:
        """Begin with what is new, and forget what is not wanted any more: when it comes again it is new again."""
        known = self._coverage
        self._coverage = {series: known.get(series) or Coverage.begun(floor(now)) for series in wanted}
        self._recount()

    def hear(self, now: datetime) -> bool:
        """Note that the cloud was heard; tells whether hours were missed since the last time."""
        outage = missed(self.heard, now) if self.heard else None
        self.heard = now
        if outage is None:
            return False
        kept = (each for each in self.outages if each.until > now - _PATIENCE)
        self.outages = (*kept, Span(max(outage.since, outage.until - LONGEST), outage.until))
        self._recount()
        return True

    def plans(self, settled: datetime) -> Iterator[tuple[Series, Plan]]:
        """Yield what can be imported now."""
        for series in self._open:
            if plan := self._coverage[series].plan(self.outages, settled):
                yield series, plan

    def done(self, series: Series, plan: Plan, settled: datetime) -> None:
        """Note that a plan is carried out until `settled`; a series that is forgotten meanwhile stays so."""
        if coverage := self._coverage.get(series):
            self._coverage[series] = coverage.after(plan, settled)
            self._recount()

    def drop(self, series: Series) -> None:
        """Forget a series."""
        self._coverage.pop(series, None)
        self._recount()

    def as_dict(self) -> dict[str, Any]:
        """Write it as plain JSON, by unit and measure."""
        units: dict[str, dict[str, list[int]]] = {}
        for (device_id, measure), coverage in self._coverage.items():
            units.setdefault(device_id, {})[measure] = [_seconds(coverage.since), _seconds(coverage.until)]
        return {
            "heard": self.heard.isoformat() if self.heard else None,
            "outages": [{"since": span.since.isoformat(), "until": span.until.isoformat()} for span in self.outages],
            "units": units,
        }

    @classmethod
    def of_record(cls, record: Record) -> Self:
        """Read it again. Raises InvalidRecord."""
        found = cls()
        found.heard = record.instant_or_none("heard")
        found.outages = tuple(Span(each.instant("since"), each.instant("until")) for each in record.records("outages"))
        units = Record.of(record.members.get("units"), "units").members
        for device_id, measures in units.items():
            for measure, times in Record.of(measures, "units").members.items():
                found._coverage[Series(device_id, measure)] = _coverage(times)
        found._recount()
        return found

    def _recount(self) -> None:
        self._open = {series: None for series, each in self._coverage.items() if each.lacks(self.outages)}
        done = min((each.until for each in self._coverage.values()), default=None)
        if done is not None:
            self.outages = tuple(span for span in self.outages if span.until > done)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _coverage(times: object) -> Coverage:
    if not isinstance(times, list) or len(times) != 2 or not all(type(each) is int for each in times):  # noqa: PLR2004
        raise InvalidRecord("units", "two times in seconds")
    since, until = (datetime.fromtimestamp(each, UTC) for each in times)
    return Coverage(since, until)
