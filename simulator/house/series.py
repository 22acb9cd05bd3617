"""Series of readings, of one unit or of several together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .buckets import Bucket
from .catalogue import MEASURES
from .device import Device
from .readings import reading


@dataclass(frozen=True, slots=True)
class Point:
    """What a bucket came to; None where nothing is known."""

    start: datetime
    value: float | None


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
