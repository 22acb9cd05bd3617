"""What holds for every setting, whichever platform shows it: at once, without lies, one way for all errors."""

from asyncio import gather
from collections.abc import Sequence

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.layla.const import DOMAIN
from simulator import World

from .air_conditioner import Remote
from .cloud import Cloud
from .conftest import Refresh
from .flavours import Flavour, needs, once
from .settings import SETTINGS, Setting, after, before, of_the, restored, shown
from .test_entities import state_of

pytestmark = pytest.mark.usefixtures("all_enabled")


@pytest.fixture
def settings(flavour: Flavour) -> Sequence[Setting]:
    """The settings of the account."""
    return of_the(flavour)


async def test_a_change_shows_at_once_and_still_when_the_cloud_tells_it(
    hass: HomeAssistant, settings: Sequence[Setting], loaded: MockConfigEntry, remote: Remote
) -> None:
    assert shown(hass, settings) == before(settings)

    for setting in settings:
        await setting.change(hass)
    assert shown(hass, settings) == after(settings)

    for _ in range(6):
        await remote.later(20)
        assert shown(hass, settings) == after(settings)


async def test_a_stale_reply_does_not_revert_a_change_and_a_cloud_that_forgot_it_wins_in_the_end(
    hass: HomeAssistant, world: World, settings: Sequence[Setting], loaded: MockConfigEntry, remote: Remote
) -> None:
    restore = restored(world)
    for setting in settings:
        await setting.change(hass)
    restore()

    for _ in range(2):
        await remote.later(20)
        assert shown(hass, settings) == after(settings)

    await remote.later(21)
    assert shown(hass, settings) == before(settings)


async def test_after_a_lone_late_reply_the_change_is_still_believed(
    hass: HomeAssistant,
    world: World,
    settings: Sequence[Setting],
    loaded: MockConfigEntry,
    cloud: Cloud,
    remote: Remote,
) -> None:
    restore = restored(world)
    for setting in settings:
        await setting.change(hass)
    restore()
    # What is missed is no reply, however often the old snapshot is looked at.
    await cloud.fault("listDevices", "status", status=500, times=1)
    await remote.later(65)
    await remote.later(65)
    assert shown(hass, settings) == after(settings)

    await remote.later(65)
    assert shown(hass, settings) == before(settings)


@once
@pytest.mark.parametrize(
    ("status", "key"),
    [
        (409, "command_refused"),
        (500, "command_not_carried_out"),
        (401, "authentication_failed"),
        (429, "command_rate_limited"),
    ],
)
async def test_a_change_that_fails_says_why_and_shows_what_was_before(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, remote: Remote, status: int, key: str
) -> None:
    for setting in SETTINGS:
        await cloud.fault(setting.operation, "status", status=status)
        with pytest.raises(HomeAssistantError) as failed:
            await setting.change(hass)
        assert (failed.value.translation_domain, failed.value.translation_key) == (DOMAIN, key)
        assert failed.value.translation_placeholders
        assert failed.value.translation_placeholders["operation"] == setting.operation
        await cloud.heal()
    assert shown(hass, SETTINGS) == before(SETTINGS)

    sources = [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()]
    assert sources == ([SOURCE_REAUTH] if status == 401 else [])
    await cloud.requests()
    await remote.later(61)
    assert ("listDevices" in await cloud.requests()) is (status != 429)


@once
async def test_what_the_cloud_turns_out_not_to_offer_is_unavailable_and_the_rest_stays(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, remote: Remote
) -> None:
    by_operation = {setting.operation: setting for setting in SETTINGS}
    missing = [
        by_operation[operation] for operation in ("setPropertyAlarms", "setDevicePillar", "setDeviceEcoThreshold")
    ]
    for setting in missing:
        await cloud.fault(setting.operation, "status", status=405)
        with pytest.raises(HomeAssistantError) as failed:
            await setting.change(hass)
        assert failed.value.translation_key == "command_not_supported"
    rest = [setting for setting in SETTINGS if setting not in missing]
    assert set(shown(hass, missing).values()) == {STATE_UNAVAILABLE}
    assert shown(hass, rest) == before(rest)

    # Also the others that it would carry out, with the next refresh.
    await remote.later(61)
    assert state_of(hass, "switch.tiny_home_noise_alarm_armed") == STATE_UNAVAILABLE


@once
async def test_changes_of_one_unit_at_the_same_time_are_all_kept(
    hass: HomeAssistant, world: World, loaded: MockConfigEntry
) -> None:
    of_the_alarm = [setting for setting in SETTINGS if setting.command == "ConfigureAlarms"]
    await gather(*(setting.change(hass) for setting in of_the_alarm))

    noise = world.devices["unit"].setting_of("noise_alarm")
    assert noise == {
        "name": "noise_alarm",
        "enabled": False,
        "threshold": 70,
        "quiet_hours": {"enabled": True, "start_time": "21:30", "end_time": "08:15"},
    }


async def test_a_reading_that_changes_writes_nothing_that_does_not_show_it(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    untouched = ("switch", "number", "time", "select", "button", "climate", "calendar")
    before = {state.entity_id: state.last_reported for state in hass.states.async_all(untouched)}
    written = async_capture_events(hass, EVENT_STATE_CHANGED)
    await cloud.change("unit", readings={"noise": 71})
    await refresh()

    assert written
    assert {state.entity_id: state.last_reported for state in hass.states.async_all(untouched)} == before


@needs("sign_in")
async def test_what_the_partner_api_cannot_change_is_not_there_and_what_was_there_is_unavailable(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    registry = er.async_get(hass)
    registry.async_get_or_create("number", DOMAIN, "layla:unit:unit:eco_time", config_entry=entry)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert registry.async_get_entity_id("select", DOMAIN, "layla:unit:unit:pillar") is None
    assert registry.async_get_entity_id("button", DOMAIN, "layla:unit:unit:test_infrared_smart") is None
    entity_id = registry.async_get_entity_id("number", DOMAIN, "layla:unit:unit:eco_time")
    assert entity_id
    assert state_of(hass, entity_id) == STATE_UNAVAILABLE


async def test_settings_of_an_unknown_alarm_are_named_from_its_key_and_off(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry
) -> None:
    hours = {"enabled": True, "start_time": "22:00", "end_time": "06:00"}
    alarm = {"name": "radon_alarm", "enabled": True, "threshold": 100, "quiet_hours": hours}
    await cloud.payload("unit", alarms=[alarm])
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    found = {
        f"{entity.domain}.{entity.unique_id.rpartition(':')[2]}": entity.original_name
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        if "radon" in entity.unique_id and entity.domain in {"switch", "number", "time"}
    }
    assert found == {
        "switch.radon_alarm_armed": "Radon alarm armed",
        "switch.radon_alarm_quiet_hours_on": "Quiet hours of Radon alarm",
        "number.radon_alarm_threshold": "Radon alarm threshold",
        "time.radon_alarm_quiet_hours_start": "Quiet hours start of Radon alarm",
        "time.radon_alarm_quiet_hours_end": "Quiet hours end of Radon alarm",
    }
    await cloud.payload("unit", alarms=[])
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, "number.studio_radon_alarm_threshold") == STATE_UNKNOWN
