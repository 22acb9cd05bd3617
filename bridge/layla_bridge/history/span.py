"""Ranges of time of which the readings were missed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

HOUR: Final = timedelta(hours=1)
# Refreshes that are no further apart than this have missed nothing that a series by the hour could show.
_SHORTEST_OUTAGE: Final = timedelta(minutes=10)
_INTERVALS: Final = 2
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` until `until`, which comes later; both aware."""

    since: datetime
    until: datetime

    def with_(self, other: Span) -> Span:
        """Return the range from the earlier start to the later end."""
        return Span(min(self.since, other.since), max(self.until, other.until))

    def from_(self, horizon: datetime) -> Span | None:
        """Leave out what lies before an instant; None where nothing is left."""
        return Span(max(self.since, horizon), self.until) if self.until > horizon else None

    def touches(self, hour: datetime) -> bool:
        """Tell whether the hour that begins at an instant is, at least in part, in this range.

        Hours begin where the clock of the property says so, which is not everywhere a full hour in UTC.
        """
        return self.since - HOUR < hour < self.until


def missed(refreshed: datetime | None, now: datetime, interval: timedelta) -> Span | None:
    """Return what passed between two good refreshes, where that is longer than usual; `interval` is the usual."""
    if refreshed is None or now - refreshed <= max(interval * _INTERVALS, _SHORTEST_OUTAGE):
        return None
    return Span(refreshed, now)


def spoken(length: timedelta) -> str:
    """Say about how long something takes, as `1 h 20 min`; less than a minute is a minute."""
    hours, rest = divmod(max(length, _MINUTE) + _MINUTE / 2, HOUR)
    minutes = rest // _MINUTE
    return " ".join(part for part, there in ((f"{hours} h", hours), (f"{minutes} min", minutes or not hours)) if there)
