"""The air conditioner as a climate entity: one frame per command, and shown as what was accepted."""

from functools import partial
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.layla.const import DOMAIN
from simulator import World

from .air_conditioner import Remote, add_profile, choose_full_control
from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import needs
from .states import seen

pytestmark = needs("SwitchAirConditioner")

AC = "climate.studio"
COOL_21 = {
    "vendor": "Daikin",
    "model": "ARC452",
    "mode": "cool",
    "temperature": 21,
    "fan_speed": "auto",
    "swing": "off",
}


def shown(hass: HomeAssistant, entity_id: str = AC) -> tuple[Any, ...]:
    """Return mode, temperature, fan and swing as Home Assistant shows them."""
    state = hass.states.get(entity_id)
    assert state is not None
    return (state.state, *(state.attributes.get(name) for name in ("temperature", "fan_mode", "swing_mode")))


def sent(frames: list[dict[str, Any]]) -> list[tuple[str, Any, Any]]:
    """Return action, mode and temperature of frames."""
    return [
        (item["action"], item["appliance_config"].get("mode"), item["appliance_config"].get("temperature"))
        for item in frames
    ]


async def test_an_air_conditioner_is_a_climate_entity_with_the_climate_of_its_unit(
    hass: HomeAssistant, full: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    for entity_id in (AC, "button.studio_assume_it_is_off"):
        state = hass.states.get(entity_id)
        assert state is not None
        assert (state.state, seen(state)) == snapshot(name=entity_id)


async def test_a_temperature_with_a_mode_switches_on_with_one_frame(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")

    assert shown(hass) == ("cool", 21, "auto", "off")
    await remote.later(9)
    (frame,) = await remote.frames()
    assert (frame["action"], frame["appliance_config"]) == ("on", COOL_21)


async def test_a_frame_that_is_sent_changes_the_room(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, remote: Remote, refresh: Refresh
) -> None:
    await remote.command("set_temperature", temperature=18, hvac_mode="cool")
    await remote.later(9)
    for _ in range(15):
        await refresh()

    state = hass.states.get(AC)
    power = hass.states.get("sensor.studio_power")
    assert state is not None
    assert power is not None
    assert state.attributes["current_temperature"] < 22
    assert float(power.state) > 100


async def test_three_quick_changes_send_one_frame(hass: HomeAssistant, full: MockConfigEntry, remote: Remote) -> None:
    await remote.together(
        remote.begin("set_hvac_mode", hvac_mode="heat"),
        remote.begin("set_temperature", temperature=23),
        remote.begin("set_fan_mode", fan_mode="high"),
    )
    await remote.later(9)

    (frame,) = await remote.frames()
    config = frame["appliance_config"]
    assert (config["mode"], config["temperature"], config["fan_speed"]) == ("heat", 23, "high")
    assert shown(hass) == ("heat", 23, "high", "off")


async def test_changes_while_off_send_nothing_and_go_out_with_the_next_on(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=19.5)
    await remote.command("set_fan_mode", fan_mode="low")
    await remote.command("set_swing_mode", swing_mode="vertical")
    await remote.later(30)
    assert shown(hass) == ("off", 19.5, "low", "vertical")
    assert await remote.frames() == []

    await remote.command("turn_on")
    await remote.later(9)

    (frame,) = await remote.frames()
    assert frame["appliance_config"] == {**COOL_21, "temperature": 19.5, "fan_speed": "low", "swing": "vertical"}


async def test_a_newer_command_replaces_one_that_is_not_yet_due(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(2)
    await remote.command("set_temperature", temperature=25)
    await remote.later(2)
    await remote.command("turn_off")
    await remote.later(10)

    assert sent(await remote.frames()) == [("off", "cool", 25)]
    assert shown(hass) == ("off", 25, "auto", "off")


async def test_a_command_in_its_last_moment_is_let_go_out_before_the_next(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(4.9)
    second = remote.begin("set_temperature", temperature=25)
    await remote.together(second, seconds=1)
    await remote.later(10)

    assert sent(await remote.frames()) == [("on", "cool", 21), ("on", "cool", 25)]


async def test_a_stale_reply_reverts_nothing(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, remote: Remote, refresh: Refresh
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await cloud.payload("unit", settings={"appliance_config": {"mode": "heat", "temperature": 28}})

    await refresh()
    await refresh()

    assert shown(hass) == ("cool", 21, "auto", "off")


async def test_off_sends_off_although_it_is_shown_as_off_already(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("turn_off")
    await remote.later(9)

    assert [action for action, *_ in sent(await remote.frames())] == ["off"]


async def test_only_off_and_on_again_needs_the_timer_alone(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)
    await cloud.requests()

    await remote.command("turn_off")
    await remote.later(9)
    await remote.command("turn_on")
    await remote.later(9)

    requests = await cloud.requests()
    assert requests["scheduleAcTimer"] == 2
    assert "putAcSchedule" not in requests
    assert shown(hass) == ("cool", 21, "auto", "off")


@pytest.mark.parametrize(
    ("action", "members", "key"),
    [
        ("set_hvac_mode", {"hvac_mode": "heat_cool"}, "not_valid_hvac_mode"),
        ("set_temperature", {"temperature": 20, "hvac_mode": "heat_cool"}, "not_valid_hvac_mode"),
        ("set_temperature", {"temperature": 35}, "temp_out_of_range"),
        ("set_fan_mode", {"fan_mode": "gale"}, "not_valid_fan_mode"),
        ("set_swing_mode", {"swing_mode": "polka"}, "not_valid_swing_mode"),
    ],
)
async def test_what_the_profile_does_not_have_is_refused(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, action: str, members: dict[str, Any], key: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await remote.command(action, **members)

    assert refused.value.translation_key == key
    assert shown(hass) == ("off", 24, "auto", "off")


async def test_without_full_control_it_is_only_switched_and_the_schedule_never_touched(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, remote: Remote
) -> None:
    entry.add_to_hass(hass)
    add_profile(hass, entry, modes=["heat", "cool"])
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    state = hass.states.get(AC)
    assert state is not None
    assert state.attributes["hvac_modes"] == ["off", "heat"]
    assert "temperature" not in state.attributes

    for _ in range(2):
        await remote.command("turn_on")
        await remote.later(9)
        await remote.command("set_hvac_mode", hvac_mode="off")
        await remote.later(9)

    assert [action for action, *_ in sent(await remote.frames())] == ["on", "off", "on", "off"]
    assert "putAcSchedule" not in await cloud.requests()


async def test_full_control_without_a_profile_is_on_and_off(
    hass: HomeAssistant, entry: MockConfigEntry, remote: Remote
) -> None:
    entry.add_to_hass(hass)
    choose_full_control(hass, entry)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    await remote.command("set_hvac_mode", hvac_mode="auto")
    await remote.later(9)

    assert shown(hass)[0] == "auto"
    assert [action for action, *_ in sent(await remote.frames())] == ["on"]


async def test_where_people_use_fahrenheit_the_remote_control_counts_in_it(
    hass: HomeAssistant, entry: MockConfigEntry, remote: Remote
) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    entry.add_to_hass(hass)
    add_profile(hass, entry, fahrenheit=True, lowest=60, highest=86, step=1)
    choose_full_control(hass, entry)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    await remote.command("set_temperature", temperature=72, hvac_mode="cool")
    await remote.later(9)

    state = hass.states.get(AC)
    assert state is not None
    assert (state.attributes["temperature"], state.attributes["current_temperature"]) == (72, 75)
    assert sent(await remote.frames()) == [("on", "cool", 72)]


async def test_a_restart_restores_everything_that_it_was_told(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=26.5, hvac_mode="heat")
    await remote.command("set_fan_mode", fan_mode="high")
    await remote.command("set_swing_mode", swing_mode="vertical")
    await remote.later(9)
    before = await remote.frames()

    await hass.config_entries.async_reload(full.entry_id)
    await hass.async_block_till_done()
    assert shown(hass) == ("heat", 26.5, "high", "vertical")

    await remote.command("turn_off")
    await hass.config_entries.async_reload(full.entry_id)
    await hass.async_block_till_done()
    assert shown(hass) == ("off", 26.5, "high", "vertical")

    await remote.command("turn_on")
    assert shown(hass) == ("heat", 26.5, "high", "vertical")
    await remote.later(9)
    assert len(await remote.frames()) == len(before) + 1


async def test_saying_that_it_is_really_off_sends_nothing(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)

    await remote.together(remote.begin("press", "button.studio_assume_it_is_off", "button"))
    await remote.later(9)

    assert shown(hass) == ("off", 21, "auto", "off")
    assert len(await remote.frames()) == 1
    await hass.config_entries.async_reload(full.entry_id)
    await hass.async_block_till_done()
    assert shown(hass)[0] == "off"


async def test_what_it_really_does_can_be_said_by_an_action(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote
) -> None:
    state = {"hvac_mode": "dry", "temperature": 22.6, "fan_mode": "low", "swing_mode": "vertical"}
    await remote.together(remote.begin("assume_ac_state", AC, DOMAIN, **state))
    await remote.later(9)

    assert shown(hass) == ("dry", 22.5, "low", "vertical")
    assert await remote.frames() == []


@pytest.mark.parametrize(
    ("members", "key"),
    [
        ({"hvac_mode": "heat_cool"}, "not_valid_hvac_mode"),
        ({"fan_mode": "gale"}, "not_valid_fan_mode"),
        ({"swing_mode": "polka"}, "not_valid_swing_mode"),
        ({"temperature": 50}, "no_such_temperature"),
    ],
)
async def test_a_state_that_it_cannot_have_is_refused(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote, members: dict[str, Any], key: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await remote.together(remote.begin("assume_ac_state", AC, DOMAIN, **members))

    assert refused.value.translation_key == key
    assert shown(hass) == ("off", 24, "auto", "off")


async def test_an_offline_unit_would_lose_the_frame_so_it_is_unavailable(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.change("unit", online=False)
    await refresh()
    assert shown(hass)[0] == STATE_UNAVAILABLE

    await cloud.change("unit", online=True)
    await refresh()
    assert shown(hass)[0] == "off"


async def test_a_unit_that_leaves_the_smart_ac_pillar_keeps_its_entity_unavailable(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.change("unit", device_pillar="noise", ac_control_active=False)
    await refresh()
    assert shown(hass)[0] == STATE_UNAVAILABLE
    await hass.config_entries.async_reload(full.entry_id)
    await hass.async_block_till_done()
    assert shown(hass)[0] == STATE_UNAVAILABLE

    await cloud.change("unit", ac_control_active=True)
    await refresh()
    assert shown(hass)[0] == "off"


async def test_units_without_an_air_conditioner_have_no_climate_entity(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.change("unit", device_pillar="noise", ac_control_active=False)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert hass.states.async_entity_ids("climate") == []
    assert "button.studio_assume_it_is_off" not in hass.states.async_entity_ids("button")

    await cloud.change("unit", device_pillar="smart_ac")
    await refresh()
    assert hass.states.async_entity_ids("climate") == [AC]


@lives_in(partial(World.fleet, devices=50, properties=2))
async def test_unchanged_air_conditioners_write_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    states = {state.entity_id: state.last_reported for state in hass.states.async_all("climate")}
    assert len(states) == 10

    await refresh()

    assert {state.entity_id: state.last_reported for state in hass.states.async_all("climate")} == states


async def test_a_user_who_renames_the_entity_keeps_what_it_shows(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")

    er.async_get(hass).async_update_entity(AC, new_entity_id="climate.den")
    await hass.async_block_till_done()

    assert shown(hass, "climate.den") == ("cool", 21, "auto", "off")


@pytest.mark.parametrize(
    ("operation", "fault", "key"),
    [
        ("scheduleAcTimer", {"kind": "status", "status": 400}, "command_refused"),
        ("scheduleAcTimer", {"kind": "status", "status": 403}, "command_refused"),
        ("scheduleAcTimer", {"kind": "status", "status": 409}, "command_refused"),
        ("scheduleAcTimer", {"kind": "status", "status": 429, "retry_after": 60}, "command_rate_limited"),
        ("scheduleAcTimer", {"kind": "status", "status": 500}, "command_not_carried_out"),
        ("scheduleAcTimer", {"kind": "cut"}, "command_not_carried_out"),
        ("scheduleAcTimer", {"kind": "status", "status": 405}, "command_not_supported"),
        ("scheduleAcTimer", {"kind": "status", "status": 404}, "command_not_supported"),
        ("putAcSchedule", {"kind": "status", "status": 429}, "command_rate_limited"),
        ("putAcSchedule", {"kind": "status", "status": 500}, "command_not_carried_out"),
        ("putAcSchedule", {"kind": "cut"}, "command_not_carried_out"),
        ("*", {"kind": "status", "status": 503}, "command_not_carried_out"),
    ],
    ids=str,
)
async def test_a_command_that_fails_raises_and_the_shown_state_rolls_back(
    hass: HomeAssistant,
    cloud: Cloud,
    full: MockConfigEntry,
    remote: Remote,
    operation: str,
    fault: dict[str, Any],
    key: str,
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)
    await cloud.fault(operation, **fault)

    with pytest.raises(HomeAssistantError) as failed:
        await remote.command("set_temperature", temperature=25)

    assert failed.value.translation_key == key
    assert cloud.token not in str(failed.value)
    await cloud.heal()
    await remote.later(20)
    assert len(await remote.frames()) == 1
    if "not_supported" not in key:
        assert shown(hass) == ("cool", 21, "auto", "off")
    await remote.later(150)  # so long the cloud may want to be left alone
    await hass.config_entries.async_reload(full.entry_id)
    await hass.async_block_till_done()
    assert shown(hass) == ("cool", 21, "auto", "off")


async def test_every_caller_of_a_frame_that_fails_is_told(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, remote: Remote
) -> None:
    await cloud.fault("scheduleAcTimer", "status", status=403)
    first, second = remote.begin("turn_on"), remote.begin("set_temperature", temperature=23)

    with pytest.raises(HomeAssistantError):
        await remote.together(first, second)

    assert isinstance(second.exception(), HomeAssistantError)
    assert shown(hass) == ("off", 24, "auto", "off")


async def test_a_refused_token_asks_for_another_one(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, remote: Remote
) -> None:
    await cloud.expire(cloud.token)

    with pytest.raises(HomeAssistantError) as failed:
        await remote.command("turn_on")

    assert failed.value.translation_key == "authentication_failed"
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == [SOURCE_REAUTH]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["cut", "status"])
async def test_an_answer_that_is_lost_once_costs_neither_the_command_nor_a_second_beep(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, remote: Remote, kind: str, when: str
) -> None:
    members = {"status": 500} if kind == "status" else {}
    await cloud.fault("scheduleAcTimer", kind, when=when, times=1, **members)

    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(20)

    assert sent(await remote.frames()) == [("on", "cool", 21)]
    assert shown(hass) == ("cool", 21, "auto", "off")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_command_whose_answers_are_all_lost_is_called_back(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, remote: Remote, when: str
) -> None:
    await cloud.fault("scheduleAcTimer", "status", status=500, when=when)

    with pytest.raises(HomeAssistantError) as failed:
        await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await cloud.heal()
    await remote.later(20)

    assert failed.value.translation_key == "command_not_carried_out"
    assert await remote.frames() == []
    assert shown(hass)[0] == "off"


async def test_where_nobody_can_say_what_became_of_a_command_the_error_says_that(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, remote: Remote
) -> None:
    await cloud.fault("scheduleAcTimer", "cut", when="after")
    await cloud.fault("cancelAcTimer", "status", status=500)

    with pytest.raises(HomeAssistantError) as failed:
        await remote.command("turn_off")
    await remote.later(20)

    assert failed.value.translation_key == "command_outcome_unknown"
    assert len(await remote.frames()) == 1


async def test_a_unit_that_is_gone_while_it_is_commanded_says_so(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, remote: Remote, freezer: FrozenDateTimeFactory
) -> None:
    await cloud.control("DELETE", "devices/unit")

    with pytest.raises(HomeAssistantError) as failed:
        await remote.command("turn_on")

    assert failed.value.translation_key == "command_not_supported"


@pytest.mark.parametrize("members", [{"fan_mode": "low"}, {"swing_mode": "vertical"}])
async def test_a_setting_that_it_does_not_have_at_all_cannot_be_assumed(
    hass: HomeAssistant, loaded: MockConfigEntry, remote: Remote, members: dict[str, Any]
) -> None:
    with pytest.raises(ServiceValidationError):
        await remote.together(remote.begin("assume_ac_state", AC, DOMAIN, **members))


async def test_a_command_that_comes_too_often_slows_the_pace(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry, remote: Remote
) -> None:
    await cloud.fault("scheduleAcTimer", "status", status=429, retry_after=120, times=1)
    with pytest.raises(HomeAssistantError):
        await remote.command("turn_on")
    await cloud.requests()

    await remote.later(61)
    assert "listDevices" not in await cloud.requests()
    await remote.later(61)
    assert (await cloud.requests())["listDevices"] == 1


async def test_names_that_the_user_took_away_stay_away_when_the_unit_comes_back(
    hass: HomeAssistant, cloud: Cloud, full: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    entity = registry.async_get(AC)
    assert entity is not None
    assert "Studio air conditioner" in entity.aliases
    registry.async_update_entity(AC, aliases=[])

    for level in ("summary", "full"):
        hass.config_entries.async_update_entry(full, options={**full.options, "detail": level, "exceptions": []})
        await hass.config_entries.async_reload(full.entry_id)
        await hass.async_block_till_done()

    entity = registry.async_get(AC)
    assert entity is not None
    assert "Studio air conditioner" not in entity.aliases
