"""What was asked for and is not delivered yet."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from .asked import HistoryRefused
from .series import Series
from .span import Span

MOST: Final = 8
"""How many requests may wait."""

type Finished = Callable[[int, int], None]
"""Is told of the end of a request: how many points were delivered, and how many series could not be had."""


@dataclass(slots=True)
class Request:
    """A range of some series, in order, and what came of it so far."""

    span: Span
    left: deque[Series]
    finished: Finished
    points: int = 0
    failed: int = 0

    def delivered(self, points: int) -> None:
        """Go on behind a series that was delivered."""
        self.left.popleft()
        self.points += points

    def skip(self) -> None:
        """Go on behind a series that cannot be had."""
        self.left.popleft()
        self.failed += 1

    def end(self) -> None:
        """Tell of the end; what is left could not be had."""
        self.finished(self.points, self.failed + len(self.left))


class Requests:
    """Requests in their order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: deque[Request] = deque()

    @property
    def left(self) -> int:
        """Count the series to fetch."""
        return sum(len(each.left) for each in self._waiting)

    def check_room(self) -> None:
        """Raise HistoryRefused when too many wait."""
        if len(self._waiting) >= MOST:
            raise HistoryRefused("history", f"{MOST} requests wait already", "another one once one of them is done")

    def add(self, span: Span, series: Iterable[Series], finished: Finished) -> None:
        """Take one more."""
        self._waiting.append(Request(span, deque(series), finished))

    def first(self, worth_asking: Callable[[Series], bool]) -> Request | None:
        """Return the first that has something left, and end those before it."""
        while self._waiting:
            request = self._waiting[0]
            while request.left and not worth_asking(request.left[0]):
                request.skip()
            if request.left:
                return request
            self._waiting.popleft().end()
        return None

    def give_up(self) -> None:
        """End all."""
        while self._waiting:
            self._waiting.popleft().end()
