"""A calendar's events from a schedule and a timer, and back: what cannot be kept is refused."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from hypothesis import given, strategies as st
import pytest

from custom_components.layla.air_conditioning import rules
from custom_components.layla.air_conditioning.agenda import Agenda, Words
from custom_components.layla.cloud.ac_plans import WEEKDAYS, OneTimeTimer, Plans, Switch, WeeklySchedule, switches

BERLIN: Final = ZoneInfo("Europe/Berlin")
NEW_YORK: Final = ZoneInfo("America/New_York")
WORDS: Final = Words(turn_on="Einschalten", turn_off="Ausschalten", runs="An", switches_nothing="Schaltet nichts")
MONDAY: Final = datetime(2026, 11, 23, tzinfo=BERLIN)

DAYS = st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(rules.in_order)
TIMES = st.integers(0, 24 * 60 - 1).map(lambda minutes: time(minutes // 60, minutes % 60))
SCHEDULES = st.builds(WeeklySchedule, days=DAYS, start=TIMES, end=TIMES).filter(lambda one: one.start != one.end)
YEAR: Final = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 366 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes))
ZONES = st.sampled_from([BERLIN, NEW_YORK, UTC])


def agenda(zone: tzinfo = BERLIN, local: tzinfo = BERLIN) -> Agenda:
    """Write events of a property in one zone for people in another."""
    return Agenda(zone=zone, local=local, words=WORDS)


def event(rule: str | None = None, start: Any = MONDAY + timedelta(hours=18), hours: float = 2, **more: Any) -> Any:
    """Make an event as Home Assistant hands it over."""
    given = {"dtstart": start, "dtend": start + timedelta(hours=hours), "summary": "Cool", **more}
    return given | ({"rrule": rule} if rule else {})


@given(SCHEDULES, ZONES, ZONES, INSTANTS)
def test_an_event_of_a_schedule_makes_the_same_schedule_again(
    schedule: WeeklySchedule, zone: tzinfo, local: tzinfo, now: datetime
) -> None:
    before = dt_util.get_default_time_zone()
    dt_util.set_default_time_zone(local)
    try:
        (shown, *_) = agenda(zone, local).events(Plans(schedule=schedule), now, now, now + timedelta(days=8))
        start, end = shown.start_datetime_local, shown.end_datetime_local
    finally:
        dt_util.set_default_time_zone(before)

    again = agenda(zone, local).schedule({"dtstart": start, "dtend": end, "rrule": shown.rrule})

    assert again.days == schedule.days
    offsets = {at.astimezone(place).utcoffset() for at in (start, end) for place in (zone, local)}
    if len(offsets) == len({zone, local}) and start.astimezone(zone).time() == schedule.start:
        assert again == schedule, "on a day on which no clock is put forward or back"


@given(SCHEDULES, INSTANTS)
def test_every_switch_begins_or_ends_an_event(schedule: WeeklySchedule, now: datetime) -> None:
    until = now + timedelta(days=8)
    plans = Plans(schedule=schedule, timer=OneTimeTimer(on=False, at=now + timedelta(hours=1)))
    events = agenda().events(plans, now, now - timedelta(days=2), until + timedelta(days=2))
    edges = {at.astimezone(UTC) for one in events for at in (one.start_datetime_local, one.end_datetime_local)}
    assert {switch.at for switch in switches(plans, BERLIN, now, until)} <= edges


def test_events_are_called_what_they_do() -> None:
    always: dict[str, Any] = {"days": WEEKDAYS, "start": time(18), "end": time(20)}
    now = MONDAY.astimezone(UTC)

    def called(plans: Plans) -> list[str]:
        return [one.summary for one in agenda().events(plans, now, now, now + timedelta(days=1))]

    assert called(Plans(schedule=WeeklySchedule(**always))) == ["An"]
    assert called(Plans(schedule=WeeklySchedule(**always | {"end": None}))) == ["Einschalten"]
    assert called(Plans(schedule=WeeklySchedule(**always | {"start": None}))) == ["Ausschalten"]
    assert called(Plans(schedule=WeeklySchedule(**always | {"start": None, "end": None}))) == []
    assert called(Plans(schedule=WeeklySchedule(**always, switches=False))) == ["Schaltet nichts"]
    assert called(Plans(schedule=WeeklySchedule(**always, enabled=False))) == []
    assert called(Plans(timer=OneTimeTimer(on=False, at=now + timedelta(hours=1)))) == ["Ausschalten"]
    assert called(Plans(timer=OneTimeTimer(on=False, at=now))) == [], "it has gone off"


def test_an_event_at_night_runs_into_the_next_day() -> None:
    nights = agenda().schedule(event("FREQ=WEEKLY;BYDAY=FR,SU", MONDAY + timedelta(hours=22), 9))
    assert (nights.days, nights.start, nights.end) == (("fri", "sun"), time(22), time(7))
    (first, *_) = agenda().events(Plans(schedule=nights), MONDAY, MONDAY, MONDAY + timedelta(days=5))
    assert (first.start, first.end) == (MONDAY - timedelta(hours=2), MONDAY + timedelta(hours=7))


def test_days_are_those_of_the_property() -> None:
    evening = datetime(2026, 11, 23, 20, tzinfo=NEW_YORK)
    made = agenda(BERLIN, NEW_YORK).schedule(event("FREQ=WEEKLY;BYDAY=MO,SU", evening, 1))
    assert (made.days, made.start) == (("mon", "tue"), time(2))


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY", WEEKDAYS),
        ("FREQ=WEEKLY", ("mon",)),
        ("FREQ=WEEKLY;INTERVAL=1;WKST=SU;BYDAY=SU,TU", ("tue", "sun")),
        ("FREQ=DAILY;BYDAY=MO,TU,WE", ("mon", "tue", "wed")),
    ],
)
def test_rules_that_are_the_same_every_week_are_understood(rule: str, days: tuple[str, ...]) -> None:
    assert agenda().schedule(event(rule)).days == days


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        (event("FREQ=MONTHLY"), "schedule_not_weekly"),
        (event("FREQ=YEARLY"), "schedule_not_weekly"),
        (event("FREQ=WEEKLY;INTERVAL=2"), "schedule_not_weekly"),
        (event("FREQ=MONTHLY;BYDAY=1MO"), "schedule_not_weekly"),
        (event("FREQ=WEEKLY;BYDAY=1MO"), "schedule_not_weekly"),
        (event("FREQ=WEEKLY;BYHOUR=9"), "schedule_not_weekly"),
        (event("FREQ=WEEKLY;COUNT=5"), "schedule_cannot_end"),
        (event("FREQ=DAILY;UNTIL=20270101T000000"), "schedule_cannot_end"),
        (event("FREQ=WEEKLY", hours=24), "schedule_too_long"),
        (event("FREQ=WEEKLY", hours=50), "schedule_too_long"),
        (event("FREQ=WEEKLY", date(2026, 11, 23), 24), "plan_all_day"),
    ],
    ids=str,
)
def test_a_schedule_that_the_cloud_cannot_keep_is_refused(asked: Any, key: str) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        agenda().schedule(asked)
    assert refused.value.translation_key == key


@pytest.mark.parametrize(
    ("summary", "on"),
    [("einschalten", True), ("Ausschalten ", False), ("Turn on", True), ("AC off!", False), ("OFF", False)],
)
def test_a_timers_title_says_what_it_does(summary: str, on: bool) -> None:  # noqa: FBT001
    assert agenda().timer(event(summary=summary)).on is on


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        (event(summary="Guests"), "timer_without_word"),
        (event(summary="Office"), "timer_without_word"),
        (event(summary="on and off"), "timer_without_word"),
        (event(None, date(2026, 11, 23), 24, summary="on"), "plan_all_day"),
    ],
    ids=str,
)
def test_a_timer_that_says_too_little_or_too_much_is_refused(asked: Any, key: str) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        agenda().timer(asked)
    assert refused.value.translation_key == key


def test_a_timer_switches_when_its_event_starts() -> None:
    assert agenda().timer(event(summary="on")).at == Switch(MONDAY + timedelta(hours=18), on=True).at
