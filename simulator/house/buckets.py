"""Buckets of time, aligned to the clock on the wall and to the calendar of a zone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from .readings import SAMPLE

MOST_POINTS = 10_000
GRANULARITIES: Mapping[str, int] = {
    "minutes": 60,
    "15min": 900,
    "hours": 3600,
    "days": 86_400,
    "months": 2_629_746,
    "years": 31_556_952,
}
"""The width of a bucket in seconds; of a month and a year the mean one."""

_BETWEEN_SAMPLES = 3 * 3600
_FEWEST_SAMPLES, _MOST_SAMPLES = 4, 48


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket: its local start, and its width in seconds."""

    start: datetime
    width: int

    @property
    def end(self) -> datetime:
        """The instant at which the next one begins, in UTC."""
        return self.start.astimezone(UTC) + timedelta(seconds=self.width)

    def samples(self, now: datetime) -> Iterator[datetime]:
        """Yield the instants that stand for the bucket, as far as they have come: four of an hour, eight of a day."""
        count = min(max(self.width // _BETWEEN_SAMPLES, _FEWEST_SAMPLES), _MOST_SAMPLES)
        step = max(self.width // count, SAMPLE)
        for offset in range(0, self.width, step):
            at = self.start.astimezone(UTC) + timedelta(seconds=offset)
            if at <= now:
                yield at


def buckets(start: datetime, end: datetime, granularity: str, zone: ZoneInfo) -> Iterator[Bucket]:
    """Yield the buckets that begin in [start, end)."""
    if granularity in _FOLLOWING:
        return _of_calendar(start, end, granularity, zone)
    return _of_clock(start, end, GRANULARITIES[granularity], zone)


def _of_clock(start: datetime, end: datetime, width: int, zone: ZoneInfo) -> Iterator[Bucket]:
    second = start.timestamp()
    offset = (start.astimezone(zone).utcoffset() or timedelta()).total_seconds() % width
    at = -(-(second + offset) // width) * width - offset
    while at < end.timestamp():
        yield Bucket(datetime.fromtimestamp(at, UTC).astimezone(zone), width)
        at += width


def _of_calendar(start: datetime, end: datetime, granularity: str, zone: ZoneInfo) -> Iterator[Bucket]:
    """Yield days of 23, 24 or 25 hours, months and years of such days; a day that a zone left out is none."""
    for begin, after in pairwise(_midnights(start.astimezone(zone).date(), granularity, zone)):
        if begin >= end:
            return
        if begin >= start and after > begin:
            yield Bucket(begin.astimezone(zone), round((after - begin).total_seconds()))


def _midnights(day: date, granularity: str, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield, in UTC, when days, months or years begin: the one with `day` in it, and all after it."""
    at = _FIRST_DAY[granularity](day)
    while True:
        yield datetime.combine(at, time(), zone).astimezone(UTC)
        at = _FOLLOWING[granularity](at)


_FIRST_DAY: Mapping[str, Callable[[date], date]] = {
    "days": lambda day: day,
    "months": lambda day: day.replace(day=1),
    "years": lambda day: day.replace(month=1, day=1),
}
_FOLLOWING: Mapping[str, Callable[[date], date]] = {
    "days": lambda day: day + timedelta(days=1),
    "months": lambda day: (day + timedelta(days=31)).replace(day=1),
    "years": lambda day: day.replace(year=day.year + 1),
}
