"""Reads series from the cloud, and decides what a failure means for the others."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum, auto
import logging
from typing import Final

from ..budget import Budget
from ..cloud.account import Account
from ..cloud.errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    Gone,
    NotSupported,
    RateLimited,
    ServerFault,
    UnreadableAnswer,
)
from ..cloud.model import Point
from .series import Series
from .span import HOUR, Span

_LOGGER = logging.getLogger(__name__)
# Seconds of rest after a failure; they double (L28).
_SHORTEST_REST: Final = 60.0
_LONGEST_REST: Final = 900.0
_LONGEST_ASKED: Final = 86_400.0
_DOUBLINGS: Final = 4
# What the cloud answers with a fault so often in a row is left alone.
_PATIENCE: Final = 4
# When so many units in a row are declined, it is not the units.
_ENOUGH: Final = 3


class Failure(Enum):
    """Why there are no points."""

    LATER = auto()
    """The cloud cannot be asked now: ask again, the budget knows when."""
    SKIPPED = auto()
    """This series cannot be had."""
    HOPELESS = auto()
    """No series can be had."""


class Fetcher:
    """Reads series, one at a time. The caller takes a turn of the budget before each."""

    def __init__(
        self,
        account: Account,
        budget: Budget,
        clock: Callable[[], datetime],
        limited: Callable[[RateLimited], None] = lambda _: None,
    ) -> None:
        """Rest by the budget that the caller takes its turns of; `limited` is told of every 429."""
        self.trouble: CloudError | None = None
        """Why there were no points the last time; None when there were some."""
        self._limited = limited
        self._account = account
        self._budget = budget
        self._clock = clock
        self._misses = 0
        self._units: set[str] = set()
        self._measures: set[str] = set()
        self._declined: set[str] = set()

    def worth_asking(self, series: Series) -> bool:
        """Tell whether neither the unit is known to be gone nor the measure to be missing."""
        return series.measure not in self._measures and series.device_id not in self._units

    def forget(self) -> None:
        """Take it that everything may have come back: for a new undertaking."""
        self._units.clear()
        self._measures.clear()
        self._declined.clear()

    async def read(self, series: Series, span: Span) -> Sequence[Point] | Failure:
        """Read the hours that a range touches and that are over, in order."""
        try:
            points = await self._hours(series, span)
        except CloudError as error:
            self.trouble = error
            return self._failure(series, error)
        self.trouble = None
        self._misses = 0
        self._declined.clear()
        return points

    def _failure(self, series: Series, error: CloudError) -> Failure:
        match error:
            case RateLimited():
                self._limited(error)
                return self._rest(error, error.retry_after)
            case ServerFault() | UnreadableAnswer() if self._misses + 1 >= _PATIENCE:
                return self._skipped(series, error)
            case AuthenticationFailed() | CloudUnavailable():
                return self._rest(error)
            case _:
                return self._skipped(series, error)

    async def _hours(self, series: Series, span: Span) -> Sequence[Point]:
        """Ask for an hour more at both ends.

        The cloud reads local times, of which one is two instants when summer time ends (L8); and an hour counts when
        a part of it was missed.
        """
        now = self._clock()
        found = await self._account.history(
            series.device_id, series.measure, span.since - HOUR, min(span.until + HOUR, now)
        )
        whole = (point for point in found if span.touches(point.at) and point.at + HOUR <= now)
        return sorted(whole, key=lambda point: point.at)

    def _rest(self, error: CloudError, asked: float | None = None) -> Failure:
        wait = min(_SHORTEST_REST * (1 << min(self._misses, _DOUBLINGS)), _LONGEST_REST)
        if asked is not None:
            wait = max(_SHORTEST_REST, min(asked, _LONGEST_ASKED))
        self._misses += 1
        _LOGGER.info("The history waits for %.0f s: %s", wait, error)
        self._budget.rest(wait)
        return Failure.LATER

    def _skipped(self, series: Series, error: CloudError) -> Failure:
        self._misses = 0
        unit, measure = series.device_id, series.measure
        if isinstance(error, NotSupported) and error.status is None:
            # Known before it was asked: this API has no such measure (P6).
            self._measures.add(measure)
            _LOGGER.warning("There is no history of %s: %s", measure, error)
            return Failure.SKIPPED
        if isinstance(error, Gone):
            self._units.add(unit)
        if error.status is not None:
            self._declined.add(unit)
        if isinstance(error, NotSupported) or len(self._declined) >= _ENOUGH:
            _LOGGER.warning("This cloud does not offer the history of units, so none is fetched: %s", error)
            return Failure.HOPELESS
        _LOGGER.warning("The history of %s of unit %s is left out: %s", measure, unit, error)
        return Failure.SKIPPED
