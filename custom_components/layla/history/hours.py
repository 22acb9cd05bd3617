"""Hours, which long-term statistics are made of: they begin at full hours of UTC."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from ..cloud.model import Point

HOUR: Final = timedelta(hours=1)
# What is missed of an hour counts from here on; with less, what was recorded of it is better than what a cloud says.
_HALF: Final = HOUR / 2
# The recorder begins to compile an hour ten seconds after its end; what is compiled before that is an older one.
_COMPILED_AFTER: Final = timedelta(seconds=10)
_SURELY_COMPILED_AFTER: Final = timedelta(hours=2)


class Span(NamedTuple):
    """Whole hours from `since`, included, until `until`, excluded."""

    since: datetime
    until: datetime

    def has(self, hour: datetime) -> bool:
        """Tell whether the hour that begins at an instant is one of them."""
        return self.since <= hour < self.until


def floor(at: datetime) -> datetime:
    """Return when the hour of an instant began."""
    return at.replace(minute=0, second=0, microsecond=0)


def missed(heard: datetime, now: datetime) -> Span | None:
    """Return the hours of which half or more passed unheard; None where there is none."""
    if now - heard < _HALF:
        return None
    span = Span(floor(heard + _HALF), floor(now + _HALF))
    return span if span.since < span.until else None


def settled(now: datetime, compiled: datetime | None) -> datetime:
    """Return until when the recorder has compiled its hours, so that it will not write them any more.

    `compiled` is when it said so last. An hour that ended two hours ago is compiled, whatever it said.
    """
    surely = floor(now - _SURELY_COMPILED_AFTER)
    return surely if compiled is None else max(surely, floor(compiled - _COMPILED_AFTER))


def by_hour(points: Iterable[Point]) -> Mapping[datetime, float]:
    """Return the mean of each hour, in order, of points that stand for the hour from their time on.

    Where a zone is not whole hours from UTC, an hour is made of the two points that share it; of which there must be
    enough for half of it.
    """
    shares: defaultdict[datetime, list[tuple[float, float]]] = defaultdict(list)
    for point in points:
        first = floor(point.at)
        late = (point.at - first) / HOUR
        shares[first].append((1 - late, point.value))
        if late:
            shares[first + HOUR].append((late, point.value))
    return {hour: _mean(shares[hour]) for hour in sorted(shares) if sum(share for share, _ in shares[hour]) >= _ENOUGH}


_ENOUGH: Final = _HALF / HOUR


def _mean(shares: Iterable[tuple[float, float]]) -> float:
    parts = list(shares)
    if len(parts) == 1:
        return parts[0][1]
    return sum(share * value for share, value in parts) / sum(share for share, _ in parts)
