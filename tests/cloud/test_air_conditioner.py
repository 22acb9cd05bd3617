"""What an air conditioner is told, and what its model understands."""

from dataclasses import replace
from itertools import count, takewhile
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.layla.cloud.air_conditioner import AirConditioner, Frame, Mode, Profile, frame

words = st.text(min_size=1, max_size=8)
temperatures = st.floats(-40, 140, allow_nan=False)
states = st.builds(
    AirConditioner,
    power=st.booleans(),
    mode=st.sampled_from(Mode),
    temperature=st.none() | temperatures,
    fan=st.none() | words,
    swing=st.none() | words,
)


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Make up a model: its range need not be a whole number of steps."""
    lowest = draw(st.integers(10, 60)) * draw(st.sampled_from([1.0, 0.5]))
    return Profile(
        vendor=draw(words),
        model=draw(words),
        modes=draw(st.lists(st.sampled_from(Mode), min_size=1, unique=True)),
        lowest=lowest,
        highest=lowest + draw(st.sampled_from([0, 0.5, 1, 7.3, 14, 30])),
        step=draw(st.sampled_from([0.1, 0.25, 0.5, 1.0, 2.0])),
        fahrenheit=draw(st.booleans()),
        fans=draw(st.lists(words, max_size=3)),
        swings=draw(st.lists(words, max_size=3)),
    )


def steps(profile: Profile) -> list[float]:
    """Return every temperature that the remote control can show."""
    reached = (round(profile.lowest + number * profile.step, 2) for number in count())
    return list(takewhile(lambda temperature: temperature <= profile.highest, reached))


@given(states)
def test_a_state_survives_being_written(state: AirConditioner) -> None:
    assert AirConditioner.from_dict(state.as_dict()) == state


WRITTEN = {"power": True, "mode": "cool", "temperature": 21, "fan": None, "swing": None}


@pytest.mark.parametrize(
    "members",
    [
        {},
        [],
        {**WRITTEN, "mode": "turbo"},
        {**WRITTEN, "power": "on"},
        {**WRITTEN, "temperature": "21"},
        {**WRITTEN, "fan": 1},
        {**WRITTEN, "swing": ["off"]},
    ],
)
def test_what_was_not_written_is_not_read(members: Any) -> None:
    assert AirConditioner.from_dict(WRITTEN).temperature == 21
    with pytest.raises((KeyError, TypeError, ValueError)):
        AirConditioner.from_dict(members)


@given(profiles(), temperatures)
def test_the_nearest_temperature_is_on_a_step_within_the_range(profile: Profile, wanted: float) -> None:
    assert profile.nearest(wanted) in steps(profile)


@given(profiles(), temperatures)
def test_no_step_is_nearer_than_the_nearest(profile: Profile, wanted: float) -> None:
    least = min(abs(step - wanted) for step in steps(profile))
    assert abs(profile.nearest(wanted) - wanted) <= least + 0.01


@given(profiles())
def test_a_temperature_that_the_model_has_is_kept(profile: Profile) -> None:
    assert [profile.nearest(step) for step in steps(profile)] == steps(profile)


@given(profiles(), states)
def test_a_state_is_fitted_once_and_for_all(profile: Profile, state: AirConditioner) -> None:
    fitted = profile.fitted(state)
    assert profile.fitted(fitted) == fitted
    assert fitted.power == state.power
    assert fitted.mode in profile.modes
    assert fitted.temperature in steps(profile)
    assert fitted.fan in {*profile.fans} or (fitted.fan is None and not profile.fans)
    assert fitted.swing in {*profile.swings} or (fitted.swing is None and not profile.swings)


@given(profiles(), states)
def test_a_frame_says_the_fitted_state(profile: Profile, state: AirConditioner) -> None:
    fitted = profile.fitted(state)
    assert frame(profile, state) == Frame(
        vendor=profile.vendor,
        model=profile.model,
        mode=fitted.mode,
        temperature=fitted.temperature,
        fan=fitted.fan,
        swing=fitted.swing,
    )


@pytest.mark.parametrize(("fahrenheit", "usual"), [(False, 24), (True, 75)])
def test_a_temperature_that_nobody_chose_is_a_usual_one(*, fahrenheit: bool, usual: float) -> None:
    profile = Profile(vendor="", model="", modes=[Mode.COOL], lowest=16, highest=90, step=1, fahrenheit=fahrenheit)
    state = AirConditioner(power=True, mode=Mode.COOL)
    assert profile.fitted(state).temperature == usual


def test_what_a_model_has_is_left_as_it_is() -> None:
    profile = Profile(
        vendor="Acme",
        model="X1",
        modes=[*Mode],
        lowest=16,
        highest=30,
        step=0.5,
        fans=["low", "high"],
        swings=["off", "on"],
    )
    state = AirConditioner(power=True, mode=Mode.DRY, temperature=21.5, fan="high", swing="on")
    assert profile.fitted(state) == state
    assert profile.fitted(replace(state, fan="turbo")).fan == "low"
