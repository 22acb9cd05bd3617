"""What the power of a unit proves: what its air conditioner does, and that it does not do what it was told."""

from collections.abc import Awaitable, Callable

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.entity_registry import RegistryEntryDisabler
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.const import DOMAIN

from .air_conditioner import Remote
from .cloud import Cloud
from .conftest import Refresh
from .flavours import needs

pytestmark = needs("SwitchAirConditioner")

AC = "climate.studio"
RUNNING = "binary_sensor.studio_running"
ISSUE = (DOMAIN, "ac_contradicts_unit")

type Minutes = Callable[[int], Awaitable[None]]


@pytest.fixture
def minutes(refresh: Refresh) -> Minutes:
    """Let some refreshes pass."""

    async def _minutes(count: int) -> None:
        for _ in range(count):
            await refresh()

    return _minutes


def shown(hass: HomeAssistant) -> tuple[str | None, str | None]:
    """Return what the air conditioner is said to do, and whether it is said to run."""
    climate, running = hass.states.get(AC), hass.states.get(RUNNING)
    doing = climate.attributes.get("hvac_action") if climate else None
    return doing, running.state if running else None


def issue(hass: HomeAssistant) -> str | None:
    """Return what the repair issue of the unit is about, if there is one."""
    found = ir.async_get(hass).issues.get(ISSUE)
    if found is None:
        return None
    assert found.translation_placeholders == {"name": "Studio"}
    assert not found.is_fixable
    return found.translation_key


async def test_two_readings_after_three_minutes_say_what_it_does(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, minutes: Minutes
) -> None:
    await minutes(2)
    assert shown(hass) == ("off", "off")

    await remote.command("set_temperature", temperature=18, hvac_mode="cool")
    await remote.later(9)
    await minutes(2)
    assert shown(hass) == (None, "off"), "nothing is judged yet"

    await minutes(4)
    assert shown(hass) == ("cooling", "on")

    await remote.command("set_fan_mode", fan_mode="low")
    assert shown(hass) == (None, "on"), "a new command is judged anew"
    await remote.command("set_hvac_mode", hvac_mode="fan_only")
    assert shown(hass)[0] == "fan"
    await remote.command("turn_off")
    assert shown(hass) == ("off", "on")
    await remote.later(9)
    await minutes(6)
    assert shown(hass) == ("off", "off")
    assert issue(hass) is None


async def test_a_command_that_fails_leaves_what_was_proven(
    hass: HomeAssistant, full: MockConfigEntry, cloud: Cloud, remote: Remote, minutes: Minutes
) -> None:
    await remote.command("turn_off")
    await remote.later(9)
    await remote.by_hand("on", mode="cool", temperature=17)
    await minutes(6)
    assert issue(hass) == "ac_runs_though_off"

    await cloud.fault("scheduleAcTimer", "status", status=403)
    with pytest.raises(HomeAssistantError):
        await remote.command("turn_on")
    assert issue(hass) == "ac_runs_though_off"
    await minutes(2)

    assert issue(hass) == "ac_runs_though_off"
    assert shown(hass) == (None, "on")


async def test_a_unit_whose_clock_is_ahead_is_not_judged_right_after_a_command(
    hass: HomeAssistant, full: MockConfigEntry, cloud: Cloud, remote: Remote, minutes: Minutes
) -> None:
    await remote.command("turn_off")
    await remote.later(9)
    for minute in range(5):
        reading = {"name": "power", "value": 900, "timestamp": f"2026-11-20T15:0{minute}:00+00:00"}
        await cloud.payload("unit", latest_values=[reading])
        await minutes(1)
        assert issue(hass) == ("ac_runs_though_off" if minute >= 3 else None)


async def test_one_that_is_on_and_does_not_run_is_told_of_only_far_from_its_target(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, minutes: Minutes
) -> None:
    await remote.command("set_temperature", temperature=18, hvac_mode="cool")
    await remote.later(9)
    await remote.by_hand("off")
    await minutes(8)
    assert shown(hass) == ("idle", "off")
    assert issue(hass) is None

    await minutes(14)
    assert issue(hass) == "ac_rests_though_on"

    await remote.together(remote.begin("press", "button.studio_assume_it_is_off", "button"))
    assert issue(hass) is None
    assert shown(hass) == ("off", "off")
    await minutes(20)
    assert issue(hass) is None


async def test_one_that_is_off_and_runs_is_told_of_until_both_agree(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, minutes: Minutes
) -> None:
    await remote.command("turn_off")
    await remote.later(9)
    await remote.by_hand("on", mode="cool", temperature=17)
    await minutes(2)
    assert issue(hass) is None

    await minutes(4)
    assert issue(hass) == "ac_runs_though_off"
    assert shown(hass) == (None, "on")

    await remote.by_hand("off")
    await minutes(3)
    assert issue(hass) is None
    assert shown(hass) == ("off", "off")


async def test_a_new_command_takes_the_issue_back(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, minutes: Minutes
) -> None:
    await remote.command("turn_off")
    await remote.later(9)
    await remote.by_hand("on", mode="heat", temperature=30)
    await minutes(6)
    assert issue(hass) == "ac_runs_though_off"

    await remote.command("turn_off")

    assert issue(hass) is None
    await remote.later(9)
    await minutes(6)
    assert issue(hass) is None


@pytest.mark.parametrize("how", ["entity", "entry", "unload", "remove"])
async def test_the_issue_goes_with_what_it_is_about(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, minutes: Minutes, how: str
) -> None:
    await remote.command("turn_off")
    await remote.later(9)
    await remote.by_hand("on", mode="cool", temperature=17)
    await minutes(6)
    assert issue(hass)

    if how == "entity":
        er.async_get(hass).async_update_entity(AC, disabled_by=RegistryEntryDisabler.USER)
    elif how == "entry":
        await hass.config_entries.async_set_disabled_by(full.entry_id, ConfigEntryDisabler.USER)
    elif how == "unload":
        await hass.config_entries.async_unload(full.entry_id)
    else:
        await remote.together(hass.async_create_task(hass.config_entries.async_remove(full.entry_id)))
    await hass.async_block_till_done()

    assert issue(hass) is None


async def test_who_told_it_nothing_is_not_contradicted(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, minutes: Minutes
) -> None:
    await remote.by_hand("on", mode="cool", temperature=17)
    await minutes(6)
    assert shown(hass)[1] == "on"
    assert issue(hass) is None


async def test_without_a_measured_power_nothing_is_said(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, minutes: Minutes
) -> None:
    await cloud.payload("unit", latest_values=[{"name": "temperature", "value": 24}])
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await minutes(2)
    assert shown(hass) == (None, None)


async def test_an_offline_unit_repeats_its_last_reading_and_proves_nothing(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, minutes: Minutes
) -> None:
    await minutes(2)
    await cloud.change("unit", online=False)
    await minutes(2)
    assert shown(hass)[1] == "unavailable"
    await cloud.change("unit", online=True)
    await minutes(1)
    assert shown(hass) == ("off", "off")
