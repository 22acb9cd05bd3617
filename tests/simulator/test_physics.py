"""Laws of the simulated house that hold for any numbers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from simulator.house import air_conditioner, chance, climate, rhythm
from simulator.house.air_conditioner import AirConditioner, Effect, after, steady
from simulator.house.catalogue import MEASURES
from simulator.house.climate import Climate
from simulator.house.room import AcHabit, LiveRoom, still

ZONE = ZoneInfo("America/Cancun")
MODES = st.sampled_from(["cool", "heat", "dry", "fan", "auto"])
CONDITIONERS = st.builds(AirConditioner, st.booleans(), MODES, st.floats(16, 30), st.sampled_from([0.7, 1.0, 1.3]))
EFFECTS = st.builds(Effect, st.floats(-14, 14), st.floats(-8, 0), st.floats(4, 1200))
ROOMS = st.builds(
    LiveRoom,
    seed=st.integers(0, 2**64 - 1),
    climate=st.builds(Climate, st.floats(-5, 30), st.floats(0, 12), st.floats(0, 8)),
    habits=st.just((rhythm.PARTY, rhythm.COOKING, rhythm.SCORCHING, rhythm.SHOWER)),
    outdoors=st.booleans(),
)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
FREE = st.floats(0, 40)
SECONDS = st.floats(0, 3600)


@given(CONDITIONERS, EFFECTS, FREE, SECONDS)
def test_power_is_never_negative_nor_above_the_rating(
    ac: AirConditioner, effect: Effect, free: float, s: float
) -> None:
    """An air conditioner draws between standby and its rating."""
    drawn = after(ac, effect, free, s).power
    assert air_conditioner.STANDBY <= drawn <= air_conditioner.RATED


@given(EFFECTS, FREE, SECONDS)
def test_an_air_conditioner_that_is_off_only_fades(effect: Effect, free: float, seconds: float) -> None:
    """The room goes back to what it would be by itself, and never beyond."""
    faded = after(AirConditioner(), effect, free, seconds)
    assert abs(faded.temperature) <= abs(effect.temperature)
    assert faded.temperature * effect.temperature >= 0
    assert faded.power == air_conditioner.STANDBY


@given(CONDITIONERS, EFFECTS, FREE, SECONDS)
def test_cooling_never_warms_beyond_the_room_itself_and_never_goes_under_the_set_temperature(
    ac: AirConditioner, effect: Effect, free: float, seconds: float
) -> None:
    """A room that is warmer than wanted gets cooler, at most as cool as wanted."""
    cooling = AirConditioner(on=True, mode="cool", temperature=ac.temperature, fan=ac.fan)
    before, later = free + effect.temperature, free + after(cooling, effect, free, seconds).temperature
    if before >= ac.temperature:
        assert ac.temperature - 1e-6 <= later <= before + 1e-6
    else:
        assert later <= max(free, before) + 1e-6


@given(CONDITIONERS, EFFECTS, FREE, SECONDS)
def test_heating_is_cooling_upside_down(ac: AirConditioner, effect: Effect, free: float, seconds: float) -> None:
    """A room that is colder than wanted gets warmer, at most as warm as wanted."""
    heating = AirConditioner(on=True, mode="heat", temperature=ac.temperature, fan=ac.fan)
    before, later = free + effect.temperature, free + after(heating, effect, free, seconds).temperature
    if before <= ac.temperature:
        assert before - 1e-6 <= later <= ac.temperature + 1e-6
    else:
        assert later >= min(free, before) - 1e-6


@given(CONDITIONERS, FREE)
@settings(deadline=None)
def test_in_the_long_run_a_room_comes_to_rest(ac: AirConditioner, free: float) -> None:
    """Step by step it reaches what `steady` says."""
    effect = air_conditioner.NONE
    for _ in range(200):
        effect = after(ac, effect, free, 600)
    assert effect.temperature == pytest.approx(steady(ac, free).temperature, abs=0.05)
    assert effect.power == pytest.approx(steady(ac, free).power, abs=20)


def test_drying_and_fanning_do_what_their_names_say() -> None:
    """Drying takes water, a fan moves air and nothing else."""
    dried = steady(AirConditioner(on=True, mode="dry"), 28)
    assert dried.moisture < 0
    assert dried.temperature == 0
    fanned = steady(AirConditioner(on=True, mode="fan"), 28)
    assert fanned == Effect(0, 0, air_conditioner.FAN_ONLY)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (
            {"mode": "HEAT", "temperature": 21, "fan_speed": "high"},
            AirConditioner(on=True, mode="heat", temperature=21, fan=1.3),
        ),
        ({"mode": "fan_only", "temperature": "22.5"}, AirConditioner(on=True, mode="fan", temperature=22.5)),
        ({"temperature": 77}, AirConditioner(on=True, temperature=25)),
        ({"temperature": 1e9}, AirConditioner(on=True, temperature=40)),
        ({"temperature": "warm", "mode": None, "fan_speed": 3}, AirConditioner(on=True)),
        ({"temperature": "nan"}, AirConditioner(on=True)),
        ({"temperature": 10**400}, AirConditioner(on=True)),
        ({"temperature": True}, AirConditioner(on=True)),
        ({"temperature": [24]}, AirConditioner(on=True)),
        ({}, AirConditioner(on=True)),
    ],
)
def test_an_appliance_config_is_free_form(config: dict[str, object], expected: AirConditioner) -> None:
    """What is understood is done; everything else stays as it was."""
    assert AirConditioner().told("on", config) == expected
    assert not AirConditioner().told("off", config).on


@given(st.floats(-20, 50), st.floats(-20, 50))
def test_warmer_air_holds_more_water(one: float, other: float) -> None:
    """Saturation grows with the temperature, so the same air is drier when it is warmer."""
    cold, warm = sorted((one, other))
    assert climate.saturation(cold) <= climate.saturation(warm)
    assert climate.relative_humidity(8, cold) >= climate.relative_humidity(8, warm)


@given(ROOMS, INSTANTS)
@settings(deadline=None)
def test_every_reading_of_a_live_room_is_plausible(room: LiveRoom, at: datetime) -> None:
    """No weather and no party takes a sensor out of its range."""
    limits = {
        "temperature": (-40, 60),
        "humidity": (5, 99),
        "noise": (20, 110),
        "occupancy_min": (0, 40),
        "occupancy_max": (0, 40),
        "wifi_rssi": (-90, -30),
        "net_qlt": (0, 100),
        "aq_iaq": (0, 500),
        "mold_risk_index": (0, 6),
        "power": (0, 5000),
    }
    assert set(limits) == set(MEASURES)
    for measure, (lowest, highest) in limits.items():
        value = MEASURES[measure].quantised(room.sense(measure, at, ZONE, air_conditioner.NONE))
        assert lowest <= value <= highest, measure


@given(ROOMS, INSTANTS)
@settings(deadline=None)
def test_the_past_is_always_the_same(room: LiveRoom, at: datetime) -> None:
    """The same room, instant and seed give the same value, whatever was asked before."""
    twin = LiveRoom(seed=room.seed, climate=room.climate, habits=room.habits, outdoors=room.outdoors)
    twin.sense("temperature", at - timedelta(days=3), ZONE, air_conditioner.NONE)
    for measure in MEASURES:
        assert room.sense(measure, at, ZONE, air_conditioner.NONE) == twin.sense(
            measure, at, ZONE, air_conditioner.NONE
        )


@given(ROOMS, INSTANTS, st.floats(-10, 10))
@settings(deadline=None)
def test_a_cooled_room_is_cooler_and_damper(room: LiveRoom, at: datetime, change: float) -> None:
    """The same water in colder air is a higher relative humidity."""
    plain, changed = (room.sense("temperature", at, ZONE, Effect(by)) for by in (0.0, change))
    assert changed == pytest.approx(plain + change)
    before, after_ = (room.sense("humidity", at, ZONE, Effect(by)) for by in (0.0, change))
    assert (after_ >= before) if change < 0 else (after_ <= before)


@given(st.floats(-8, 8), st.floats(-4, 0))
def test_a_still_room_feels_its_air_conditioner_and_nothing_else(change: float, moisture: float) -> None:
    """Temperature, humidity and power move; noise does not."""
    room = still("anything", temperature=24, humidity=45, power=4)
    at = datetime(2026, 7, 1, tzinfo=UTC)
    effect = Effect(change, moisture, 500)
    assert room.sense("temperature", at, ZONE, effect) == pytest.approx(24 + change)
    assert room.sense("power", at, ZONE, effect) == pytest.approx(500)
    assert room.sense("noise", at, ZONE, effect) == room.sense("noise", at, ZONE, air_conditioner.NONE)
    assert 5 <= room.sense("humidity", at, ZONE, effect) <= 99
    assert room.sense("co2", at, ZONE, effect) == 0


@given(st.integers(0, 2**64 - 1), st.floats(0, 1e9), st.floats(60, 1e5))
def test_drift_is_smooth_and_bounded(seed: int, instant: float, period: float) -> None:
    """It stays within one, and a hundredth of a period changes it little."""
    here, there = chance.drift(seed, instant, period), chance.drift(seed, instant + period / 100, period)
    assert -1 <= here <= 1
    assert abs(here - there) < 0.1


@given(st.integers(0, 2**64 - 1), st.integers(-(2**40), 2**40))
def test_chance_lies_between_zero_and_one(seed: int, position: int) -> None:
    """One itself is never reached."""
    assert 0 <= chance.uniform(seed, position) < 1


@given(st.integers(0, 2**64 - 1), st.integers(730000, 740000))
def test_an_incident_grows_and_fades(seed: int, day: int) -> None:
    """Outside its time there is nothing of it, and never more than all."""
    certain = rhythm.Habit("party", 1.0, 20, 23, 1, 3, (("noise", 30),))
    (incident,) = rhythm.incidents((certain,), seed, day)
    middle = incident.start + (incident.end - incident.start) / 2
    assert incident.share(middle) == 1
    assert incident.share(incident.start) == incident.share(incident.end) == 0
    assert rhythm.unusual((certain,), seed, middle.replace(tzinfo=ZONE), "noise") == 30
    assert rhythm.unusual((certain,), seed, middle.replace(tzinfo=ZONE), "smoke") == 0


def test_an_office_is_empty_at_the_weekend() -> None:
    """People keep to the week."""
    saturday, monday = datetime(2026, 7, 4, 11, tzinfo=ZONE), datetime(2026, 7, 6, 11, tzinfo=ZONE)
    assert rhythm.people(rhythm.WORKING, 6, 1, saturday) == 0
    assert rhythm.people(rhythm.WORKING, 6, 1, monday) > 0


def test_habits_of_the_past_use_the_air_conditioner_by_the_hour() -> None:
    """Between its hours it is on, outside it is off."""
    habit = AcHabit(18, 23, AirConditioner(on=True, temperature=24))
    assert habit.at(datetime(2026, 7, 1, 20, tzinfo=ZONE)).on
    assert not habit.at(datetime(2026, 7, 1, 23, tzinfo=ZONE)).on
