"""The demo homes: alarms by their limits, notifications, the past, and what follows from it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator import Clock, World
from simulator.house import alarm_watch, readings
from simulator.house.catalogue import ALARMS, MEASURES, alarm_setting
from simulator.house.property import EcoPeriod
from tests.simulator.caller import NOON, Caller, lives_in

NIGHT = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)


def at_night(clock: Clock) -> World:
    """Make the demo homes at half past midnight in London: quiet hours there."""
    del clock
    return World.demo(Clock.fixed(NIGHT))


async def types(caller: Caller, device_id: str) -> list[str]:
    """Return what was told of a unit since the world began, the oldest first."""
    began = caller.world.began.isoformat()
    items = await caller.get("/v1/notifications", start=began, timezone="UTC")
    return [item["type"] for item in reversed(items) if item["device_id"] == device_id]


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
async def test_an_alarm_starts_at_its_limit_and_ends_well_below_it(caller: Caller) -> None:
    """Between the two it goes on; the start stays put."""
    for noise, alarms in ((74, []), (75, ["noise_alarm"]), (71, ["noise_alarm"]), (69, [])):
        await caller.control("PATCH", "devices/flat-bedroom", readings={"noise": noise})
        await caller.advance(60)
        unit = await caller.unit("flat-bedroom")
        assert unit["in_alarm"] == alarms, noise
        assert all(alarm["started_at"] == "2026-07-01T12:02:00Z" for alarm in unit["active_alarms"])
    assert await types(caller, "flat-bedroom") == ["noise_alarm_start", "noise_alarm_end"]


@lives_in(World.demo)
async def test_a_units_own_limit_counts_and_an_alarm_that_is_off_never_starts(caller: Caller) -> None:
    """As the user has set them."""
    settings = [{**alarm_setting("noise_alarm"), "threshold": 50}, alarm_setting("occupancy_alarm", enabled=False)]
    await caller.send("PATCH", "/v1/devices/flat-bedroom", json={"alarms": settings})
    await caller.control("PATCH", "devices/flat-bedroom", readings={"noise": 51, "occupancy_max": 30})
    await caller.advance(60)
    assert (await caller.unit("flat-bedroom"))["in_alarm"] == ["noise_alarm"]


@lives_in(World.demo)
@pytest.mark.parametrize("change", ["disarm", "pause", "disable"])
async def test_what_is_switched_off_raises_nothing(caller: Caller, change: str) -> None:
    """A disarmed property, a paused property, a disabled unit."""
    match change:
        case "disarm":
            await caller.send("PATCH", "/v1/properties/flat/alarms", params={"noise_alarm": "false"})
        case "pause":
            await caller.send("PATCH", "/v1/properties/flat", json={"enabled": 0})
        case _:
            await caller.send("PATCH", "/v1/devices/flat-bedroom", json={"enabled": False})
    await caller.control("PATCH", "devices/flat-bedroom", readings={"noise": 90})
    await caller.advance(60)
    assert (await caller.unit("flat-bedroom"))["in_alarm"] == []


@lives_in(at_night)
async def test_in_quiet_hours_less_noise_is_too_much(caller: Caller) -> None:
    """Half past midnight in London."""
    await caller.control("PATCH", "devices/flat-bedroom", readings={"noise": 62})
    await caller.advance(60)
    assert (await caller.unit("flat-bedroom"))["in_alarm"] == ["noise_alarm_quiet_hours"]
    await caller.advance(7 * 3600)
    assert (await caller.unit("flat-bedroom"))["in_alarm"] == []


@lives_in(at_night)
async def test_with_quiet_hours_of_its_own_a_crowd_is_half_as_large(caller: Caller) -> None:
    """Where the property's switch is on."""
    await caller.control("PATCH", "devices/flat-bedroom", readings={"occupancy_max": 5})
    await caller.advance(60)
    assert "occupancy_alarm" not in (await caller.unit("flat-bedroom"))["in_alarm"]
    await caller.send("PATCH", "/v1/properties/flat/alarms", params={"occupancy_alarm_quiet_hours": "1"})
    await caller.advance(60)
    assert "occupancy_alarm" in (await caller.unit("flat-bedroom"))["in_alarm"]


@pytest.mark.parametrize(
    ("start", "end", "hour", "inside"),
    [
        ("23:00", "07:00", 23, True),
        ("23:00", "07:00", 6, True),
        ("23:00", "07:00", 7, False),
        ("13:00", "15:00", 14, True),
        ("13:00", "15:00", 15, False),
        ("nonsense", None, 23, True),
    ],
)
def test_quiet_hours_may_go_over_midnight(start: str, end: str | None, hour: int, inside: bool) -> None:  # noqa: FBT001
    """What cannot be read is taken as 23:00 to 07:00."""
    window = {"enabled": True, "start_time": start, "end_time": end}
    assert alarm_watch.in_window(window, datetime(2026, 7, 1, hour, tzinfo=UTC)) is inside
    assert not alarm_watch.in_window({**window, "enabled": False}, datetime(2026, 7, 1, hour, tzinfo=UTC))


@lives_in(World.demo)
async def test_a_unit_that_stays_away_raises_an_alarm_and_two_raise_another(caller: Caller) -> None:
    """After ten minutes; the loft has been away for days."""
    await caller.advance(60)
    assert (await caller.unit("flat-loft"))["in_alarm"] == ["device_off_alarm"]
    await caller.control("PATCH", "devices/flat-bedroom", online=False)
    await caller.advance(300)
    assert (await caller.unit("flat-bedroom"))["in_alarm"] == ["device_off_alarm_multiple"]
    await caller.advance(300)
    assert set((await caller.unit("flat-bedroom"))["in_alarm"]) == {"device_off_alarm", "device_off_alarm_multiple"}
    await caller.control("PATCH", "devices/flat-bedroom", online=True)
    await caller.advance(60)
    assert (await caller.unit("flat-bedroom"))["in_alarm"] == []


@lives_in(World.demo)
async def test_an_alarm_goes_on_while_its_unit_is_away(caller: Caller) -> None:
    """Nobody knows better."""
    await caller.control("PATCH", "devices/flat-hallway", readings={"noise": 90})
    await caller.advance(60)
    await caller.control("PATCH", "devices/flat-hallway", online=False)
    await caller.advance(120)
    assert "noise_alarm" in (await caller.unit("flat-hallway"))["in_alarm"]


@lives_in(World.demo)
async def test_a_snoozed_alarm_is_not_told(caller: Caller) -> None:
    """It is active all the same."""
    await caller.control("PATCH", "devices/flat-bedroom", snoozed=["noise_alarm"], readings={"noise": 90})
    await caller.advance(60)
    assert (await caller.unit("flat-bedroom"))["in_alarm"] == ["noise_alarm"]
    assert await types(caller, "flat-bedroom") == []


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


@lives_in(World.demo)
async def test_an_alarm_that_a_unit_no_longer_has_ends(caller: Caller) -> None:
    """Its configuration was taken away; entries without a name mean nothing."""
    await caller.control("PATCH", "devices/flat-bedroom", readings={"noise": 90})
    await caller.advance(60)
    await caller.send("PATCH", "/v1/devices/flat-bedroom", json={"alarms": [{"enabled": True}]})
    await caller.advance(60)
    assert (await caller.unit("flat-bedroom"))["in_alarm"] == []
    assert await types(caller, "flat-bedroom") == ["noise_alarm_start", "noise_alarm_end"]


def test_an_alarm_whose_cause_outlasts_an_incident_is_remembered_as_ending_with_it() -> None:
    """Where the limit lies below what is usual."""
    world = World.demo(Clock.fixed(NOON))
    unit = world.devices["villa-terrace"]
    unit.alarms = [{**alarm_setting("noise_alarm"), "threshold": 20}]
    episodes = world.episodes(unit)
    assert episodes
    assert all(episode.ended_at is not None and episode.ended_at <= NOON for episode in episodes)


@lives_in(World.demo)
async def test_a_restart_remembers_the_same_past(caller: Caller) -> None:
    """Ids too: a client that has seen them does not tell them again."""
    again = World.demo(Clock.fixed(NOON))
    items = await caller.get("/v1/notifications")
    assert [item["id"] for item in items] == [item.id for item in again.notifications.newest_first(NOON)]
    assert len(items) > 20


@lives_in(World.demo)
async def test_latest_values_agree_with_the_series(caller: Caller) -> None:
    """The minute that has just begun shows the latest value."""
    for device_id in ("villa-living", "office-meeting"):
        for item in (await caller.unit(device_id))["latest_values"]:
            query = {
                "measure": item["name"],
                "granularity": "minutes",
                "end": (NOON + timedelta(minutes=1)).isoformat(),
            }
            (*_, last) = await caller.get(f"/v1/devices/{device_id}/measurements", **query)
            assert last["value"] == item["value"], item


@lives_in(World.demo)
async def test_a_series_is_the_same_whenever_it_is_asked_for(caller: Caller) -> None:
    """The past does not change, also where an air conditioner ran."""
    query = {"granularity": "15min", "start": "2026-06-28T00:00:00", "end": "2026-06-30T00:00:00"}
    path = "/v1/devices/villa-living/measurements"
    before = [await caller.get(path, measure=measure, **query) for measure in ("temperature", "power", "noise")]
    await caller.advance(30 * 86400)
    after = [await caller.get(path, measure=measure, **query) for measure in ("temperature", "power", "noise")]
    assert before == after
    assert max(point["value"] for point in before[1]) > 100


@lives_in(World.demo)
async def test_a_series_of_a_property_sums_or_averages_its_units(caller: Caller) -> None:
    """Watts and people add up, degrees do not."""
    query: dict[str, Any] = {"granularity": "hours", "start": "2026-06-30T18:00:00", "end": "2026-06-30T22:00:00"}
    living, bedroom = (f"/v1/devices/villa-{room}/measurements" for room in ("living", "bedroom"))
    whole = await caller.get("/v1/properties/villa/measurements", measure="power", **query)
    parts = [await caller.get(path, measure="power", **query) for path in (living, bedroom)]
    assert [point["value"] for point in whole] == [one["value"] + two["value"] for one, two in zip(*parts, strict=True)]
    warmth = await caller.get("/v1/properties/villa/measurements", measure="temperature", **query)
    assert all(15 < point["value"] < 40 for point in warmth)
    assert await caller.get("/v1/properties/flat/measurements", measure="occupancy_min", **query)


@lives_in(World.demo)
async def test_a_series_is_in_the_users_unit(caller: Caller) -> None:
    """As every temperature is."""
    query = {"measure": "temperature", "granularity": "hours"}
    celsius = await caller.get("/v1/devices/villa-living/measurements", **query)
    await caller.send("PATCH", "/v1/users/self", json={"preferences": {"temperature_unit": "F"}})
    fahrenheit = await caller.get("/v1/devices/villa-living/measurements", **query)
    assert [point["value"] for point in fahrenheit] == [round(point["value"] * 1.8 + 32, 1) for point in celsius]


@lives_in(World.demo)
async def test_buckets_follow_the_clock_on_the_wall_when_it_changes(caller: Caller) -> None:
    """London's twenty-five-hour day has twenty-five buckets."""
    query = {"measure": "noise", "granularity": "hours", "start": "2025-10-26T00:00:00", "end": "2025-10-27T00:00:00"}
    points = await caller.get("/v1/devices/flat-hallway/measurements", **query)
    assert len(points) == 25
    assert [point["timestamp"][11:] for point in points[:3]] == ["00:00:00+01:00", "01:00:00+01:00", "01:00:00+00:00"]


@lives_in(World.demo)
async def test_time_can_leap(caller: Caller) -> None:
    """A month in a few bounded steps; what lives has lived."""
    began = caller.world.time
    await caller.advance(40 * 86400)
    assert caller.world.time == began + timedelta(days=40)
    assert any(episode.started_at > began for unit in caller.world.devices.values() for episode in unit.episodes)


@lives_in(World.demo)
async def test_statistics_come_from_what_was_measured(caller: Caller) -> None:
    """Energy is the mean power times the hours; money is energy times a price."""
    rows = await caller.get("/v1/statistics", period="day", currency="USD", fields="trends")
    assert [row["property"]["id"] for row in rows] == ["villa", "flat", "office"]
    villa, flat, office = rows
    query = {"measure": "power", "granularity": "15min"}
    points = await caller.get("/v1/properties/villa/measurements", **query)
    measured = sum(point["value"] for point in points) / len(points) * 24 / 1000
    assert villa["energy"] == pytest.approx(measured, rel=0.25)
    assert villa["costs"] == pytest.approx(villa["energy"] * 0.17, abs=0.01)
    assert villa["savings"]["energy"] > 0
    assert 0 < villa["efficiency_gains"] < 100
    assert (flat["savings"]["energy"], flat["efficiency_gains"], office["savings"]["energy"]) == (0, 0, 0)
    assert villa["trends"].keys() == {"energy", "savings"}
    (unit,) = await caller.get("/v1/statistics", period="day", device_id="villa-living")
    assert 0 < unit["energy"] < villa["energy"]
    assert await caller.get("/v1/statistics", property_id="nowhere") == []
    assert [row["property"]["id"] for row in await caller.get("/v1/statistics", category="office")] == ["office"]


@lives_in(World.demo)
async def test_alarm_events_are_counted_from_the_same_past(caller: Caller) -> None:
    """The series, the total and the totals per property agree with each other and with the notifications."""
    query = {"start": "2026-06-10T00:00:00", "end": "2026-07-01T00:00:00", "timezone": "UTC"}
    path = "/v1/statistics/alarm_events/noise_alarm"
    series = await caller.get(path, granularity="hours", **query)
    total = (await caller.get(f"{path}/summary", **query))["value"]
    each = await caller.get(f"{path}/summary/by_property", **query)
    told = await caller.get("/v1/notifications", types="noise_alarm_start", **query)
    assert sum(point["value"] for point in series) == total == sum(row["value"] for row in each) == len(told) > 0
    villa = (await caller.get(f"{path}/summary", property_ids="villa", **query))["value"]
    assert villa == next(row["value"] for row in each if row["property"]["id"] == "villa")
    living = (await caller.get(f"{path}/summary", device_ids="villa-living", **query))["value"]
    assert 0 < living < villa
    status, message = await caller.refused("GET", path, params={"start": query["end"], "end": query["start"]})
    assert (status, "is not before the end" in message) == (400, True)


@lives_in(World.demo)
async def test_properties_are_filtered_and_sorted(caller: Caller) -> None:
    """By id, feature and armed alarm; by money and by events, the most first."""

    async def found(**query: str) -> list[str]:
        return [place["id"] for place in await caller.get("/v1/properties", **query)]

    assert await found(id="flat") == ["flat"]
    assert await found(id="nowhere") == []
    assert await found(filters="eco") == ["villa"]
    await caller.send("PATCH", "/v1/properties/flat/alarms", params={"security_alarm": "0"})
    assert await found(filters="security_alarm,noise_alarm") == ["villa", "office"]
    assert (await found(sort_by="money_saved"))[0] == "villa"
    by_noise = await found(sort_by="noise_events")
    assert by_noise[-1] == "office"
    assert (await found(sort_by="crowd_events"))[0] == "office"


@lives_in(World.demo)
async def test_the_dashboard_shows_status_and_alarms(caller: Caller) -> None:
    """Events of the last day, and what is active now."""
    await caller.control("POST", "alarms", device_id="flat-hallway", name="smoke_alarm", active=True)
    shown = await caller.get("/v3/properties/dashboard", timezone="Europe/London", fields="alarm_states,unknown")
    assert shown["alarms_summary"]["smoke_alarm"]["active"] == 1
    assert shown["alarms_summary"]["smoke_alarm"]["events"] >= 1
    assert [place["status"] for place in shown["properties"]] == ["online"] * 3
    assert all("alarm_states" in place for place in shown["properties"])
    assert shown["subscription"]["seats"] == 10


@lives_in(World.demo)
async def test_status_is_told_for_the_properties_that_are_asked_for(caller: Caller) -> None:
    """In that order; unknown ones are left out."""
    answer = await caller.get("/v3/properties/status", property_ids="office,nowhere,villa")
    assert [place["id"] for place in answer["properties"]] == ["office", "villa"]


def test_eco_mode_knows_its_past() -> None:
    """Savings count only while it was on."""
    place = World.tiny(Clock.fixed(NOON)).properties["home"]
    assert not place.set_eco(on=False, at=NOON)
    assert place.set_eco(on=True, at=NOON)
    assert place.set_eco(on=False, at=NOON + timedelta(hours=1))
    assert place.eco_periods == [EcoPeriod(NOON, NOON + timedelta(hours=1))]
    hours = [place.was_eco(NOON + timedelta(minutes=minutes)) for minutes in (-1, 0, 59, 60)]
    assert hours == [False, True, True, False]


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
