"""How long to leave the cloud alone, and for how long old values may stand in for new ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.util.hass_dict import HassKey

from .const import CONF_INTERVAL, DOMAIN

INTERVAL: Final = timedelta(seconds=60)
# After a miss the last values stay if the next refresh is due within this time: what is older may be wrong.
LONGEST_STALE: Final = timedelta(minutes=5)
_LONGEST_GUESS: Final = timedelta(minutes=15)
_LONGEST_ASKED: Final = timedelta(days=1)
# Timers of Home Assistant may fire a little early.
_SLACK: Final = timedelta(seconds=2)


def interval(options: Mapping[str, Any]) -> timedelta:
    """Return the time between refreshes that the user chose."""
    return timedelta(seconds=options.get(CONF_INTERVAL, INTERVAL.total_seconds()))


@dataclass(frozen=True, slots=True)
class Rest:
    """A time in which the cloud wants to be left alone, and how long it was when it began."""

    until: datetime
    length: timedelta

    def left(self, now: datetime) -> timedelta | None:
        """Return how much of it is left, None when it is over."""
        left = self.until - now
        return left if left > _SLACK else None


# By account, so that reloading an entry does not make us forget.
RESTS: Final[HassKey[dict[str, Rest]]] = HassKey(f"{DOMAIN}_rests")


def rest(now: datetime, retry_after: float | None, previous: Rest | None, at_most: timedelta = _LONGEST_ASKED) -> Rest:
    """Rest as long as the cloud asks for, in seconds; where it asks for nothing, twice as long as before (L28)."""
    if retry_after is None:
        length = min((previous.length if previous else INTERVAL) * 2, _LONGEST_GUESS)
    else:
        length = max(INTERVAL, timedelta(seconds=min(retry_after, _LONGEST_ASKED.total_seconds())))
    bounded = min(length, at_most)
    return Rest(now + bounded, bounded)
