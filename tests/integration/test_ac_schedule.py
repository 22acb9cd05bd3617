"""The user's weekly schedule and one-time timer: the same before and after every command, also over a kill."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.cloud import commands
from simulator import World

from .air_conditioner import Remote
from .cloud import Cloud
from .conftest import Refresh
from .flavours import needs

pytestmark = needs("SwitchAirConditioner")

SCHEDULE: Final[Mapping[str, Any]] = {
    "enabled": True,
    "days": ["mon", "fri"],
    "start_time": "18:00",
    "end_time": "23:30",
    "change_ac_state": True,
    "appliance_config": {"vendor": "Daikin", "mode": "heat", "temperature": 20, "louver": 3},
}


def slots(world: World) -> tuple[object, object, object]:
    """Return the user's schedule, timer and what the unit would send, as the simulator holds them."""
    infrared = world.devices["unit"].infrared
    return infrared.schedule, infrared.timer, infrared.config


@pytest.fixture
async def scheduled(world: World, full: MockConfigEntry) -> tuple[object, ...]:
    """Give the unit a schedule and a timer of the user's, by way of the account."""
    account = full.runtime_data.account
    await account.execute(commands.SetAcSchedule(device_id="unit", schedule=SCHEDULE))
    at = datetime.now(UTC) + timedelta(hours=3)
    await account.execute(commands.SetAcTimer(device_id="unit", on=False, at=at))
    return slots(world)


async def killed(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let the entry begin anew, with nothing but what is on disk: a timer that waited is gone."""
    entry.runtime_data.air_conditioners._settling._stop()
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


async def test_any_sequence_of_commands_leaves_schedule_and_timer_as_they_were(
    scheduled: tuple[object, ...], world: World, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(2)
    await remote.command("set_fan_mode", fan_mode="low")
    await remote.later(9)
    assert slots(world) == scheduled
    await remote.command("turn_off")
    await remote.command("set_temperature", temperature=24)
    await remote.later(9)
    assert slots(world) == scheduled
    await remote.command("turn_on")
    assert slots(world) != scheduled
    await remote.later(9)

    assert slots(world) == scheduled
    assert [frame["action"] for frame in await remote.frames()] == ["on", "off", "on"]


@pytest.mark.parametrize("seconds", [0, 3, 6, 600])
async def test_an_interrupted_sequence_is_finished_after_a_restart(
    hass: HomeAssistant,
    scheduled: tuple[object, ...],
    full: MockConfigEntry,
    world: World,
    remote: Remote,
    freezer: FrozenDateTimeFactory,
    seconds: float,
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    freezer.tick(timedelta(seconds=seconds))

    await killed(hass, full)
    await remote.later(10)

    assert slots(world) == scheduled
    assert len(await remote.frames()) == 1


async def test_killed_between_schedule_and_timer_the_schedule_is_put_back(
    hass: HomeAssistant,
    cloud: Cloud,
    scheduled: tuple[object, ...],
    full: MockConfigEntry,
    world: World,
    remote: Remote,
) -> None:
    # The timer call never comes back before the process ends.
    await cloud.fault("scheduleAcTimer", "delay", seconds=3600, times=1)
    call = remote.begin("set_temperature", temperature=21, hvac_mode="cool")
    with pytest.raises(TimeoutError):
        await remote.together(call, turns=100)
    assert slots(world) != scheduled

    for task in asyncio.all_tasks():
        if task.get_name() == "send a frame":
            task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await killed(hass, full)
    await remote.later(10)
    await remote.later(10)

    assert slots(world) == scheduled
    assert await remote.frames() == []


async def test_a_reload_waits_for_what_is_being_sent(
    hass: HomeAssistant, scheduled: tuple[object, ...], full: MockConfigEntry, world: World, remote: Remote
) -> None:
    call = remote.begin("set_temperature", temperature=21, hvac_mode="cool")
    reloaded = hass.async_create_task(hass.config_entries.async_reload(full.entry_id))

    await remote.together(call, reloaded)
    await remote.later(10)

    assert slots(world) == scheduled
    assert len(await remote.frames()) == 1
    state = hass.states.get("climate.studio")
    assert state is not None
    assert (state.state, state.attributes["temperature"]) == ("cool", 21)


async def test_what_cannot_be_put_back_is_tried_again_and_said(
    hass: HomeAssistant,
    cloud: Cloud,
    scheduled: tuple[object, ...],
    world: World,
    remote: Remote,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await cloud.fault("putAcSchedule", "status", status=500)
    await remote.later(9)
    assert slots(world) != scheduled
    assert "could not be put back yet" in caplog.text

    await cloud.heal()
    await remote.later(61)

    assert slots(world) == scheduled


async def test_a_command_that_fails_leaves_schedule_and_timer_as_they_were(
    cloud: Cloud, scheduled: tuple[object, ...], world: World, remote: Remote
) -> None:
    await cloud.fault("scheduleAcTimer", "status", status=403, times=1)

    with pytest.raises(HomeAssistantError):
        await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)

    assert slots(world) == scheduled


async def test_a_schedule_that_the_payload_tells_of_is_put_back_too(
    cloud: Cloud, full: MockConfigEntry, world: World, remote: Remote, refresh: Refresh
) -> None:
    await full.runtime_data.account.execute(commands.SetAcSchedule(device_id="unit", schedule=SCHEDULE))
    before = slots(world)
    await remote.later(1)
    other = {**SCHEDULE, "days": ["sun"]}
    await cloud.payload("unit", settings={"schedule": other})
    # What is read soon after a write of ours may be older than that.
    for _ in range(3):
        await refresh()

    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)

    schedule = world.devices["unit"].infrared.schedule
    assert schedule is not None
    assert schedule.days == ("sun",)
    assert slots(world)[2] == before[2]


async def test_the_timer_still_goes_out_in_its_time(
    scheduled: tuple[object, ...], world: World, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)
    await remote.later(3 * 3600)

    assert [frame["action"] for frame in await remote.frames()] == ["on", "off"]


async def test_nothing_is_left_on_disk_of_an_account_that_is_deleted(
    hass: HomeAssistant, hass_storage: dict[str, Any], full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)
    assert any("air_conditioners" in key for key in hass_storage)

    await hass.config_entries.async_remove(full.entry_id)
    await hass.async_block_till_done()

    assert not any("air_conditioners" in key for key in hass_storage)


async def test_a_file_that_cannot_be_read_stops_nothing(
    hass: HomeAssistant, hass_storage: dict[str, Any], full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)
    (key,) = (key for key in hass_storage if "air_conditioners" in key)
    await hass.config_entries.async_unload(full.entry_id)
    hass_storage[key]["data"] = {"slots": {"unit": {}}, "shown": {"unit": {"mode": "polka"}}}

    await hass.config_entries.async_setup(full.entry_id)
    await hass.async_block_till_done()

    state = hass.states.get("climate.studio")
    assert state is not None
    assert state.state == "off"


async def test_an_account_that_is_deleted_after_a_command_puts_the_schedule_back_first(
    hass: HomeAssistant, scheduled: tuple[object, ...], full: MockConfigEntry, world: World, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    deleted = hass.async_create_task(hass.config_entries.async_remove(full.entry_id))

    await remote.together(deleted, seconds=9)

    assert slots(world) == scheduled
    assert len(await remote.frames()) == 1


async def test_a_deleted_account_whose_schedule_cannot_be_put_back_says_so(
    hass: HomeAssistant,
    cloud: Cloud,
    scheduled: tuple[object, ...],
    full: MockConfigEntry,
    remote: Remote,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await cloud.fault("putAcSchedule", "status", status=500)
    deleted = hass.async_create_task(hass.config_entries.async_remove(full.entry_id))

    await remote.together(deleted, seconds=9)

    assert "could not be put back, and will not be" in caplog.text


async def test_a_unit_that_is_gone_is_not_settled_for_ever(
    hass: HomeAssistant, cloud: Cloud, scheduled: tuple[object, ...], full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await cloud.control("DELETE", "devices/unit")
    for _ in range(4):
        await remote.later(61)

    assert full.runtime_data.account.unsettled == {}


@pytest.mark.parametrize("stored", [[], {"slots": 5}, "nonsense"])
async def test_a_file_of_another_shape_costs_what_it_held_and_nothing_else(
    hass: HomeAssistant, hass_storage: dict[str, Any], entry: MockConfigEntry, stored: object
) -> None:
    for name in ("air_conditioners", "missing"):
        key = f"layla.{name}.{entry.entry_id}"
        hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": stored}
    entry.add_to_hass(hass)

    assert await hass.config_entries.async_setup(entry.entry_id)
