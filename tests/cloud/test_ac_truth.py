"""What readings of the power prove of an air conditioner, whatever comes in whatever order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import given, strategies as st
import pytest

from custom_components.layla.cloud.ac_truth import FAR, GRACE, PATIENCE, Contradiction, Evidence, Told, Truth
from custom_components.layla.cloud.air_conditioner import AirConditioner, Mode

TOLD_AT: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
COOL_20: Final = Told(at=TOLD_AT, state=AirConditioner(power=True, mode=Mode.COOL), target=20.0)
OFF: Final = replace(COOL_20, state=AirConditioner(power=False, mode=Mode.COOL))
RUNNING: Final = 800.0
STANDBY: Final = 4.0

# A power, the room's temperature, and how many seconds it came after the one before.
READINGS = st.lists(
    st.tuples(st.sampled_from([STANDBY, 50.0, 51.0, RUNNING]), st.none() | st.floats(10, 35), st.integers(-60, 600)),
    max_size=30,
)
TOLD = st.builds(
    Told,
    at=st.none() | st.just(TOLD_AT),
    state=st.builds(AirConditioner, power=st.booleans(), mode=st.sampled_from(Mode)),
    target=st.none() | st.floats(16, 30),
)


def reading(minute: float, power: float, temperature: float | None = None) -> Evidence:
    """Make a reading so many minutes after the command."""
    return Evidence(at=TOLD_AT + timedelta(minutes=minute), power=power, temperature=temperature)


def proven(told: Told, *evidence: Evidence, before: Truth | None = None) -> Truth:
    """Return what readings prove together."""
    truth = before or Truth()
    for one in evidence:
        truth = truth.after(one, told)
    return truth


def evidence_of(readings: Sequence[tuple[float, float | None, int]]) -> list[Evidence]:
    """Give made-up readings their times."""
    at, found = TOLD_AT, []
    for power, temperature, seconds in readings:
        at += timedelta(seconds=seconds)
        found.append(Evidence(at=at, power=power, temperature=temperature))
    return found


@given(READINGS, TOLD)
def test_running_is_what_the_last_two_readings_in_a_row_said(
    readings: list[tuple[float, float | None, int]], told: Told
) -> None:
    taken: list[Evidence] = []
    expected = None
    for one in evidence_of(readings):
        if (told.at and one.at < told.at + GRACE) or (taken and one.at <= taken[-1].at):
            continue
        if taken and taken[-1].above == one.above:
            expected = one.above
        taken.append(one)

    assert proven(told, *evidence_of(readings)).running is expected


@given(READINGS, TOLD)
def test_only_a_command_can_be_contradicted_and_only_by_what_it_did_not_ask_for(
    readings: list[tuple[float, float | None, int]], told: Told
) -> None:
    truth = proven(told, *evidence_of(readings))
    if truth.against is None:
        return
    assert told.at is not None
    assert truth.judged
    if truth.against is Contradiction.RUNS:
        assert (told.state.power, truth.running) == (False, True)
    else:
        assert (told.state.power, truth.running) == (True, False)
        assert told.state.mode in (Mode.COOL, Mode.HEAT)


@given(READINGS, TOLD, TOLD)
def test_a_newer_command_forgets_what_was_said_of_the_last_one(
    readings: list[tuple[float, float | None, int]], told: Told, other: Told
) -> None:
    truth = proven(told, *evidence_of(readings))
    newer = truth.told(TOLD_AT + timedelta(hours=9))
    assert (newer.against, newer.judged, newer.running) == (None, False, truth.running)
    assert truth.told(truth.told_at) is truth


def test_one_reading_that_is_seen_twice_proves_nothing() -> None:
    same = reading(4, RUNNING)
    assert proven(OFF, same, same, same).running is None
    assert proven(OFF, same, reading(5, RUNNING)).against is Contradiction.RUNS


def test_nothing_is_judged_within_three_minutes_of_a_command() -> None:
    truth = proven(OFF, *(reading(minute, RUNNING) for minute in (0.5, 1, 2, 2.9)))
    assert (truth.running, truth.against) == (None, None)


def test_who_was_never_told_anything_contradicts_nothing() -> None:
    truth = proven(replace(OFF, at=None), reading(1, RUNNING), reading(2, RUNNING))
    assert (truth.running, truth.against) == (True, None)


@pytest.mark.parametrize("mode", [Mode.FAN_ONLY, Mode.DRY, Mode.AUTO])
def test_fan_dry_and_auto_prove_nothing(mode: Mode) -> None:
    told = replace(COOL_20, state=AirConditioner(power=True, mode=mode))
    assert proven(told, *(reading(minute, STANDBY, 30) for minute in range(4, 90))).against is None


@pytest.mark.parametrize(
    ("mode", "temperature", "against"),
    [
        (Mode.COOL, 20 + FAR, Contradiction.RESTS),
        (Mode.COOL, 20 + FAR - 0.1, None),
        (Mode.COOL, 15, None),
        (Mode.HEAT, 20 - FAR, Contradiction.RESTS),
        (Mode.HEAT, 25, None),
        (Mode.HEAT, None, None),
    ],
)
def test_a_thermostat_may_rest_near_its_target_and_not_far_from_it(
    mode: Mode, temperature: float | None, against: Contradiction | None
) -> None:
    told = replace(COOL_20, state=AirConditioner(power=True, mode=mode))
    minutes = range(4, 5 + int(PATIENCE.total_seconds() / 60))
    assert proven(told, *(reading(minute, STANDBY, temperature) for minute in minutes)).against is against
    assert proven(told, *(reading(minute, STANDBY, temperature) for minute in minutes[:-1])).against is None


def test_they_agree_again_when_two_readings_say_so() -> None:
    against = proven(OFF, reading(4, RUNNING), reading(5, RUNNING))
    once = proven(OFF, reading(6, STANDBY), before=against)
    assert once.against is Contradiction.RUNS
    assert proven(OFF, reading(7, STANDBY), before=once).against is None
