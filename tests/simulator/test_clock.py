"""Simulated time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from simulator import Clock
from tests.simulator.caller import NOON


class Counter:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Return the seconds so far."""
        return self.seconds


def test_a_fixed_clock_stands_until_it_is_advanced() -> None:
    """Nothing but `advance` moves it."""
    clock = Clock.fixed(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(90)
    assert clock.now() == NOON + timedelta(seconds=90)
    assert clock.frozen


def test_a_clock_runs_at_its_speed() -> None:
    """Sixty-fold, a second is a minute; a change of speed does not jump."""
    counter = Counter()
    clock = Clock(NOON, speed=60, counter=counter)
    counter.seconds = 2
    assert clock.now() == NOON + timedelta(minutes=2)
    clock.set_speed(1)
    assert clock.now() == NOON + timedelta(minutes=2)
    counter.seconds = 3
    assert clock.now() == NOON + timedelta(minutes=2, seconds=1)
    assert clock.speed == 1


def test_a_clock_that_was_frozen_goes_on_where_it_stood() -> None:
    """The time in between is lost."""
    counter = Counter()
    clock = Clock(NOON, counter=counter)
    clock.freeze()
    counter.seconds = 100
    assert clock.now() == NOON
    clock.freeze(frozen=False)
    counter.seconds = 101
    assert clock.now() == NOON + timedelta(seconds=1)


def test_a_clock_begins_now_unless_told_otherwise() -> None:
    """Real time is the default."""
    before = datetime.now(UTC)
    assert before <= Clock().now() <= datetime.now(UTC) + timedelta(seconds=1)


def test_a_clock_never_goes_back() -> None:
    """Neither a negative step nor a speed that is not above zero is taken."""
    clock = Clock.fixed(NOON)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="above zero"):
        clock.set_speed(0)
    with pytest.raises(ValueError, match="zone"):
        Clock(datetime(2026, 7, 1))  # noqa: DTZ001


@given(st.lists(st.floats(0, 1e6) | st.sampled_from(["freeze", "run", "fast", "slow"]), max_size=20))
def test_whatever_is_done_to_a_clock_its_time_only_grows(steps: list[float | str]) -> None:
    """Any sequence of advancing, freezing and changing speed."""
    counter = Counter()
    clock = Clock(NOON, counter=counter)
    last = clock.now()
    for step in steps:
        counter.seconds += 1
        if isinstance(step, float):
            clock.advance(step)
        elif step in {"freeze", "run"}:
            clock.freeze(frozen=step == "freeze")
        else:
            clock.set_speed(100 if step == "fast" else 0.1)
        assert clock.now() >= last
        last = clock.now()
