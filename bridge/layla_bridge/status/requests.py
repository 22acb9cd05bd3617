"""How many requests went out in the last 24 hours, from a total that grows."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

_DAY: Final = timedelta(hours=24)
# Of each so many minutes one total is kept: 288 in all.
_STEP: Final = timedelta(minutes=5)


class RequestCount:
    """Counts over 24 hours, to five minutes; before the first of them are over it counts from the start."""

    def __init__(self, started: datetime) -> None:
        """Begin with a total of 0."""
        self._totals = deque([(started, 0)])

    def in_24_h(self, total: int, now: datetime) -> int:
        """Take note of the total as it is now, and return how much of it came in the last 24 hours."""
        totals = self._totals
        # The newest of those that are too old is where the count begins.
        while len(totals) > 1 and totals[1][0] <= now - _DAY:
            totals.popleft()
        if now - totals[-1][0] >= _STEP:
            totals.append((now, total))
        return total - totals[0][1]
