"""Series of readings, and how they agree with what is shown now."""

from datetime import timedelta
from typing import Any

from simulator import World
from tests.simulator.caller import NOON, Caller, lives_in


@lives_in(World.demo)
async def test_latest_values_agree_with_the_series(caller: Caller) -> None:
    """The minute that has just begun shows the latest value."""
    minute = {"start": NOON.isoformat(), "end": (NOON + timedelta(minutes=1)).isoformat()}
    for device_id in ("villa-living", "office-meeting"):
        for item in (await caller.unit(device_id))["latest_values"]:
            query = {"measure": item["name"], "granularity": "minutes", **minute}
            (point,) = await caller.get(f"/v1/devices/{device_id}/measurements", **query)
            assert point["value"] == item["value"], item


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
