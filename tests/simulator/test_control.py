"""Each verb of the control API."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

import simulator
from simulator import World
from simulator.control.routes import VERBS
from simulator.house.catalogue import MEASURES
from tests.simulator.caller import Caller, lives_in

READ_ME = Path(simulator.__file__).with_name("README.md")


async def test_state_tells_the_time_and_everything_there_is(caller: Caller) -> None:
    """In short, with temperatures in °C whatever the user prefers."""
    await caller.send("PATCH", "/v1/users/self", json={"preferences": {"temperature_unit": "F"}})
    state = await caller.control("GET", "state")
    assert (state["now"], state["speed"], state["frozen"]) == ("2026-07-01T12:00:00+00:00", 1, True)
    assert state["properties"] == [{"id": "home", "name": "Tiny Home", "timezone": "Europe/Berlin", "eco": False}]
    (unit,) = state["devices"]
    assert unit["readings"]["temperature"] == 24
    assert unit["readings"].keys() == set(MEASURES)
    assert (unit["online"], unit["alarms"], unit["ac"]["frames"]) == (True, {}, 0)
    assert await caller.reading("temperature") == 75.2


async def test_state_tells_what_no_call_of_the_api_reads_back(caller: Caller) -> None:
    """Timer, schedule and the config of the next frame, whole; looking at them changes nothing."""
    (unit,) = (await caller.control("GET", "state"))["devices"]
    assert unit["ac"] == {
        "driven": True,
        "on": False,
        "mode": "cool",
        "temperature": 24,
        "timer": None,
        "schedule": None,
        "appliance_config": {},
        "frames": 0,
    }

    config = {"vendor": "Acme", "mode": "heat", "temperature": 21, "beep": False}
    schedule = {
        "enabled": True,
        "days": ["mon", "fri"],
        "start_time": "07:00",
        "end_time": "22:30",
        "change_ac_state": True,
        "appliance_config": config,
    }
    await caller.send("PUT", "/v1/devices/unit/ac/schedule", json=schedule)
    timer = {"action": "on", "scheduled_for": "2026-07-01T15:00:00+02:00"}
    await caller.send("POST", "/v1/devices/unit/ac/timer", json=timer)
    for _ in range(2):
        (unit,) = (await caller.control("GET", "state"))["devices"]
        assert unit["ac"]["timer"] == {"at": "2026-07-01T13:00:00+00:00", "action": "on"}
        assert unit["ac"]["schedule"] == schedule
        assert unit["ac"]["appliance_config"] == config

    await caller.advance(3600)
    (unit,) = (await caller.control("GET", "state"))["devices"]
    ac = unit["ac"]
    assert (ac["timer"], ac["on"], ac["mode"], ac["temperature"], ac["frames"]) == (None, True, "heat", 21, 1)
    await caller.send("DELETE", "/v1/devices/unit/ac/schedule")
    (unit,) = (await caller.control("GET", "state"))["devices"]
    assert (unit["ac"]["schedule"], unit["ac"]["appliance_config"]) == (None, config)


async def test_state_shows_a_schedule_that_has_no_times_with_every_member(caller: Caller) -> None:
    """What a request leaves out has the value that the simulator goes by."""
    await caller.send("PUT", "/v1/devices/unit/ac/schedule", json={"enabled": False})
    (unit,) = (await caller.control("GET", "state"))["devices"]
    assert unit["ac"]["schedule"] == {
        "enabled": False,
        "days": [],
        "start_time": None,
        "end_time": None,
        "change_ac_state": False,
        "appliance_config": {},
    }


async def test_an_alarm_raised_by_hand_stays_until_it_is_ended_by_hand(caller: Caller) -> None:
    """Its start stays put; there is one notification for the start and one for the end."""
    await caller.control("POST", "alarms", device_id="unit", name="smoke_alarm", active=True)
    await caller.advance(3600)
    await caller.control("POST", "alarms", device_id="unit", name="smoke_alarm", active=True)
    assert (await caller.unit())["active_alarms"] == [{"name": "smoke_alarm", "started_at": "2026-07-01T12:00:00Z"}]
    await caller.control("POST", "alarms", device_id="unit", name="smoke_alarm", active=False)
    assert (await caller.unit())["active_alarms"] == []
    items = await caller.get("/v1/notifications")
    assert [(item["type"], item["created_at"]) for item in items] == [
        ("smoke_alarm_end", "2026-07-01T13:00:00Z"),
        ("smoke_alarm_start", "2026-07-01T12:00:00Z"),
    ]
    assert items[0]["message"] == "Smoke in Studio is over"


@lives_in(World.demo)
async def test_the_world_neither_ends_nor_repeats_what_was_done_by_hand(caller: Caller) -> None:
    """Raised without a cause it stays; ended in spite of its cause it stays ended, until the cause has gone once."""
    await caller.control("POST", "alarms", device_id="flat-bedroom", name="noise_alarm", active=True)
    await caller.control("PATCH", "devices/flat-hallway", readings={"noise": 90})
    await caller.advance(120)
    assert (await caller.unit("flat-bedroom"))["in_alarm"] == ["noise_alarm"]
    assert (await caller.unit("flat-hallway"))["in_alarm"] == ["noise_alarm"]
    await caller.control("POST", "alarms", device_id="flat-hallway", name="noise_alarm", active=False)
    await caller.advance(120)
    assert (await caller.unit("flat-hallway"))["in_alarm"] == []
    for noise, alarms in ((40, []), (90, ["noise_alarm"])):
        await caller.control("PATCH", "devices/flat-hallway", readings={"noise": noise})
        await caller.advance(120)
        assert (await caller.unit("flat-hallway"))["in_alarm"] == alarms


async def test_a_unit_can_be_added_and_removed(caller: Caller) -> None:
    """With what was asked for, and sensible values for the rest."""
    added = await caller.control(
        "POST",
        "devices",
        property_id="home",
        id="new",
        name="Attic",
        category="EM",
        pillar="smart_ac",
        measures=["noise", "temperature"],
    )
    assert (added["id"], added["name"], added["pillar"], added["ac"]["driven"]) == ("new", "Attic", "smart_ac", True)
    assert added["readings"].keys() == {"noise", "temperature"}
    assert [unit["id"] for unit in await caller.get("/v1/devices")] == ["unit", "new"]
    other = await caller.control("POST", "devices", property_id="home")
    assert (other["id"], other["readings"].keys()) == ("added-device-1", set(MEASURES))
    await caller.control("DELETE", "devices/new")
    await caller.control("DELETE", "devices/added-device-1")
    assert [unit["id"] for unit in await caller.get("/v1/devices")] == ["unit"]
    assert (await caller.get("/v1/users/self"))["total_device_count"] == 1


@lives_in(World.demo)
async def test_a_unit_that_is_added_to_a_living_home_lives(caller: Caller) -> None:
    """It has its own weather and people; an air conditioner that it drives can be told to run."""
    added = await caller.control("POST", "devices", property_id="office", pillar="smart_ac")
    before = added["readings"]
    await caller.advance(6 * 3600)
    state = await caller.control("GET", "state")
    assert state["devices"][-1]["readings"] != before
    await caller.control("DELETE", f"devices/{added['id']}")
    await caller.advance(3600)


async def test_a_property_can_be_added_and_removed_with_its_units(caller: Caller) -> None:
    """A new one is empty, and offline."""
    added = await caller.control("POST", "properties", id="second", name="Second", timezone="Asia/Tokyo")
    assert added == {"id": "second", "name": "Second", "timezone": "Asia/Tokyo", "eco": False}
    assert (await caller.control("POST", "properties"))["id"] == "added-property-1"
    assert (await caller.get("/v3/properties/second/status"))["status"] == "offline"
    await caller.control("POST", "devices", property_id="second", id="lamp")
    await caller.control("DELETE", "properties/second")
    assert [place["id"] for place in await caller.get("/v1/properties")] == ["home", "added-property-1"]
    assert [unit["id"] for unit in await caller.get("/v1/devices")] == ["unit"]


async def test_a_reading_set_by_hand_stays_until_it_is_released(caller: Caller) -> None:
    """Null is a reading without a value; the series shows what was shown then."""
    own = await caller.reading("temperature")
    for value in (31.5, None):
        await caller.control("PATCH", "devices/unit", readings={"temperature": value})
        await caller.advance(3600)
        assert await caller.reading("temperature") == value
    await caller.control("PATCH", "devices/unit", release=["temperature"])
    assert await caller.reading("temperature") == own
    await caller.advance(3600)
    query = {"measure": "temperature", "granularity": "hours", "start": "2026-07-01T13:00:00"}
    points = await caller.get("/v1/devices/unit/measurements", **query)
    assert [point["value"] for point in points] == [own, 31.5, own]


@lives_in(World.demo)
async def test_a_reading_set_by_hand_gives_the_unit_that_measure(caller: Caller) -> None:
    """A unit may learn to measure something."""
    await caller.control("PATCH", "devices/flat-hallway", readings={"power": 7})
    assert await caller.reading("power", "flat-hallway") == 7


async def test_an_offline_unit_keeps_its_last_readings(caller: Caller) -> None:
    """And the time at which it was last heard of, while the others' time goes on."""
    await caller.control("PATCH", "devices/unit", online=False)
    await caller.control("PATCH", "devices/unit", online=False)
    await caller.advance(600)
    unit = await caller.unit()
    assert (unit["connection_status"], unit["last_updated_at"]) == ("offline", "2026-07-01T12:00:00Z")
    assert {item["timestamp"] for item in unit["latest_values"]} == {"2026-07-01T12:00:00Z"}
    assert all(item["value"] is not None for item in unit["latest_values"])
    assert (await caller.get("/v3/properties/home/status"))["status"] == "offline"
    await caller.control("PATCH", "devices/unit", online=True)
    unit = await caller.unit()
    assert (unit["connection_status"], unit["last_updated_at"]) == ("online", "2026-07-01T12:10:00Z")


async def test_plain_members_of_a_unit_can_be_changed(caller: Caller) -> None:
    """Name, pillar, and the others."""
    changes: dict[str, Any] = {
        "name": "Loft",
        "enabled": False,
        "device_pillar": "noise",
        "ac_control_active": False,
        "snoozed": ["noise_alarm"],
    }
    await caller.control("PATCH", "devices/unit", **changes)
    unit = await caller.unit()
    assert {name: unit[name] for name in changes} == changes


async def test_a_unit_can_move_to_another_property(caller: Caller) -> None:
    """Its lists follow."""
    await caller.control("POST", "properties", id="second")
    await caller.control("PATCH", "devices/unit", property_id="second")
    assert await caller.get("/v1/devices", property_id="home") == []
    assert [unit["property_id"] for unit in await caller.get("/v1/devices", property_id="second")] == ["second"]


async def test_any_member_of_a_units_payload_can_be_overridden(caller: Caller) -> None:
    """With anything, in lists and alone; the next override replaces this one."""
    await caller.control("PATCH", "devices/unit", raw={"in_alarm": ["dragon_alarm"], "name": 7, "colour": "red"})
    (listed,) = await caller.get("/v1/devices")
    for unit in (listed, await caller.unit()):
        assert (unit["in_alarm"], unit["name"], unit["colour"]) == (["dragon_alarm"], 7, "red")
    await caller.control("PATCH", "devices/unit", raw={})
    assert (await caller.unit())["name"] == "Studio"


async def test_the_profile_can_be_changed(caller: Caller) -> None:
    """Any member of it."""
    await caller.control("PATCH", "profile", email="new@example.com", preferences={"temperature_unit": "F"})
    profile = await caller.get("/v1/users/self")
    assert (profile["email"], profile["preferences"]["temperature_unit"]) == ("new@example.com", "F")
    assert profile["preferences"]["currency"] == "EUR"
    await caller.control("PATCH", "profile", preferences="none", notification_preferences=None)
    assert (await caller.get("/v1/users/self"))["preferences"] == "none"
    assert await caller.reading("temperature") == 24


async def test_counters_tell_operations_and_outcomes(caller: Caller) -> None:
    """The control API is not counted; a reset begins again at zero."""
    await caller.get("/v1/devices")
    await caller.get("/v1/devices")
    await caller.refused("GET", "/v1/devices/nobody")
    await caller.refused("GET", "/v1/nowhere")
    await caller.send("POST", "/v1/devices/unit/ir/test", json={})
    counted = await caller.control("GET", "counters")
    frames = counted.pop("ir_frames")
    assert frames == {
        "unit": [{"time": "2026-07-01T12:00:00+00:00", "action": "test", "appliance_config": {"mode": "smart"}}]
    }
    assert counted == {
        "total": 5,
        "by_operation": {"getDevice": 1, "listDevices": 2, "testDeviceIr": 1, "unknown": 1},
        "by_status": {"200": 3, "404": 2},
    }
    await caller.control("DELETE", "counters")
    assert await caller.control("GET", "counters") == {"total": 0, "by_operation": {}, "by_status": {}, "ir_frames": {}}


async def test_the_clock_can_be_stopped_sped_up_and_moved(caller: Caller) -> None:
    """It answers with what it then is."""
    clock = await caller.control("POST", "clock", advance=60)
    assert clock == {"now": "2026-07-01T12:01:00+00:00", "speed": 1, "frozen": True}
    clock = await caller.control("POST", "clock", frozen=False, speed=1000)
    assert (clock["speed"], clock["frozen"]) == (1000, False)
    assert (await caller.control("POST", "clock", frozen=True))["now"] > "2026-07-01T12:01:00+00:00"


@pytest.mark.parametrize(
    ("method", "path", "members", "named"),
    [
        (
            "POST",
            "alarms",
            {"device_id": "unit", "name": "dragon", "active": True},
            "body.name: 'dragon' is not one of ['noise",
        ),
        ("POST", "alarms", {"device_id": "unit", "name": "smoke_alarm"}, "body: 'active' is a required property"),
        ("POST", "devices", {}, "body: 'property_id' is a required property"),
        ("POST", "devices", {"property_id": "home", "measures": ["x"]}, "body.measures[0]: 'x' is not one of ['power'"),
        (
            "PATCH",
            "devices/unit",
            {"colour": 1},
            "body: Additional properties are not allowed ('colour' was unexpected)",
        ),
        ("PATCH", "devices/unit", {"readings": {"x": 1}}, "body.readings: Additional properties are not allowed ('x'"),
        (
            "PATCH",
            "profile",
            {"x": 1},
            "body: Additional properties are not allowed ('x' was unexpected); accepted: name",
        ),
        ("POST", "properties", {"timezone": "Mars"}, "body.timezone: 'Mars' is no IANA time zone"),
        ("POST", "tokens", {"ttl": -1}, "body.ttl: -1 is less than the minimum of 0"),
        ("POST", "clock", {"speed": 0}, "body.speed: 0 is less than or equal to the minimum of 0"),
        ("POST", "clock", {"advance": -1}, "body.advance: -1 is less than the minimum of 0"),
    ],
)
async def test_what_a_verb_does_not_take_is_refused_by_name(
    caller: Caller, method: str, path: str, members: dict[str, Any], named: str
) -> None:
    """With what it does take."""
    status, message = await caller.control_refused(method, path, **members)
    assert status == HTTPStatus.BAD_REQUEST
    assert message.startswith(named), message


async def test_the_remote_control_of_an_air_conditioner_is_pressed_and_the_unit_sends_nothing(caller: Caller) -> None:
    """So what it was told by infrared and what it does differ."""
    pressed = await caller.control("POST", "devices/unit/remote", action="on", mode="cool", temperature=18)
    assert (pressed["ac"]["on"], pressed["ac"]["temperature"], pressed["ac"]["frames"]) == (True, 18, 0)
    await caller.control("POST", "clock", advance=600)
    assert (await caller.reading("power") or 0) > 100
    assert (await caller.reading("temperature") or 99) < 24
    assert not (await caller.control("POST", "devices/unit/remote", action="off"))["ac"]["on"]

    await caller.control("PATCH", "devices/unit", device_pillar="noise", ac_control_active=False)
    status, message = await caller.control_refused("POST", "devices/unit/remote", action="on")
    assert (status, message[:32]) == (HTTPStatus.BAD_REQUEST, "Studio drives no air conditioner")


@pytest.mark.parametrize(
    ("method", "path", "members", "status"),
    [
        ("PATCH", "devices/nobody", {}, HTTPStatus.NOT_FOUND),
        ("POST", "alarms", {"device_id": "nobody", "name": "co_alarm", "active": True}, HTTPStatus.NOT_FOUND),
        ("POST", "devices", {"property_id": "nowhere"}, HTTPStatus.NOT_FOUND),
        ("PATCH", "devices/unit", {"property_id": "nowhere"}, HTTPStatus.NOT_FOUND),
        ("DELETE", "properties/nowhere", {}, HTTPStatus.NOT_FOUND),
        ("POST", "devices", {"property_id": "home", "id": "unit"}, HTTPStatus.CONFLICT),
        ("POST", "properties", {"id": "home"}, HTTPStatus.CONFLICT),
        ("GET", "nothing", {}, HTTPStatus.NOT_FOUND),
        ("PUT", "clock", {}, HTTPStatus.METHOD_NOT_ALLOWED),
    ],
)
async def test_a_verb_says_what_is_not_there_or_there_already(
    caller: Caller, method: str, path: str, members: dict[str, Any], status: HTTPStatus
) -> None:
    """With a message."""
    assert (await caller.control_refused(method, path, **members))[0] == status


async def test_a_body_that_is_no_json_is_refused(caller: Caller) -> None:
    """As in the vendor's API."""
    async with caller.session.post(f"{caller.running.url}/_sim/clock", data="{") as response:
        assert response.status == HTTPStatus.BAD_REQUEST
        assert (await response.json())["message"].startswith("body: not JSON")


def test_the_readme_names_every_verb() -> None:
    """A verb that nobody can find is none."""
    readme = READ_ME.read_text()
    for verb in VERBS:
        assert f"`{verb.method} /_sim{verb.path}`" in readme
