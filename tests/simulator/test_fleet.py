"""Many units, answered as fast as a file, and right all the same."""

from datetime import timedelta
import time

import pytest

from simulator import Clock, World
from simulator.layla.flavour import FLAVOURS, OWNER, Flavour
from simulator.layla.listing import Listing
from simulator.layla.payload import DEVICE_FIELDS
from tests.simulator.caller import NOON, Caller, lives_in

FIELDS = "latest_values,in_alarm,snoozed,active_alarms"


def fleet(clock: Clock) -> World:
    """Make a fleet that is large enough to have several of everything."""
    return World.fleet(40, 4, clock)


@lives_in(fleet)
async def test_units_are_spread_over_the_properties(caller: Caller) -> None:
    """Evenly; every fifth drives an air conditioner."""
    units = await caller.get("/v1/devices")
    assert len(units) == 40
    assert sum(unit["ac_control_active"] for unit in units) == 8
    for number in range(4):
        own = await caller.get("/v1/devices", property_id=f"property-{number:04}")
        assert [unit["id"] for unit in own] == [
            unit["id"] for unit in units if unit["property_id"] == f"property-{number:04}"
        ]
        assert len(own) == 10
    assert await caller.get("/v1/devices", property_id="nowhere") == []


@lives_in(fleet)
async def test_a_unit_in_the_list_is_the_unit_itself(caller: Caller) -> None:
    """Every member, prepared or not."""
    for unit in await caller.get("/v1/devices", fields=",".join(DEVICE_FIELDS)):
        assert unit == await caller.unit(unit["id"])


@lives_in(fleet)
async def test_nothing_changes_by_itself_but_the_timestamps(caller: Caller) -> None:
    """So that an unchanged refresh can be told from a changed one."""
    before = await caller.get("/v1/devices", fields=FIELDS)
    await caller.advance(3600)
    after = await caller.get("/v1/devices", fields=FIELDS)
    assert {unit["last_updated_at"] for unit in after} == {"2026-07-01T13:00:00Z"}
    assert {item["timestamp"] for unit in after for item in unit["latest_values"]} == {"2026-07-01T13:00:00Z"}
    for unit in (*before, *after):
        unit["last_updated_at"] = ""
        for item in unit["latest_values"]:
            item["timestamp"] = ""
    assert before == after
    assert await caller.get("/v1/notifications") == []


@lives_in(fleet)
async def test_what_is_done_to_one_unit_shows_at_once_and_only_there(caller: Caller) -> None:
    """Alarms, readings, the connection, a new name."""
    before = await caller.get("/v1/devices", fields=FIELDS)
    await caller.control("POST", "alarms", device_id="unit-00003", name="noise_alarm", active=True)
    await caller.control("PATCH", "devices/unit-00004", readings={"noise": 99})
    await caller.control("PATCH", "devices/unit-00005", online=False)
    await caller.send("PATCH", "/v1/devices/unit-00006", json={"name": "Attic"})
    after = await caller.get("/v1/devices", fields=FIELDS)
    changed = {unit["id"] for unit, old in zip(after, before, strict=True) if unit != old}
    assert changed == {f"unit-0000{number}" for number in (3, 4, 5, 6)}
    assert after[3]["in_alarm"] == ["noise_alarm"]
    assert {"name": "noise", "value": 99, "timestamp": "2026-07-01T12:00:00Z"} in after[4]["latest_values"]
    assert (after[5]["connection_status"], after[6]["name"]) == ("offline", "Attic")


@lives_in(fleet)
async def test_the_list_follows_the_users_unit(caller: Caller) -> None:
    """Celsius and Fahrenheit lists are kept apart."""
    (celsius, *_) = await caller.get("/v1/devices", fields="latest_values")
    await caller.send("PATCH", "/v1/users/self", json={"preferences": {"temperature_unit": "F"}})
    (fahrenheit, *_) = await caller.get("/v1/devices", fields="latest_values")
    one, other = (
        next(item["value"] for item in unit["latest_values"] if item["name"] == "temperature")
        for unit in (celsius, fahrenheit)
    )
    assert other == round(one * 1.8 + 32, 1)


@lives_in(fleet)
async def test_an_air_conditioner_works_in_a_fleet_too(caller: Caller) -> None:
    """A still room changes when it is told to."""
    body = {"action": "on", "scheduled_for": (NOON + timedelta(seconds=5)).isoformat()}
    await caller.send("POST", "/v1/devices/unit-00000/ac/timer", json=body)
    await caller.advance(10)
    (unit, *_) = await caller.get("/v1/devices", fields="latest_values")
    assert next(item["value"] for item in unit["latest_values"] if item["name"] == "power") >= 25


@pytest.mark.parametrize("flavour", FLAVOURS, ids=["owner", "partner"])
def test_ten_thousand_units_are_listed_in_no_time(flavour: Flavour) -> None:
    """After the first answer no unit is written again: an answer is one replacement in ready bytes."""
    world = World.fleet(10_000, 300, Clock.fixed(NOON))
    listing = Listing(world)
    first = listing.body(flavour, DEVICE_FIELDS, None, fahrenheit=False)
    assert first.count(b'"id":') == 10_000
    begin = time.process_time()
    for _ in range(5):
        world.clock.advance(60)
        world.catch_up()
        assert len(listing.body(flavour, DEVICE_FIELDS, None, fahrenheit=False)) == len(first)
    assert (time.process_time() - begin) / 5 < 0.5


@lives_in(fleet)
async def test_the_lists_of_both_apis_are_kept_apart(caller: Caller) -> None:
    """Whichever is asked first, and again after the other."""
    owner, partner = f"{caller.running.base_url}/v1/devices", f"{caller.running.partner_url}/v1/devices"
    for url, has_more in ((owner, True), (partner, False), (owner, True)):
        async with caller.session.get(url, params={"fields": "in_alarm"}) as response:
            units = await response.json()
        assert len(units) == 40
        assert ["connection_status" in unit for unit in units] == [has_more] * 40


def test_a_new_day_is_written_anew() -> None:
    """Counts look back over whole days, and old lists are not kept."""
    world = World.fleet(2, 1, Clock.fixed(NOON))
    listing = Listing(world)
    unit = world.devices["unit-00000"]
    world.ring(unit, "noise_alarm", active=True, by_hand=True)
    counted = b'{"name":"noise_alarm","value":1}'
    assert counted in listing.body(OWNER, ("alarm_event_counts",), None, fahrenheit=False)
    world.clock.advance(31 * 86400)
    world.catch_up()
    assert counted not in listing.body(OWNER, ("alarm_event_counts",), None, fahrenheit=False)
