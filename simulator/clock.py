"""The simulator's clock: the only source of time, which tests and the control API can bend."""

from datetime import UTC, datetime, timedelta
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """A clock that runs at any speed, stands still on request and can be moved forward.

    It never goes back: every simulated thing relies on that.
    """

    def __init__(
        self,
        start: datetime | None = None,
        *,
        speed: float = 1.0,
        frozen: bool = False,
        counter: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin at `start` (now, when absent) and count seconds with `counter`."""
        self._counter = counter
        self._anchor = _aware(start or datetime.now(UTC))
        self._counted = counter()
        self._speed = speed
        self._frozen = frozen

    @classmethod
    def fixed(cls, instant: datetime) -> Self:
        """Make a clock that stands at `instant` until it is advanced."""
        return cls(instant, frozen=True)

    @property
    def speed(self) -> float:
        """Simulated seconds per real second."""
        return self._speed

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen

    def now(self) -> datetime:
        """Return the simulated instant, in UTC."""
        if self._frozen:
            return self._anchor
        return self._anchor + timedelta(seconds=(self._counter() - self._counted) * self._speed)

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds`, at once."""
        if seconds < 0:
            message = f"A clock cannot go back, asked for {seconds} s"
            raise ValueError(message)
        self._anchor_at(self.now() + timedelta(seconds=seconds))

    def set_speed(self, speed: float) -> None:
        """Run `speed` simulated seconds per real second from now on."""
        if speed <= 0:
            message = f"A speed is above zero, asked for {speed}"
            raise ValueError(message)
        self._anchor_at(self.now())
        self._speed = speed

    def freeze(self, *, frozen: bool = True) -> None:
        """Stand still, or run again."""
        self._anchor_at(self.now())
        self._frozen = frozen

    def _anchor_at(self, instant: datetime) -> None:
        self._anchor = instant
        self._counted = self._counter()


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        message = f"A clock starts at an instant with a zone, got {instant.isoformat()}"
        raise ValueError(message)
    return instant.astimezone(UTC)
