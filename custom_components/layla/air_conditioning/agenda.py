"""The schedule and the timer of an air conditioner as events of a calendar, and what events ask for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
import re
from typing import Any, Final

from homeassistant.components.calendar import EVENT_END, EVENT_RRULE, EVENT_START, EVENT_SUMMARY, CalendarEvent

from ..cloud import ac_plans
from ..cloud.ac_plans import WEEKDAYS, OneTimeTimer, Plans, WeeklySchedule, Window
from ..failures import refused
from . import rules

SCHEDULE: Final = "schedule"
TIMER: Final = "timer"
# A switch takes no time, and could not be seen in a calendar then.
SHOWN_FOR: Final = timedelta(minutes=15)
_DAY: Final = timedelta(days=1)
_WORDS: Final = re.compile(r"\b(on|off)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What events are called, in the language of the home."""

    turn_on: str
    turn_off: str
    runs: str
    switches_nothing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """Writes events; `zone` is that of the property, `local` that of Home Assistant, in which rules are read."""

    zone: tzinfo
    local: tzinfo
    words: Words

    def events(self, plans: Plans, now: datetime, start: datetime, end: datetime) -> list[CalendarEvent]:
        """Return what is on at some time between `start` and `end`, in order."""
        found = [*self._scheduled(plans.schedule, start, end), *self._timed(plans.timer, now)]
        return sorted(
            (one for one in found if one.start_datetime_local < end and one.end_datetime_local > start),
            key=lambda one: one.start_datetime_local,
        )

    def upcoming(self, plans: Plans, now: datetime) -> CalendarEvent | None:
        """Return what is on now, or comes next."""
        ahead = 8 * _DAY
        if plans.timer:
            ahead = max(ahead, plans.timer.at - now + _DAY)
        return next(iter(self.events(plans, now, now, now + ahead)), None)

    def _timed(self, timer: OneTimeTimer | None, now: datetime) -> Iterator[CalendarEvent]:
        if timer and timer.pending(now):
            summary = self.words.turn_on if timer.on else self.words.turn_off
            yield self._event(timer.at, None, summary, TIMER)

    def _scheduled(self, schedule: WeeklySchedule | None, start: datetime, end: datetime) -> Iterator[CalendarEvent]:
        if schedule and schedule.enabled:
            for window in ac_plans.windows(schedule, self.zone, start, end):
                yield from self._window(schedule, window)

    def _window(self, schedule: WeeklySchedule, window: Window) -> Iterator[CalendarEvent]:
        begins = window.start or window.end
        if begins is None:
            return
        shift = (begins.astimezone(self.local).date() - begins.date()).days
        ends = window.end if window.start else None
        event = self._event(begins, ends, self._summary(schedule, window), SCHEDULE)
        event.recurrence_id = begins.isoformat()
        event.rrule = rules.rule(rules.moved(schedule.days, shift))
        yield event

    def _event(self, begins: datetime, ends: datetime | None, summary: str, uid: str) -> CalendarEvent:
        """Make an event that does not end before it begins, also where the clock is put back in between."""
        start, end = begins.astimezone(self.local), (ends or begins + SHOWN_FOR).astimezone(self.local)
        later = max(start, end, key=lambda at: at.replace(tzinfo=None))
        return CalendarEvent(start=start, end=later, summary=summary, uid=uid)

    def _summary(self, schedule: WeeklySchedule, window: Window) -> str:
        if not schedule.switches:
            return self.words.switches_nothing
        if window.start is None:
            return self.words.turn_off
        return self.words.runs if window.end else self.words.turn_on

    def rescheduled(self, held: WeeklySchedule, event: Mapping[str, Any]) -> WeeklySchedule:
        """Read an event that was changed: the schedule switches no more than it did. Raises ServiceValidationError."""
        asked = self.schedule(event)
        if held.start is None:
            # The event begins at the time of the one switch, and its end means nothing.
            return replace(asked, switches=held.switches, start=None, end=asked.start)
        return replace(asked, switches=held.switches, end=None if held.end is None else asked.end)

    def schedule(self, event: Mapping[str, Any]) -> WeeklySchedule:
        """Read an event that comes again as a schedule. Raises ServiceValidationError."""
        start, end = _instants(event)
        days = rules.days(event[EVENT_RRULE], WEEKDAYS[start.weekday()])
        begins, ends = start.astimezone(self.zone), end.astimezone(self.zone)
        if ends.replace(tzinfo=None) - begins.replace(tzinfo=None) >= _DAY:
            raise refused("schedule_too_long")
        return WeeklySchedule(
            days=rules.moved(days, (begins.date() - start.date()).days),
            start=begins.time().replace(second=0, microsecond=0),
            end=ends.time().replace(second=0, microsecond=0),
        )

    def timer(self, event: Mapping[str, Any]) -> OneTimeTimer:
        """Read an event that happens once as a timer: it switches at its start. Raises ServiceValidationError."""
        start, _ = _instants(event)
        return OneTimeTimer(on=self._says_on(event[EVENT_SUMMARY]), at=start)

    def _says_on(self, summary: str) -> bool:
        ours = {self.words.turn_on.casefold(): True, self.words.turn_off.casefold(): False}
        if (known := ours.get(summary.strip().casefold())) is not None:
            return known
        said = {word.lower() for word in _WORDS.findall(summary)}
        if len(said) != 1:
            raise refused("timer_without_word", turn_on=self.words.turn_on, turn_off=self.words.turn_off)
        return said == {"on"}


def _instants(event: Mapping[str, Any]) -> tuple[datetime, datetime]:
    start, end = event[EVENT_START], event[EVENT_END]
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        raise refused("plan_all_day")
    return start, end
