"""When an air conditioner is going to be switched by itself: its weekly schedule and its one-time timer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal, get_args

from .air_conditioner import Appliance

type Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday.__value__)
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklySchedule:
    """On these days on at `start` and off at `end`, by the clock of the property; None is a time that it does not have.

    An end that is not after the start is on the next day. Unless it is enabled and `switches`, it switches nothing.
    """

    days: tuple[Weekday, ...]
    start: time | None
    end: time | None
    enabled: bool = True
    switches: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeTimer:
    """A switch that happens once, at an aware instant.

    One that `waits` was set aside for a command, and goes out as soon as it is put back, also if that is late.
    """

    on: bool
    at: datetime
    waits: bool = False

    def pending(self, now: datetime) -> bool:
        """Tell whether it is yet to go out."""
        return self.waits or now < self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """A unit's schedule and timer as far as they are known: no call reads them back (L22).

    The timer stays here after it went out. `sends` is what the unit tells the air conditioner with its next "on", as
    far as that is known; `since` is when we wrote any of this last, None if never.
    """

    schedule: WeeklySchedule | None = None
    timer: OneTimeTimer | None = None
    sends: Appliance | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, order=True)
class Switch:
    """At this instant the air conditioner is switched on, or off."""

    at: datetime
    on: bool


@dataclass(frozen=True, slots=True)
class Window:
    """One time that a schedule has: aware, in the zone of the property; `end` is None where nothing ends it."""

    start: datetime | None
    end: datetime | None


def windows(schedule: WeeklySchedule, zone: tzinfo, after: datetime, until: datetime) -> Iterator[Window]:
    """Yield the windows, in order, that may have to do with the time from `after` to `until`; some others as well."""
    day = after.astimezone(zone).date() - 2 * _DAY
    last = until.astimezone(zone).date() + _DAY
    while day <= last:
        if WEEKDAYS[day.weekday()] in schedule.days:
            yield _window(schedule, zone, day)
        day += _DAY


def switches(plans: Plans, zone: tzinfo, after: datetime, until: datetime) -> list[Switch]:
    """Return what is switched later than `after`, not later than `until`, in order."""
    timer = plans.timer
    found = [Switch(timer.at, timer.on)] if timer and not timer.waits else []
    schedule = plans.schedule
    if schedule and schedule.enabled and schedule.switches:
        for window in windows(schedule, zone, after, until):
            found += [Switch(at.astimezone(UTC), on) for at, on in ((window.start, True), (window.end, False)) if at]
    return sorted(switch for switch in found if after < switch.at <= until)


def upcoming(plans: Plans, zone: tzinfo, now: datetime) -> Switch | None:
    """Return the next switch, if one is known."""
    until = now + _WEEK + _DAY
    return next(iter(switches(plans, zone, now, max(until, plans.timer.at if plans.timer else until))), None)


def _window(schedule: WeeklySchedule, zone: tzinfo, day: date) -> Window:
    start, end = schedule.start, schedule.end
    overnight = start is not None and end is not None and end <= start
    begins = datetime.combine(day, start, zone) if start is not None else None
    ends = datetime.combine(day + _DAY if overnight else day, end, zone) if end is not None else None
    return Window(begins, ends)
