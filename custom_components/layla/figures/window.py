"""How many requests went out within the last day: what was counted lately, in steps of ten minutes."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
_STEP: Final = timedelta(minutes=10)


@dataclass(slots=True)
class Window:
    """Counts since `begun`; what is older than a day is forgotten."""

    begun: datetime
    _steps: deque[tuple[datetime, int]] = field(default_factory=deque)

    def add(self, count: int, now: datetime) -> None:
        """Count some more."""
        if self._steps and timedelta() <= now - self._steps[-1][0] < _STEP:
            at, so_far = self._steps.pop()
            self._steps.append((at, so_far + count))
        else:
            self._steps.append((now, count))

    def count(self, now: datetime) -> int:
        """Return how many there were within the day until now."""
        while self._steps and now - self._steps[0][0] > DAY:
            self._steps.popleft()
        return sum(count for _, count in self._steps)

    def since(self, now: datetime) -> datetime:
        """Return from when on all were counted: a day ago, or later where counting began later."""
        return max(self.begun, now - DAY)
