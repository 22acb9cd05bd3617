"""What the user is told, and what is remembered of the time before the simulation began."""

from datetime import datetime, timedelta

from simulator import Clock, World
from simulator.house import readings
from simulator.house.catalogue import alarm_setting
from tests.simulator.caller import NOON, Caller, lives_in


@lives_in(World.demo)
async def test_a_snoozed_alarm_is_not_told(caller: Caller) -> None:
    """It is active all the same."""
    await caller.control("PATCH", "devices/flat-bedroom", snoozed=["noise_alarm"], readings={"noise": 90})
    await caller.advance(60)
    assert (await caller.unit("flat-bedroom"))["in_alarm"] == ["noise_alarm"]
    assert await caller.told("flat-bedroom") == []


async def test_who_wants_nothing_in_the_app_gets_no_notifications(caller: Caller) -> None:
    """By the preferences of the profile."""
    await caller.send("PATCH", "/v1/users/self", json={"notification_preferences": {"in_app": False}})
    await caller.control("POST", "alarms", device_id="unit", name="smoke_alarm", active=True)
    assert await caller.get("/v1/notifications") == []
    assert (await caller.unit())["in_alarm"] == ["smoke_alarm"]


async def test_eco_mode_is_told_when_it_is_switched_on(caller: Caller) -> None:
    """Once, and of the property."""
    for switch in ("true", "true", "false"):
        await caller.send("PATCH", "/v1/properties/home/eco_mode", params={"eco_mode": switch})
    (item,) = await caller.get("/v1/notifications")
    assert (item["type"], item["property_id"], item["device_id"]) == ("eco_mode_enabled", "home", None)


async def test_notifications_are_filtered(caller: Caller) -> None:
    """By property, type, time, and whether they were seen."""
    await caller.control("POST", "properties", id="second")
    await caller.control("POST", "devices", property_id="second", id="other")
    for device_id, name in (("unit", "smoke_alarm"), ("other", "co_alarm"), ("unit", "noise_alarm")):
        await caller.control("POST", "alarms", device_id=device_id, name=name, active=True)
        await caller.advance(60)

    async def found(path: str = "/v1/notifications", **query: str) -> list[str]:
        return [item["type"].removesuffix("_alarm_start") for item in await caller.get(path, **query)]

    assert await found() == ["noise", "co", "smoke"]
    assert await found(property_id="home") == ["noise", "smoke"]
    assert await found(types="co_alarm_start,smoke_alarm_start") == ["co", "smoke"]
    assert await found(start="2026-07-01T12:01:00", timezone="UTC") == ["noise", "co"]
    assert await found(start="2026-07-01T14:01:00", property_id="home") == ["noise"]
    assert await found(end="2026-07-01T12:02:00Z") == ["co", "smoke"]
    assert await found("/v1/notifications/latest") == ["noise", "co"]
    assert await found("/v1/notifications/latest", property_ids="second") == ["co"]
    (newest, *_) = await caller.get("/v1/notifications")
    await caller.send("PATCH", "/v1/notifications/seen", json={"ids": [newest["id"], "unknown"]})
    assert await found(seen="true") == ["noise"]
    await caller.send("PATCH", "/v1/notifications/seen", json={"property_id": "home"})
    assert await found(seen="false") == ["co"]


async def test_what_happens_twice_in_an_instant_has_two_ids(caller: Caller) -> None:
    """The last one is the newest."""
    for active in (True, False, True):
        await caller.control("POST", "alarms", device_id="unit", name="smoke_alarm", active=active)
    items = await caller.get("/v1/notifications")
    assert [item["type"][12:] for item in items] == ["start", "end", "start"]
    assert len({item["id"] for item in items}) == 3


@lives_in(World.demo)
async def test_the_past_had_alarms_that_agree_with_its_series(caller: Caller) -> None:
    """Where a noise alarm is remembered, the unit measured that noise."""
    items = await caller.get("/v1/notifications", types="noise_alarm_start")
    assert items
    assert all(item["created_at"] < "2026-07-01T12:00:00Z" for item in items)
    for item in items[:5]:
        unit = caller.world.devices[item["device_id"]]
        zone = caller.world.property_of(unit).zone
        started = datetime.fromisoformat(item["created_at"])
        value = readings.reading(unit, "noise", started, zone)
        assert value is not None
        assert value >= 75


def test_an_alarm_whose_cause_outlasts_an_incident_is_remembered_as_ending_with_it() -> None:
    """Where the limit lies below what is usual."""
    world = World.demo(Clock.fixed(NOON))
    unit = world.devices["villa-terrace"]
    unit.alarms = [{**alarm_setting("noise_alarm"), "threshold": 20}]
    episodes = world.episodes(unit, NOON - timedelta(days=365))
    assert episodes
    assert all(episode.ended_at is not None and episode.ended_at <= NOON for episode in episodes)


@lives_in(World.demo)
async def test_a_restart_remembers_the_same_past(caller: Caller) -> None:
    """Ids too: a client that has seen them does not tell them again."""
    again = World.demo(Clock.fixed(NOON))
    items = await caller.get("/v1/notifications")
    assert [item["id"] for item in items] == [item.id for item in again.notifications.newest_first(NOON)]
    assert len(items) > 20
