"""Series of readings: buckets of equal width, aligned to the clock on the wall."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .catalogue import MEASURES
from .device import Device
from .readings import SAMPLE, reading

GRANULARITIES = {"minutes": 60, "15min": 900, "hours": 3600}
MOST_POINTS = 10_000
_MOST_SAMPLES = 4


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
        """Yield the instants that stand for the bucket, as far as they have come."""
        step = max(self.width // _MOST_SAMPLES, SAMPLE)
        for offset in range(0, self.width, step):
            at = self.start.astimezone(UTC) + timedelta(seconds=offset)
            if at <= now:
                yield at


@dataclass(frozen=True, slots=True)
class Point:
    """What a bucket came to; None where nothing is known."""

    start: datetime
    value: float | None


def granularity_for(span: timedelta) -> str:
    """Return a sensible granularity for a range."""
    if span <= timedelta(hours=6):
        return "minutes"
    return "15min" if span <= timedelta(days=7) else "hours"


def buckets(start: datetime, end: datetime, width: int, zone: ZoneInfo) -> Iterator[Bucket]:
    """Yield the buckets that begin in [start, end)."""
    second = start.timestamp()
    offset = (start.astimezone(zone).utcoffset() or timedelta()).total_seconds() % width
    at = -(-(second + offset) // width) * width - offset
    while at < end.timestamp():
        yield Bucket(datetime.fromtimestamp(at, UTC).astimezone(zone), width)
        at += width


def device_series(device: Device, measure: str, span: Sequence[Bucket], now: datetime, zone: ZoneInfo) -> list[Point]:
    """Return the series of one unit, one point for each bucket."""
    if measure not in device.measures:
        return []
    summary = MEASURES[measure].bucket
    return [
        Point(
            bucket.start, _summed(summary, [reading(device, measure, at, zone) for at in bucket.samples(now)], measure)
        )
        for bucket in span
    ]


def property_series(
    devices: Sequence[Device], measure: str, span: Sequence[Bucket], now: datetime, zone: ZoneInfo
) -> list[Point]:
    """Return the series over several units: powers and people add up, the rest is a mean."""
    each = [series for device in devices if (series := device_series(device, measure, span, now, zone))]
    summary = MEASURES[measure].units
    return [
        Point(points[0].start, _summed(summary, [point.value for point in points], measure))
        for points in zip(*each, strict=True)
    ]


def _summed(summary: Callable[[Sequence[float]], float], values: Sequence[Any], measure: str) -> float | None:
    known = [value for value in values if value is not None]
    return MEASURES[measure].quantised(summary(known)) if known else None
