"""Energy, savings and counts come from the world, and agree with each other."""

from datetime import timedelta

import pytest

from simulator import Clock, World
from simulator.house.property import EcoPeriod
from tests.simulator.caller import NOON, Caller, lives_in


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
