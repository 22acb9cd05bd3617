"""Timer, schedule and infrared frames, and what they do to the room."""

from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simulator import Clock, World
from simulator.house.schedule import AcSchedule
from tests.simulator.caller import NOON, Caller, lives_in

COOL = {"vendor": "Acme", "model": "X1", "mode": "cool", "temperature": 18, "fan_speed": "high", "swing": "off"}
TIMER = "/v1/devices/unit/ac/timer"
SCHEDULE = "/v1/devices/unit/ac/schedule"


def at(seconds: float) -> str:
    """Write an instant so many seconds after noon."""
    return (NOON + timedelta(seconds=seconds)).isoformat()


async def frames(caller: Caller, device_id: str = "unit") -> list[dict[str, Any]]:
    """Return the frames that a unit has sent."""
    counted = await caller.control("GET", "counters")
    sent: list[dict[str, Any]] = counted["ir_frames"].get(device_id, [])
    return sent


async def hold(caller: Caller, **members: object) -> None:
    """Put a schedule that is silent unless members say otherwise."""
    body = {"enabled": False, "change_ac_state": False, "appliance_config": COOL, **members}
    await caller.send("PUT", SCHEDULE, json=body)


async def test_a_timer_sends_one_frame_and_then_the_room_cools_and_the_power_rises(caller: Caller) -> None:
    """The whole way of one command."""
    before = await caller.reading("temperature")
    assert await caller.reading("power") == 4
    await hold(caller)
    await caller.send("POST", TIMER, json={"action": "on", "scheduled_for": at(5)})
    await caller.advance(4)
    assert await frames(caller) == []
    await caller.advance(1)
    assert await frames(caller) == [{"time": at(5), "action": "on", "appliance_config": COOL}]
    assert (await caller.reading("power") or 0) > 500
    await caller.advance(1200)
    cooled = await caller.reading("temperature")
    assert cooled is not None
    assert before is not None
    assert cooled < before - 3
    assert len(await frames(caller)) == 1
    await caller.send("POST", TIMER, json={"action": "off", "scheduled_for": at(1210)})
    await caller.advance(10)
    assert await caller.reading("power") == 4
    await caller.advance(86400)
    assert await caller.reading("temperature") == pytest.approx(before, abs=0.1)
    assert [frame["action"] for frame in await frames(caller)] == ["on", "off"]


@lives_in(World.demo)
async def test_a_live_room_cools_against_its_weather(caller: Caller) -> None:
    """Within a quarter of an hour it is clearly colder than the room by itself."""
    path = "/v1/devices/villa-bedroom/ac"
    await caller.send("PUT", f"{path}/schedule", json={"enabled": False, "appliance_config": COOL})
    await caller.send("POST", f"{path}/timer", json={"action": "on", "scheduled_for": at(5)})
    await caller.advance(5)
    before = await caller.reading("temperature", "villa-bedroom")
    assert (await caller.reading("power", "villa-bedroom") or 0) > 500
    await caller.advance(900)
    after = await caller.reading("temperature", "villa-bedroom")
    assert before is not None
    assert after is not None
    assert after < before - 2


async def test_a_new_timer_replaces_the_old_one(caller: Caller) -> None:
    """There is one timer per unit."""
    await caller.send("POST", TIMER, json={"action": "on", "scheduled_for": at(5)})
    await caller.send("POST", TIMER, json={"action": "off", "scheduled_for": at(8)})
    await caller.advance(60)
    assert [(frame["action"], frame["time"]) for frame in await frames(caller)] == [("off", at(8))]


async def test_a_cancelled_timer_does_nothing(caller: Caller) -> None:
    """Also when there was none."""
    await caller.send("POST", TIMER, json={"action": "on", "scheduled_for": at(5)})
    await caller.send("DELETE", TIMER)
    await caller.send("DELETE", TIMER)
    await caller.advance(60)
    assert await frames(caller) == []


@pytest.mark.parametrize("seconds", [-60, 0])
async def test_a_timer_lies_in_the_future(caller: Caller, seconds: int) -> None:
    """The present is past already."""
    body = {"action": "on", "scheduled_for": at(seconds)}
    status, message = await caller.refused("POST", TIMER, json=body)
    assert status == HTTPStatus.BAD_REQUEST
    assert "has passed, it is 2026-07-01T12:00:00Z; accepted: later ones" in message


async def test_a_timer_without_an_offset_is_the_propertys_time(caller: Caller) -> None:
    """14:01 in Berlin."""
    await caller.send("POST", TIMER, json={"action": "on", "scheduled_for": "2026-07-01T14:01:00"})
    await caller.advance(60)
    assert [frame["time"] for frame in await frames(caller)] == [at(60)]


async def test_a_frame_carries_the_last_appliance_config(caller: Caller) -> None:
    """A schedule without one leaves it, and so does removing the schedule."""
    await hold(caller)
    await caller.send("PUT", SCHEDULE, json={"enabled": False})
    await caller.send("DELETE", SCHEDULE)
    await caller.send("POST", TIMER, json={"action": "on", "scheduled_for": at(5)})
    await caller.advance(5)
    assert [frame["appliance_config"] for frame in await frames(caller)] == [COOL]


async def test_without_any_config_the_air_conditioner_does_what_it_did_last(caller: Caller) -> None:
    """The frame is empty, and a new air conditioner cools to 24 °C."""
    await caller.send("POST", TIMER, json={"action": "on", "scheduled_for": at(5)})
    await caller.advance(5)
    assert [frame["appliance_config"] for frame in await frames(caller)] == [{}]
    (unit,) = (await caller.control("GET", "state"))["devices"]
    assert (unit["ac"]["on"], unit["ac"]["mode"], unit["ac"]["temperature"]) == (True, "cool", 24)


async def test_an_offline_unit_sends_nothing(caller: Caller) -> None:
    """Its timer is lost."""
    await caller.send("POST", TIMER, json={"action": "on", "scheduled_for": at(5)})
    await caller.control("PATCH", "devices/unit", online=False)
    await caller.advance(60)
    await caller.control("PATCH", "devices/unit", online=True)
    await caller.advance(60)
    assert await frames(caller) == []


async def test_a_test_pulse_switches_nothing(caller: Caller) -> None:
    """It is a frame of its own kind."""
    await caller.send("POST", "/v1/devices/unit/ir/test", json={"mode": "learn"})
    assert [frame["action"] for frame in await frames(caller)] == ["test"]
    assert await caller.reading("power") == 4


async def test_a_schedule_switches_at_its_times(caller: Caller) -> None:
    """Wednesday 15:00 to 16:30 in Berlin; the next time is a week later."""
    times = {"days": ["wed"], "start_time": "15:00", "end_time": "16:30"}
    await hold(caller, enabled=True, change_ac_state=True, **times)
    await caller.advance(6 * 86400)
    hour = 3600
    assert [(frame["action"], frame["time"]) for frame in await frames(caller)] == [
        ("on", at(hour)),
        ("off", at(2.5 * hour)),
    ]
    await caller.advance(86400 + 2 * hour)
    assert [frame["action"] for frame in await frames(caller)] == ["on", "off", "on"]


@pytest.mark.parametrize("silent", [{"enabled": False}, {"change_ac_state": False}, {"days": []}])
async def test_a_silent_schedule_switches_nothing(caller: Caller, silent: dict[str, object]) -> None:
    """One that is off, one that must not change the state, one without days."""
    members = {"enabled": True, "change_ac_state": True, "days": ["wed"], "start_time": "15:00", **silent}
    await hold(caller, **members)
    await caller.advance(86400)
    assert await frames(caller) == []


async def test_a_removed_schedule_switches_nothing(caller: Caller) -> None:
    """Also when there was none."""
    await hold(caller, enabled=True, change_ac_state=True, days=["wed"], start_time="15:00")
    await caller.send("DELETE", SCHEDULE)
    await caller.send("DELETE", SCHEDULE)
    await caller.advance(86400)
    assert await frames(caller) == []


async def test_timer_and_schedule_fire_in_order_when_time_leaps(caller: Caller) -> None:
    """However far the clock is moved at once."""
    await hold(caller, enabled=True, change_ac_state=True, days=["wed"], start_time="15:00", end_time="16:00")
    await caller.send("POST", TIMER, json={"action": "off", "scheduled_for": at(5400)})
    await caller.advance(86400)
    assert [frame["time"] for frame in await frames(caller)] == [at(3600), at(5400), at(7200)]


def test_a_schedule_may_go_over_midnight_and_over_a_change_of_the_clocks() -> None:
    """An end before the start is on the next day, in the zone's own time."""
    zone = ZoneInfo("Europe/Berlin")
    nightly = AcSchedule(days=("sat",), start=time(22), end=time(7), change_ac_state=True)
    friday = datetime(2026, 10, 23, tzinfo=UTC)
    assert list(nightly.switches(zone, friday, friday + timedelta(days=7))) == [
        (datetime(2026, 10, 24, 20, tzinfo=UTC), "on"),
        (datetime(2026, 10, 25, 6, tzinfo=UTC), "off"),
    ]
    only_end = AcSchedule(days=("sat",), end=time(7), change_ac_state=True)
    assert [action for _, action in only_end.switches(zone, friday, friday + timedelta(days=7))] == ["off"]


@lives_in(World.demo)
async def test_eco_mode_switches_off_in_an_empty_room(caller: Caller) -> None:
    """After the time without motion that the unit was given, and not before."""
    path = "/v1/devices/villa-living"
    await caller.control("PATCH", "devices/villa-living", readings={"occupancy_max": 1})
    await caller.send("PATCH", f"{path}/eco_mode", json={"last_PIR_detected_time_th": 600})
    await caller.send("POST", f"{path}/ac/timer", json={"action": "on", "scheduled_for": at(5)})
    await caller.advance(3600)
    assert [frame["action"] for frame in await frames(caller, "villa-living")] == ["on"]
    await caller.control("PATCH", "devices/villa-living", readings={"occupancy_max": 0})
    await caller.advance(500)
    assert len(await frames(caller, "villa-living")) == 1
    await caller.advance(200)
    assert [frame["action"] for frame in await frames(caller, "villa-living")] == ["on", "off"]


def test_the_room_does_not_depend_on_how_often_it_is_looked_at() -> None:
    """Many small steps and one leap come to the same readings."""
    leaping, stepping = (_afternoon_with_cooling() for _ in range(2))
    leaping.clock.advance(7200)
    leaping.catch_up()
    for _ in range(720):
        stepping.clock.advance(10)
        stepping.catch_up()
    one, other = (world.readings(world.devices["office-open"]) for world in (leaping, stepping))
    assert one == other
    assert one["power"] != 4


def _afternoon_with_cooling() -> World:
    world = World.demo(Clock.fixed(NOON))
    unit = world.devices["office-open"]
    unit.infrared.config = COOL
    unit.infrared.schedule = AcSchedule(days=("wed",), start=time(15, 30), change_ac_state=True, config=COOL)
    world.changed(unit)
    return world
