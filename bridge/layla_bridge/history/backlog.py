"""What was missed and not fetched yet: ranges of time, and how far each of them got."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self

from ..cloud.stored import InvalidRecord, Record
from .series import MATTERS, Series, following, place
from .span import Span


@dataclass(frozen=True, slots=True)
class Missed:
    """A range of which all series up to and including `after` were fetched."""

    span: Span
    after: Series | None = None


class Due(NamedTuple):
    """What to fetch next: a series, and for which range."""

    missed: Missed
    series: Series


@dataclass(frozen=True, slots=True)
class Backlog:
    """Ranges, the newest first; none of them got further than the one after it.

    All go through the series in one order. When a newer range gets to where an older one stands they go on as one, so
    that nothing is asked for twice.
    """

    missed: tuple[Missed, ...] = ()

    def added(self, span: Span) -> Backlog:
        """Add a range that is newer than all; one that nothing was fetched of yet grows."""
        if self.missed and self.missed[0].after is None:
            return Backlog((Missed(self.missed[0].span.with_(span)), *self.missed[1:]))
        return Backlog((Missed(span), *self.missed))

    def since(self, horizon: datetime) -> Backlog:
        """Leave out what lies before an instant."""
        return Backlog(
            tuple(Missed(span, each.after) for each in self.missed if (span := each.span.from_(horizon)) is not None)
        )

    def left(self, order: Sequence[Series]) -> int:
        """Count the series to fetch."""
        return len(following(order, self.missed[0].after)) if self.missed else 0

    def step(self, order: Sequence[Series], settled: datetime) -> tuple[Backlog, Due | None]:
        """Return the next series of the newest range that ended before `settled`, and what is then the backlog.

        Ranges that met are one in it, and what has no series left is gone.
        """
        waiting = tuple(each for each in self.missed if each.span.until > settled)
        ready = [each for each in self.missed if each.span.until <= settled]
        while ready:
            first, *older = ready
            series = next(iter(following(order, first.after)), None)
            if series is not None and (not older or _before(series, older[0])):
                return Backlog((*waiting, *ready)), Due(first, series)
            ready = [Missed(first.span.with_(older[0].span), older[0].after), *older[1:]] if older else []
        return Backlog(waiting), None

    def done(self, due: Due) -> Backlog:
        """Go on behind a series; a range that grew meanwhile stays where it is."""
        moved = Missed(due.missed.span, due.series)
        return Backlog(tuple(moved if each == due.missed else each for each in self.missed))

    def as_list(self) -> list[dict[str, Any]]:
        """Write it as plain JSON."""
        return [
            {
                "since": each.span.since.isoformat(),
                "until": each.span.until.isoformat(),
                "after": each.after._asdict() if each.after else None,
            }
            for each in self.missed
        ]

    @classmethod
    def of_record(cls, record: Record, name: str) -> Self:
        """Read it again. Raises InvalidRecord."""
        return cls(tuple(_missed(each) for each in record.records(name)))


def _before(series: Series, missed: Missed) -> bool:
    """Tell whether a range has left a series behind."""
    return missed.after is not None and place(series) <= place(missed.after)


def _missed(record: Record) -> Missed:
    span = Span(record.instant("since"), record.instant("until"))
    if record.members.get("after") is None:
        return Missed(span)
    after = Record.of(record.members["after"], "after")
    found = Series(after.text("measure"), after.text("device_id"))
    if found.measure not in MATTERS:
        raise InvalidRecord("measure", "measure of the catalogue")
    return Missed(span, found)
