"""The homes that come ready, and time passing over them."""

from datetime import timedelta

import pytest

from simulator import Clock, World
from simulator.house.catalogue import ALARMS, MEASURES
from tests.simulator.caller import NOON, Caller, lives_in


def test_the_demo_has_what_a_client_must_cope_with() -> None:
    """Three zones, ten units, all pillars and categories, air conditioners, one offline, one locked."""
    world = World.demo(Clock.fixed(NOON))
    units = world.devices.values()
    assert len({place.timezone for place in world.properties.values()}) == 3
    assert len(units) == 10
    assert {unit.pillar for unit in units} == {"noise", "air_quality", "smart_ac"}
    assert {unit.category for unit in units} == {"EM", "SP", "v3.0"}
    assert sum(unit.drives_ac for unit in units) == 3
    assert [unit.id for unit in units if not unit.online] == ["flat-loft"]
    assert [unit.id for unit in units if unit.locked] == ["flat-bedroom"]
    assert {"smoke_alarm", "co_alarm"} <= {setting["name"] for unit in units for setting in unit.alarms}
    assert {measure for unit in units for measure in unit.measures} == set(MEASURES)


def test_the_tiny_home_has_every_measure_and_every_alarm() -> None:
    """In one unit."""
    (unit,) = World.tiny(Clock.fixed(NOON)).devices.values()
    assert set(unit.measures) == set(MEASURES)
    assert {setting["name"] for setting in unit.alarms} == set(ALARMS)
    assert unit.drives_ac


def test_a_seed_decides_on_everything() -> None:
    """The same seed gives the same homes, another seed others."""
    first, same, other = (World.demo(Clock.fixed(NOON), seed) for seed in (1, 1, 2))
    one, two, three = ([world.readings(unit) for unit in world.devices.values()] for world in (first, same, other))
    assert one == two
    assert one != three


@lives_in(World.demo)
async def test_time_can_leap(caller: Caller) -> None:
    """A month in a few bounded steps; what lives has lived."""
    began = caller.world.time
    await caller.advance(40 * 86400)
    assert caller.world.time == began + timedelta(days=40)
    assert any(episode.started_at > began for unit in caller.world.devices.values() for episode in unit.episodes)


def test_a_long_trace_forgets_its_oldest_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulator that runs for months does not grow."""
    monkeypatch.setattr("simulator.house.infrared._KEPT_SAMPLES", 100)
    world = World.tiny(Clock.fixed(NOON))
    unit = world.devices["unit"]
    unit.infrared.ac = unit.infrared.ac.told("on", {"temperature": 20})
    world.changed(unit)
    unit.infrared.trace.note(NOON.timestamp(), unit.infrared.trace.latest)
    world.clock.advance(86400)
    world.catch_up()
    assert len(unit.infrared.trace.times) <= 100
    assert world.readings(unit)["temperature"] == pytest.approx(20, abs=0.2)
