"""Actions of air conditioners: the timer and the schedule, and everything that can be wrong with them."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.cloud import commands
from custom_components.layla.const import DOMAIN

from .air_conditioner import Remote
from .cloud import Cloud
from .flavours import needs
from .test_ac_schedule import SCHEDULE

pytestmark = needs("PlanAcSchedule")

AC = "climate.studio"
EVENINGS = {"days": ["fri", "mon"], "start_time": "18:00:00", "end_time": "01:30:00"}


async def call(remote: Remote, action: str, /, **members: Any) -> None:
    """Call an action of ours, and wait until it returns or raises."""
    await remote.together(remote.begin(action, AC, DOMAIN, **members), beginning=0)


@pytest.mark.parametrize(
    ("members", "at"),
    [
        ({"at": "2026-11-20 18:30:00"}, "2026-11-21T02:30:00+00:00"),  # by the clock of the home, in California
        ({"at": "2026-11-20T18:30:00+01:00"}, "2026-11-20T17:30:00+00:00"),
        ({"in": "01:30:00"}, "2026-11-20T13:30:00+00:00"),
        ({"in": {"minutes": 20}}, "2026-11-20T12:20:00+00:00"),
    ],
)
async def test_a_timer_is_set_for_a_time_or_after_a_while_and_cancelled(
    hass: HomeAssistant, loaded: MockConfigEntry, remote: Remote, members: dict[str, Any], at: str
) -> None:
    await call(remote, "set_ac_timer", action="off", **members)
    assert (await remote.held())["timer"] == {"at": at, "action": "off"}
    calendar = hass.states.get("calendar.studio_schedule")
    assert calendar is not None
    assert calendar.attributes["message"] == "Turn off"

    await call(remote, "cancel_ac_timer")
    assert (await remote.held())["timer"] is None
    assert await remote.frames() == []


async def test_a_schedule_is_set_with_what_it_sends_and_deleted(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote
) -> None:
    settings = {"hvac_mode": "heat", "temperature": 21.5, "fan_mode": "low", "swing_mode": "vertical"}
    await call(remote, "set_ac_schedule", **EVENINGS, **settings)

    held = {
        "enabled": True,
        "days": ["mon", "fri"],
        "start_time": "18:00",
        "end_time": "01:30",
        "change_ac_state": True,
        "appliance_config": {
            "vendor": "Daikin",
            "model": "ARC452",
            "mode": "heat",
            "temperature": 21.5,
            "fan_speed": "low",
            "swing": "vertical",
        },
    }
    assert (await remote.held())["schedule"] == held
    state = hass.states.get(AC)
    assert state is not None
    assert (state.state, state.attributes["temperature"]) == ("off", 24), "the air conditioner itself was told nothing"

    await call(remote, "set_ac_schedule", **EVENINGS | {"days": "sun"}, enabled=False, change_ac_state=False)
    assert (await remote.held())["schedule"] == {**held, "days": ["sun"], "enabled": False, "change_ac_state": False}

    await call(remote, "delete_ac_schedule")
    assert (await remote.held())["schedule"] is None


async def test_without_a_setting_a_first_schedule_sends_what_is_shown(full: MockConfigEntry, remote: Remote) -> None:
    await call(remote, "assume_ac_state", hvac_mode="dry", temperature=22)
    await call(remote, "set_ac_schedule", **EVENINGS)
    config = (await remote.held())["schedule"]["appliance_config"]
    assert (config["mode"], config["temperature"]) == ("dry", 22)


async def test_a_schedule_that_is_set_while_a_command_is_under_way_comes_after_it(
    full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await call(remote, "set_ac_schedule", **EVENINGS, hvac_mode="heat", temperature=25)
    await call(remote, "set_ac_timer", action="off", at="2026-11-20T20:00:00+00:00")
    await remote.later(10)

    held = await remote.held()
    assert held["schedule"]["appliance_config"]["mode"] == "heat"
    assert held["timer"] == {"at": "2026-11-20T20:00:00+00:00", "action": "off"}
    (frame,) = await remote.frames()
    assert frame["appliance_config"]["mode"] == "cool"


@pytest.mark.parametrize(
    ("action", "members", "key"),
    [
        ("set_ac_timer", {"action": "on", "at": "2026-11-20T11:59:00+00:00"}, "timer_in_the_past"),
        ("set_ac_schedule", EVENINGS | {"end_time": "18:00:00"}, "schedule_without_time"),
        ("set_ac_schedule", EVENINGS | {"hvac_mode": "heat_cool"}, "not_valid_hvac_mode"),
        ("set_ac_schedule", EVENINGS | {"temperature": 50}, "no_such_temperature"),
        ("set_ac_schedule", EVENINGS | {"fan_mode": "gale"}, "not_valid_fan_mode"),
        ("set_ac_schedule", EVENINGS | {"swing_mode": "polka"}, "not_valid_swing_mode"),
    ],
)
async def test_what_makes_no_sense_is_refused_before_anything_is_sent(
    cloud: Cloud, full: MockConfigEntry, remote: Remote, action: str, members: dict[str, Any], key: str
) -> None:
    await cloud.requests()
    with pytest.raises(ServiceValidationError) as refused:
        await call(remote, action, **members)
    assert (refused.value.translation_domain == DOMAIN) is ("not_valid" not in key)
    assert refused.value.translation_key == key
    assert await cloud.requests() == {}


@pytest.mark.parametrize(
    ("action", "members"),
    [
        ("set_ac_timer", {"action": "on"}),
        ("set_ac_timer", {"action": "on", "at": "2026-11-21 07:00:00", "in": "01:00:00"}),
        ("set_ac_timer", {"action": "toggle", "in": "01:00:00"}),
        ("set_ac_timer", {"action": "on", "in": "-01:00:00"}),
        ("set_ac_schedule", EVENINGS | {"days": []}),
        ("set_ac_schedule", EVENINGS | {"days": ["someday"]}),
        ("set_ac_schedule", EVENINGS | {"hvac_mode": "off"}),
        ("set_ac_schedule", {"days": ["mon"]}),
    ],
)
async def test_what_an_action_does_not_take_is_refused(
    loaded: MockConfigEntry, remote: Remote, action: str, members: dict[str, Any]
) -> None:
    with pytest.raises(probatio.Invalid):
        await call(remote, action, **members)


@pytest.mark.parametrize(("action", "members"), [("set_ac_schedule", EVENINGS), ("delete_ac_schedule", {})])
async def test_with_on_and_off_only_a_schedule_needs_full_control_first(
    cloud: Cloud, loaded: MockConfigEntry, remote: Remote, action: str, members: dict[str, Any]
) -> None:
    await cloud.requests()
    with pytest.raises(ServiceValidationError) as refused:
        await call(remote, action, **members)
    assert refused.value.translation_key == "schedule_needs_full_control"
    assert await cloud.requests() == {}


@pytest.mark.parametrize(
    ("action", "members", "operation", "status", "key"),
    [
        ("set_ac_timer", {"action": "on", "in": "03:00:00"}, "scheduleAcTimer", 403, "command_refused"),
        ("set_ac_timer", {"action": "on", "in": "03:00:00"}, "scheduleAcTimer", 500, "command_not_carried_out"),
        ("cancel_ac_timer", {}, "cancelAcTimer", 429, "command_rate_limited"),
        ("set_ac_schedule", EVENINGS, "putAcSchedule", 405, "command_not_supported"),
        ("delete_ac_schedule", {}, "deleteAcSchedule", 500, "command_outcome_unknown"),
    ],
)
async def test_what_the_cloud_does_not_do_is_said_and_nothing_else_is_shown(
    hass: HomeAssistant,
    cloud: Cloud,
    full: MockConfigEntry,
    remote: Remote,
    action: str,
    members: dict[str, Any],
    operation: str,
    status: int,
    key: str,
) -> None:
    await full.runtime_data.account.execute(commands.SetAcSchedule(device_id="unit", schedule=SCHEDULE))
    before = await remote.held()
    await cloud.fault(operation, "status", status=status)

    with pytest.raises(HomeAssistantError) as failed:
        await call(remote, action, **members)

    assert failed.value.translation_key == key
    await cloud.heal()
    assert await remote.held() == before
