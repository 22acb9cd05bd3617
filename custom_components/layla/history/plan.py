"""Which hours of a series are to be imported: pure, and the same after every restart."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from .hours import HOUR, Span

DEPTH: Final = timedelta(days=30)
"""How far back the history of a sensor goes when it comes."""

LONGEST: Final = timedelta(days=366)
"""What an outage is made good for; with DEPTH these are fewer than the 10,000 points of one request (L10)."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a series is taken care of, and since when its sensor is looked after; both full hours."""

    since: datetime
    until: datetime

    @classmethod
    def begun(cls, since: datetime) -> Self:
        """Return what is known of a sensor that has just come: its past is missing."""
        return cls(since, since - DEPTH)

    def lacks(self, outages: Iterable[Span]) -> bool:
        """Tell whether anything is left to be imported, now or later."""
        return self.until < self.since or any(outage.until > self.until for outage in outages)

    def plan(self, outages: Iterable[Span], settled: datetime) -> Plan | None:
        """Return what to import now: of the past what is settled, an outage when its last hour is."""
        past = Span(self.until, self.since) if self.until < min(self.since, settled) else None
        missed = tuple(outage for outage in outages if self.until < outage.until <= settled)
        return Plan(past, missed) if past or missed else None

    def after(self, plan: Plan, settled: datetime) -> Coverage:
        """Return how far it is taken care of when a plan is carried out as far as its hours are settled."""
        return Coverage(self.since, max(self.until, min(plan.until, settled)))


@dataclass(frozen=True, slots=True)
class Plan:
    """Hours to import: those of the past that have no row yet, and all of the outages."""

    past: Span | None
    missed: tuple[Span, ...]

    @property
    def until(self) -> datetime:
        """When the last hour ends."""
        return max(span.until for span in self._spans)

    def asked(self, now: datetime) -> Span:
        """Return the range to ask the cloud for, in one request.

        It is an hour longer at both ends, because hours begin where the clock of the property says so, and because a
        cloud reads local times, of which one is two instants when summer time ends (L8).
        """
        until = min(self.until + HOUR, now)
        since = min(span.since for span in self._spans)
        return Span(max(since, until - LONGEST - DEPTH) - HOUR, until)

    def chosen(
        self, values: Mapping[datetime, float], existing: Collection[datetime], settled: datetime
    ) -> Mapping[datetime, float]:
        """Return the hours to write: no existing one but those of outages, and none that is not settled."""
        return {hour: value for hour, value in values.items() if hour + HOUR <= settled and self._wants(hour, existing)}

    def _wants(self, hour: datetime, existing: Collection[datetime]) -> bool:
        if any(span.has(hour) for span in self.missed):
            return True
        return self.past is not None and self.past.has(hour) and hour not in existing

    @property
    def _spans(self) -> tuple[Span, ...]:
        return (*self.missed, self.past) if self.past else self.missed
