"""How long to wait before the next refresh."""

from datetime import timedelta
from typing import Final

INTERVAL: Final = timedelta(seconds=60)
_LONGEST_GUESS: Final = timedelta(minutes=15)
_LONGEST_ASKED: Final = timedelta(days=1)


def after_rate_limit(interval: timedelta, retry_after: float | None) -> timedelta:
    """Honour the wait that the cloud asks for; where it asks for none, double ours (L28)."""
    if retry_after is None:
        return min(interval * 2, _LONGEST_GUESS)
    return max(INTERVAL, timedelta(seconds=min(retry_after, _LONGEST_ASKED.total_seconds())))
