"""Schedules and timers: when they switch, and how they are kept in the vendor's members."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.layla.cloud.ac_plans import (
    WEEKDAYS,
    OneTimeTimer,
    Plans,
    Switch,
    WeeklySchedule,
    switches,
    upcoming,
)
from custom_components.layla.cloud.air_conditioner import Frame, Mode
from custom_components.layla.cloud.commands import PlanAcSchedule
from custom_components.layla.cloud.layla import ac_plans
from custom_components.layla.cloud.layla.ac_slots import Slots
from simulator.house.schedule import AcSchedule

BERLIN: Final = ZoneInfo("Europe/Berlin")
NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
FRAME: Final = Frame(vendor="Acme", model="X1", mode=Mode.COOL, temperature=21.0, fan=None, swing=None)

TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
SCHEDULES = st.builds(
    WeeklySchedule,
    days=st.sets(st.sampled_from(WEEKDAYS)).map(lambda days: tuple(day for day in WEEKDAYS if day in days)),
    start=st.none() | TIMES,
    end=st.none() | TIMES,
    enabled=st.booleans(),
    switches=st.booleans(),
)
YEAR: Final = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 366 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes))


def planned(schedule: WeeklySchedule, frame: Frame | None = None) -> PlanAcSchedule:
    """Ask for a schedule."""
    return PlanAcSchedule(device_id="unit", schedule=schedule, frame=frame)


@given(SCHEDULES, INSTANTS, st.integers(0, 20 * 24 * 60))
def test_a_schedule_switches_when_the_cloud_would(schedule: WeeklySchedule, after: datetime, minutes: int) -> None:
    until = after + timedelta(minutes=minutes)
    cloud = AcSchedule(
        enabled=schedule.enabled,
        days=schedule.days,
        start=schedule.start,
        end=schedule.end,
        change_ac_state=schedule.switches,
    )
    theirs = [Switch(at, action == "on") for at, action in cloud.switches(BERLIN, after, until)]
    assert switches(Plans(schedule=schedule), BERLIN, after, until) == sorted(theirs)


@given(SCHEDULES, INSTANTS)
def test_what_comes_next_is_the_first_of_what_comes(schedule: WeeklySchedule, now: datetime) -> None:
    plans = Plans(schedule=schedule)
    following = switches(plans, BERLIN, now, now + timedelta(days=8))
    assert upcoming(plans, BERLIN, now) == next(iter(following), None)
    assert following == sorted(following)


def test_a_timer_far_ahead_is_what_comes_next_and_one_that_waits_is_not() -> None:
    far = OneTimeTimer(on=True, at=NOW + timedelta(days=90))
    assert upcoming(Plans(timer=far), BERLIN, NOW) == Switch(far.at, on=True)
    waiting = OneTimeTimer(on=True, at=NOW - timedelta(seconds=1), waits=True)
    assert waiting.pending(NOW)
    assert switches(Plans(timer=waiting), BERLIN, NOW - timedelta(hours=1), NOW) == []


@given(SCHEDULES.filter(lambda schedule: schedule.start is not None and schedule.end is not None))
def test_a_schedule_that_is_written_reads_the_same(schedule: WeeklySchedule) -> None:
    members = ac_plans.members(planned(schedule, FRAME), Slots(), {})
    plans = ac_plans.plans(Slots(schedule=members))
    assert plans.schedule == schedule
    assert plans.sends is not None
    assert (plans.sends.mode, plans.sends.temperature) == (Mode.COOL, 21)


def test_members_that_we_do_not_know_are_kept() -> None:
    held: Any = {
        "enabled": False,
        "days": ["sun"],
        "label": "evenings",
        "appliance_config": {"mode": "heat", "louver": 3},
    }
    evenings = WeeklySchedule(days=("mon",), start=time(18), end=time(1))
    assert ac_plans.members(planned(evenings), Slots(schedule=held), {}) == {
        "enabled": True,
        "days": ["mon"],
        "start_time": "18:00",
        "end_time": "01:00",
        "change_ac_state": True,
        "label": "evenings",
        "appliance_config": {"mode": "heat", "louver": 3},
    }
    told = ac_plans.members(planned(evenings, FRAME), Slots(schedule=held), {})
    assert told["appliance_config"] == {
        "vendor": "Acme",
        "model": "X1",
        "mode": "cool",
        "temperature": 21,
        "louver": 3,
    }


def test_without_anything_known_no_config_is_made_up() -> None:
    evenings = WeeklySchedule(days=("mon",), start=time(18), end=time(1))
    assert "appliance_config" not in ac_plans.members(planned(evenings), Slots(), {})


@pytest.mark.parametrize("odd", [None, 7, "18 o'clock", ["18:00"]])
def test_what_cannot_be_read_of_a_schedule_is_not_there(odd: Any) -> None:
    held: Any = {"days": odd, "start_time": odd, "end_time": "23:00", "change_ac_state": True}
    assert ac_plans.plans(Slots(schedule=held)).schedule == WeeklySchedule(days=(), start=None, end=time(23))
