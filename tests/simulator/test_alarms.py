"""Alarms start and end by their limits, and what is switched off stays silent."""

from datetime import UTC, datetime

import pytest

from simulator import Clock, World
from simulator.house import alarm_watch
from simulator.house.catalogue import alarm_setting
from tests.simulator.caller import Caller, lives_in

NIGHT = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)


def at_night(clock: Clock) -> World:
    """Make the demo homes at half past midnight in London: quiet hours there."""
    del clock
    return World.demo(Clock.fixed(NIGHT))


@lives_in(World.demo)
async def test_an_alarm_starts_at_its_limit_and_ends_well_below_it(caller: Caller) -> None:
    """Between the two it goes on; the start stays put."""
    for noise, alarms in ((74, []), (75, ["noise_alarm"]), (71, ["noise_alarm"]), (69, [])):
        await caller.control("PATCH", "devices/flat-bedroom", readings={"noise": noise})
        await caller.advance(60)
        unit = await caller.unit("flat-bedroom")
        assert unit["in_alarm"] == alarms, noise
        assert all(alarm["started_at"] == "2026-07-01T12:02:00Z" for alarm in unit["active_alarms"])
    assert await caller.told("flat-bedroom") == ["noise_alarm_start", "noise_alarm_end"]


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
async def test_an_alarm_that_a_unit_no_longer_has_ends(caller: Caller) -> None:
    """Its configuration was taken away; entries without a name mean nothing."""
    await caller.control("PATCH", "devices/flat-bedroom", readings={"noise": 90})
    await caller.advance(60)
    await caller.send("PATCH", "/v1/devices/flat-bedroom", json={"alarms": [{"enabled": True}]})
    await caller.advance(60)
    assert (await caller.unit("flat-bedroom"))["in_alarm"] == []
    assert await caller.told("flat-bedroom") == ["noise_alarm_start", "noise_alarm_end"]
