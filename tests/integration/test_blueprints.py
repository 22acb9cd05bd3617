"""The blueprints, loaded by Home Assistant and used as users do: an alarm is raised, and the right things are done."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
import shutil
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.layla.automations.alarms import KINDS
from custom_components.layla.cloud.catalogue import ALARMS
from simulator import World

from .automating import automate, device_id
from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import once

pytestmark = once

FOLDER: Final = Path(__file__).parents[2] / "blueprints/automation/layla"
NAMES: Final = sorted(path.name for path in FOLDER.iterdir())
HOUSE: Final = {"entity_id": "event.tiny_home_alarm_event"}

type Pass = Callable[..., Awaitable[None]]


@pytest.fixture(autouse=True)
def blueprints(hass: HomeAssistant, tmp_path: Path) -> None:
    """Give Home Assistant the blueprints where it looks for them."""
    hass.config.config_dir = str(tmp_path)
    shutil.copytree(FOLDER, tmp_path / "blueprints/automation/layla")


@pytest.fixture
def passes(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Pass:
    """Let time pass, and go on when something is so: an automation that waits is not done, so nothing else tells."""

    async def _passes(until: Callable[[], object], **length: float) -> None:
        freezer.tick(timedelta(**length))
        async_fire_time_changed(hass)
        while not until():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)

    return _passes


@pytest.fixture
def later(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Pass:
    """Let time pass."""

    async def _later(**length: float) -> None:
        freezer.tick(timedelta(**length))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)

    return _later


async def use(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Make an automation from a blueprint."""
    await automate(hass, {"use_blueprint": {"path": f"layla/{name}.yaml", "input": inputs}})
    assert [state.state for state in hass.states.async_all("automation")] == ["on"]


async def test_every_blueprint_says_what_it_is_and_whence_it_comes(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, AUTOMATION, {})
    found = await async_get_blueprints(hass).async_get_blueprints()
    loaded = {path.removeprefix("layla/"): each for path, each in found.items() if path.startswith("layla/")}
    assert sorted(loaded) == NAMES
    for name, blueprint in loaded.items():
        assert isinstance(blueprint, Blueprint), blueprint
        assert blueprint.validate() is None
        about: Mapping[str, Any] = blueprint.metadata
        assert about["source_url"].endswith(f"/blueprints/automation/layla/{name}")
        assert about["homeassistant"] == {"min_version": "2026.10.0"}
        assert about["author"]
        assert about["description"]
        assert all("input" in section for section in about["input"].values())


async def test_the_blueprints_offer_the_alarms_that_there_are(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, AUTOMATION, {})
    blueprint = await async_get_blueprints(hass).async_get_blueprint("layla/alarm_notification.yaml")
    offered = blueprint.inputs["kinds"]["selector"]["select"]["options"]
    names = [*(alarm.name for alarm in ALARMS.values()), "Other alarm"]
    assert [(choice["value"], choice["label"]) for choice in offered] == list(zip(KINDS, names, strict=True))


async def test_an_alarm_is_told_to_every_phone_until_a_button_keeps_it_quiet(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, later: Pass
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    assert await async_setup_component(hass, "timer", {"timer": {"quiet": {}}})
    app = MockConfigEntry(domain="mobile_app")
    app.add_to_hass(hass)
    phone = dr.async_get(hass).async_get_or_create(
        config_entry_id=app.entry_id, identifiers={("mobile_app", "phone")}, name="My Phone"
    )
    told = async_mock_service(hass, "notify", "mobile_app_my_phone")
    await use(hass, "alarm_notification", places=HOUSE, phones=["deleted", phone.id], quiet_timer="timer.quiet")

    await cloud.alarm("unit", "noise_alarm")
    await refresh()
    (first,) = told
    assert (first.data["title"], first.data["message"]) == ("Noise alarm", "Studio, Tiny Home, since 13:00")
    short, long = first.data["data"]["actions"]
    assert (short["title"], long["title"]) == ("Quiet for 30 min", "Quiet for 480 min")
    assert first.data["data"]["push"] == {"interruption-level": "active"}
    await cloud.alarm("unit", "noise_alarm", active=False)
    await refresh()
    assert told[1].data["title"] == "Noise alarm is over"
    assert told[1].data["data"]["tag"] == first.data["data"]["tag"]
    told.clear()

    hass.bus.async_fire("mobile_app_notification_action", {"action": "ANOTHER"})
    hass.bus.async_fire("mobile_app_notification_action", {"action": short["action"]})
    await hass.async_block_till_done()
    await cloud.alarm("unit", "noise_alarm")
    await refresh()
    assert told == []
    await cloud.alarm("unit", "smoke_alarm")
    await refresh()
    assert [call.data["title"] for call in told] == ["Smoke alarm"]
    assert told[0].data["data"]["push"] == {"interruption-level": "critical"}
    told.clear()

    await later(minutes=30)
    await cloud.alarm("unit", "security_alarm")
    await refresh()
    assert [call.data["title"] for call in told] == ["Security alarm"]
    hass.bus.async_fire("mobile_app_notification_action", {"action": long["action"]})
    await hass.async_block_till_done()
    timer = hass.states.get("timer.quiet")
    assert timer
    assert timer.attributes["duration"] == "8:00:00"
    await hass.services.async_call("timer", "cancel", {"entity_id": "timer.quiet"}, blocking=True)


@lives_in(partial(World.fleet, devices=2, properties=2), ids=["2 houses"])
async def test_a_phone_that_cannot_be_told_keeps_nothing_else_from_being_done(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    assert await async_setup_component(hass, "timer", {"timer": {"quiet": {}}})
    app = MockConfigEntry(domain="mobile_app")
    app.add_to_hass(hass)
    devices = dr.async_get(hass)
    mac, phone = (
        devices.async_get_or_create(config_entry_id=app.entry_id, identifiers={("mobile_app", name)}, name=name)
        for name in ("Mac", "Phone")
    )
    er.async_get(hass).async_get_or_create("notify", "mobile_app", "phone", config_entry=app, device_id=phone.id)
    told = async_mock_service(hass, "notify", "mobile_app_phone")
    further = async_mock_service(hass, "test", "ran")
    await use(
        hass,
        "alarm_notification",
        places={"device_id": [device_id(hass, f"property:property-000{each}") for each in range(2)]},
        phones=[mac.id, phone.id],
        quiet_timer="timer.quiet",
        further=[{"action": "test.ran", "data": {"said": "{{ text }}"}}],
    )
    for unit in ("unit-00000", "unit-00001"):
        devices.async_update_device(device_id(hass, f"unit:{unit}"), name_by_user="Hall")
        await cloud.alarm(unit, "smoke_alarm")
    await refresh()

    assert len(told) == len(further) == 2
    assert len({call.data["data"]["tag"] for call in told}) == 2, "two halls of two houses are two places"


async def test_smoke_switches_the_air_conditioner_off_and_is_announced_until_it_is_over(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, later: Pass, passes: Pass
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    off = async_mock_service(hass, "climate", "turn_off", raise_exception=HomeAssistantError("It is stuck"))
    announced = async_mock_service(hass, "assist_satellite", "announce")
    spoken = async_mock_service(hass, "tts", "speak")
    further = async_mock_service(hass, "test", "ran")
    await use(
        hass,
        "smoke_or_co",
        places=HOUSE,
        air_conditioners=["climate.studio"],
        satellites=["assist_satellite.kitchen"],
        speakers=["media_player.living_room"],
        voice="tts.voice",
        times=3,
        pause=60,
        further=[{"action": "test.ran", "data": {"said": "{{ text }}"}}],
    )
    await cloud.alarm("unit", "noise_alarm")
    await refresh()
    assert off == announced == []

    await cloud.alarm("unit", "co_alarm")
    await passes(lambda: off and announced and spoken and further, seconds=61)
    message = "Attention! Carbon monoxide alarm at Studio. Leave the house now."
    assert [call.data["entity_id"] for call in off] == [["climate.studio"]]
    assert [call.data for call in announced] == [{"entity_id": ["assist_satellite.kitchen"], "message": message}]
    assert spoken[0].data["media_player_entity_id"] == ["media_player.living_room"]
    assert further[0].data == {"said": message}
    for times in (2, 3):
        await passes(lambda times=times: len(spoken) == times, minutes=1)
    await later(minutes=1)
    assert len(announced) == len(spoken) == 3

    await cloud.alarm("unit", "smoke_alarm")
    await passes(lambda: len(spoken) == 4, seconds=61)
    for alarm in ("smoke_alarm", "co_alarm"):
        await cloud.alarm("unit", alarm, active=False)
    await loaded.runtime_data.async_refresh()
    await later(minutes=1)
    assert len(announced) == len(spoken) == 4


async def test_smoke_is_announced_also_when_the_cloud_is_not_heard_any_more(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, passes: Pass, later: Pass
) -> None:
    announced = async_mock_service(hass, "assist_satellite", "announce")
    await use(hass, "smoke_or_co", places=HOUSE, satellites=["assist_satellite.kitchen"], times=3, pause=60)
    await cloud.alarm("unit", "smoke_alarm")
    await passes(lambda: announced, seconds=61)
    await cloud.fault("listDevices", "status", status=503)
    for _ in range(2):
        await loaded.runtime_data.async_refresh()
    assert not loaded.runtime_data.last_update_success
    for times in (2, 3):
        await passes(lambda times=times: len(announced) == times, minutes=1)
    await later(minutes=1)
    assert len(announced) == 3


async def test_messages_about_noise_escalate_only_while_it_goes_on(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, passes: Pass
) -> None:
    sent = async_mock_service(hass, "notify", "send_message")
    ended = async_mock_service(hass, "test", "ran")
    await use(
        hass,
        "quiet_hours_noise",
        places=HOUSE,
        first_recipients=["notify.guests"],
        second_recipients=["notify.host"],
        third_recipients=["notify.neighbor"],
        third_after={"minutes": 5},
        end_further=[{"action": "test.ran", "data": {"messages": "{{ messages }}"}}],
    )
    noise = "noise_alarm_quiet_hours"

    await cloud.alarm("unit", "noise_alarm")
    await cloud.alarm("unit", noise)
    await loaded.runtime_data.async_refresh()
    await passes(lambda: sent)
    assert [call.data["entity_id"] for call in sent] == [["notify.guests"]]
    assert sent[0].data["message"].startswith("Please keep it down: it is past quiet time at Tiny Home.")
    await cloud.alarm("unit", noise, active=False)
    await loaded.runtime_data.async_refresh()
    await passes(lambda: ended, minutes=10)
    assert len(sent) == 1
    assert [call.data for call in ended] == [{"messages": 1}]

    await cloud.alarm("unit", noise)
    await loaded.runtime_data.async_refresh()
    await passes(lambda: len(sent) == 2)
    await passes(lambda: len(sent) == 3, minutes=10)
    await passes(lambda: len(sent) == 4, minutes=5)
    assert [call.data["entity_id"] for call in sent[1:]] == [["notify.guests"], ["notify.host"], ["notify.neighbor"]]
    await cloud.alarm("unit", noise, active=False)
    await loaded.runtime_data.async_refresh()
    await passes(lambda: len(ended) == 2, minutes=1)
    assert len(sent) == 4
    assert ended[1].data == {"messages": 3}


async def test_noise_is_not_taken_to_be_over_while_the_cloud_is_not_heard(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, passes: Pass
) -> None:
    sent = async_mock_service(hass, "notify", "send_message")
    ended = async_mock_service(hass, "test", "ran")
    await use(
        hass,
        "quiet_hours_noise",
        places=HOUSE,
        first_recipients=["notify.guests"],
        second_recipients=["notify.host"],
        end_further=[{"action": "test.ran"}],
    )
    await cloud.alarm("unit", "noise_alarm_quiet_hours")
    await loaded.runtime_data.async_refresh()
    await passes(lambda: sent)
    await cloud.fault("listDevices", "status", status=503)
    for _ in range(2):
        await loaded.runtime_data.async_refresh()
    assert hass.states.is_state(HOUSE["entity_id"], "unavailable")
    turns = iter(range(200))
    await passes(lambda: next(turns) == 199, minutes=10)
    assert ended == []
    assert len(sent) == 1

    await cloud.heal()
    await loaded.runtime_data.async_refresh()
    await passes(lambda: len(sent) == 2)
    await cloud.alarm("unit", "noise_alarm_quiet_hours", active=False)
    await loaded.runtime_data.async_refresh()
    await passes(lambda: ended, minutes=10)
    assert len(sent) == 2


async def test_eco_mode_is_on_while_everybody_is_away_for_a_while(hass: HomeAssistant, later: Pass) -> None:
    on, off = async_mock_service(hass, "switch", "turn_on"), async_mock_service(hass, "switch", "turn_off")
    hass.states.async_set("person.ann", "home")
    hass.states.async_set("zone.garden", "0")
    await use(
        hass,
        "away_eco_mode",
        who=["person.ann", "zone.garden"],
        eco_mode=["switch.tiny_home_eco_mode"],
        away_for={"minutes": 20},
    )

    async def seen(place: str, *, in_garden: str = "0", minutes: float = 21) -> tuple[int, int]:
        hass.states.async_set("person.ann", place)
        hass.states.async_set("zone.garden", in_garden)
        await hass.async_block_till_done()
        await later(minutes=minutes)
        return len(on), len(off)

    assert await seen("not_home", minutes=19) == (0, 0)
    assert await seen("unavailable") == (0, 0)
    assert await seen("not_home", in_garden="1") == (0, 1)
    assert await seen("Office") == (1, 1)
    assert await seen("unknown") == (1, 1)
    assert await seen("home", minutes=0) == (1, 2)
    assert on[0].data == off[0].data == {"entity_id": ["switch.tiny_home_eco_mode"]}
