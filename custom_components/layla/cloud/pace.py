"""How often the cloud is asked, how long it is left alone, and for how long old values may stand in for new ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from .model import Snapshot

INTERVAL: Final = timedelta(seconds=60)
LONGEST_INTERVAL: Final = timedelta(seconds=900)
AFTER_COMMAND: Final = timedelta(seconds=15)
AFTER_ALARM: Final = timedelta(seconds=30)
URGENT_ALARMS: Final = frozenset(
    {"smoke_alarm", "co_alarm", "security_alarm", "noise_alarm", "noise_alarm_quiet_hours"}
)
_COMMAND_LASTS: Final = timedelta(minutes=2)
_ALARM_LASTS: Final = timedelta(minutes=10)
_LIMIT_LASTS: Final = timedelta(hours=1)
# After a miss the last values stay if the next refresh is due within this time: what is older may be wrong.
LONGEST_STALE: Final = timedelta(minutes=5)
_LONGEST_GUESS: Final = timedelta(minutes=15)
_LONGEST_ASKED: Final = timedelta(days=1)
# Timers may fire a little early.
_SLACK: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Rest:
    """A time in which the cloud wants to be left alone, and how long it was when it began."""

    until: datetime
    length: timedelta

    def left(self, now: datetime) -> timedelta | None:
        """Return how much of it is left, None when it is over."""
        left = self.until - now
        return left if left > _SLACK else None


def rest(now: datetime, retry_after: float | None, previous: Rest | None, at_most: timedelta = _LONGEST_ASKED) -> Rest:
    """Rest as long as the cloud asks for, in seconds; where it asks for nothing, twice as long as before (L28)."""
    if retry_after is None:
        length = min((previous.length if previous else INTERVAL) * 2, _LONGEST_GUESS)
    else:
        length = max(INTERVAL, timedelta(seconds=min(retry_after, _LONGEST_ASKED.total_seconds())))
    length = min(length, at_most)
    return Rest(now + length, length)


def bounded(chosen: timedelta) -> timedelta:
    """Bring an interval that somebody chose within what a cloud takes and an alarm bears."""
    return min(max(chosen, INTERVAL), LONGEST_INTERVAL)


def interval(
    base: timedelta,
    now: datetime,
    *,
    command_at: datetime | None = None,
    alarm_at: datetime | None = None,
    limited_at: datetime | None = None,
) -> timedelta:
    """Return how long to wait for the next refresh: `base`, or less for a while after a command or an urgent alarm.

    A cloud that asked for fewer requests within the last hour is not asked more often than usual.
    """
    if _within(_LIMIT_LASTS, limited_at, now):
        return base
    if _within(_COMMAND_LASTS, command_at, now):
        return min(AFTER_COMMAND, base)
    if _within(_ALARM_LASTS, alarm_at, now):
        return min(AFTER_ALARM, base)
    return base


def retry(usual_wait: timedelta, misses: int) -> timedelta:
    """Return how long to wait after so many misses in a row: a minute, then twice as long each time, up to as usual."""
    # Sixteen doublings of a minute are longer than any interval.
    return min(usual_wait, INTERVAL * (1 << min(misses - 1, 16)))


def alarmed(snapshot: Snapshot, previous: Snapshot | None) -> bool:
    """Tell whether an urgent alarm is active that was not in the previous snapshot; a first one tells nothing."""
    if previous is None:
        return False
    before = previous.devices
    return any(
        key in URGENT_ALARMS and alarm.active and not _active(previous, unit, key)
        for unit, device in snapshot.devices.items()
        if device is not before.get(unit)
        for key, alarm in device.alarms.items()
    )


def _active(snapshot: Snapshot, unit: str, key: str) -> bool:
    device = snapshot.devices.get(unit)
    alarm = device.alarms.get(key) if device else None
    return bool(alarm and alarm.active)


def _within(length: timedelta, begun: datetime | None, now: datetime) -> bool:
    # A clock that was set back must not make a moment last for hours.
    return begun is not None and timedelta() <= now - begun < length
