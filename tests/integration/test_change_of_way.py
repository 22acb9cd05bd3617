"""From a token to signing in and back: the account stays what it is, with everything the user made of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
    validate_statistics,
)
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component
from homeassistant.util.dt import utcnow
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)
from pytest_homeassistant_custom_component.typing import RecorderInstanceGenerator

from custom_components.layla.const import (
    CONF_ACCOUNT_ID,
    CONF_KIND,
    CONF_NAMES,
    CONF_ROUTES,
    DOMAIN,
    KIND_OAUTH,
    KIND_TOKEN,
)

from .air_conditioner import Remote
from .cloud import Cloud
from .conftest import Refresh
from .flavours import needs
from .signing_in import addresses, grants, suggested
from .visitor import Json, Visitor

pytestmark = needs("token")


async def to_sign_in(hass: HomeAssistant, visitor: Visitor, cloud: Cloud, entry: ConfigEntry, **user: str) -> Json:
    """Reconfigure an entry so that it signs in."""
    menu = await visitor.begin(entry_id=entry.entry_id)
    form = await visitor.submit(menu, next_step_id="sign_in")
    result = await visitor.sign_in(await visitor.submit(form, **addresses(cloud)), **user)
    await hass.async_block_till_done()
    return result


async def to_token(hass: HomeAssistant, visitor: Visitor, cloud: Cloud, entry: ConfigEntry) -> Json:
    """Reconfigure an entry so that it uses a token."""
    menu = await visitor.begin(entry_id=entry.entry_id)
    form = await visitor.submit(menu, next_step_id="reconfigure_token")
    result = await visitor.submit(form, url=cloud.base_url, token=cloud.token)
    await hass.async_block_till_done()
    return result


def registered(hass: HomeAssistant, entry: ConfigEntry) -> Mapping[str, Any]:
    """Return everything that the registries have of an entry, without the times."""
    entities = {
        entity.id: (
            entity.entity_id,
            entity.unique_id,
            entity.name,
            entity.area_id,
            entity.disabled_by,
            entity.device_id,
        )
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    }
    devices = {
        device.id: (
            device.identifiers,
            device.name_by_user,
            device.area_id,
            device.via_device_id,
            device.model,
            device.serial_number,
        )
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    }
    return {**entities, **devices}


async def test_no_entity_and_no_customisation_is_lost_on_the_way_there_and_back(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    registry = er.async_get(hass)
    area = ar.async_get(hass).async_create("Attic").id
    registry.async_update_entity("sensor.studio_noise", new_entity_id="sensor.din", name="Din", area_id=area)
    registry.async_update_entity("sensor.studio_power", disabled_by=er.RegistryEntryDisabler.USER)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    (studio,) = (device for device in devices if device.name == "Studio")
    dr.async_get(hass).async_update_device(studio.id, name_by_user="Den", area_id=area)
    await hass.async_block_till_done()
    before, account = registered(hass, loaded), loaded.data[CONF_ACCOUNT_ID]

    result = await to_sign_in(hass, visitor, cloud, loaded)

    assert result["reason"] == "reconfigure_successful"
    assert loaded.data[CONF_KIND] == KIND_OAUTH
    assert loaded.data[CONF_ACCOUNT_ID] == loaded.unique_id == account
    assert loaded.state is ConfigEntryState.LOADED
    assert registered(hass, loaded) == before
    shown = {state.entity_id: state.state for state in hass.states.async_all() if state.entity_id.startswith("sensor")}
    assert float(shown["sensor.din"]) == 38
    assert float(shown["sensor.studio_temperature"]) == 24
    assert shown["sensor.studio_humidity"] == STATE_UNKNOWN
    await refresh()

    result = await to_token(hass, visitor, cloud, loaded)

    assert result["reason"] == "reconfigure_successful"
    assert loaded.data.keys() == {CONF_KIND, CONF_URL, CONF_TOKEN, CONF_ACCOUNT_ID, CONF_NAMES}
    assert loaded.data[CONF_KIND] == KIND_TOKEN
    assert loaded.state is ConfigEntryState.LOADED
    assert registered(hass, loaded) == before
    humidity = hass.states.get("sensor.studio_humidity")
    assert humidity
    assert float(humidity.state) == 45


@pytest.fixture
async def mock_recorder_before_hass(async_test_recorder: RecorderInstanceGenerator) -> None:
    """Make the recorder before Home Assistant, as it wants to be."""


@pytest.mark.usefixtures("recorder_mock")
async def test_no_statistic_is_lost_on_the_way_there_and_back(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    credentials: None,
    visitor: Visitor,
    cloud: Cloud,
    entry: MockConfigEntry,
) -> None:
    """What was compiled stays, what comes is compiled into the same rows, and the recorder has nothing against it."""
    assert await async_setup_component(hass, "sensor", {})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    began = utcnow()

    await compiled(hass, freezer)
    await to_sign_in(hass, visitor, cloud, entry)
    await compiled(hass, freezer)
    await to_token(hass, visitor, cloud, entry)
    await compiled(hass, freezer)

    ids = {"sensor.studio_temperature", "sensor.studio_noise", "sensor.studio_power"}
    rows = await recorder_mock.async_add_executor_job(
        statistics_during_period, hass, began, None, ids, "5minute", None, {"mean"}
    )
    assert {name: [row["mean"] for row in found] for name, found in rows.items()} == {
        "sensor.studio_temperature": [24, 24, 24],
        "sensor.studio_noise": [38, 38, 38],
        "sensor.studio_power": [4, 4, 4],
    }
    known = await recorder_mock.async_add_executor_job(list_statistic_ids, hass)
    assert ids < {row["statistic_id"] for row in known}
    assert await recorder_mock.async_add_executor_job(validate_statistics, hass) == {}


async def compiled(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Let five minutes pass, and have them compiled."""
    start = utcnow()
    freezer.tick(timedelta(minutes=5))
    await async_wait_recording_done(hass)
    do_adhoc_statistics(hass, start=start)
    await async_wait_recording_done(hass)


async def test_the_air_conditioner_is_unavailable_while_signed_in_and_comes_back(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, full: MockConfigEntry
) -> None:
    await to_sign_in(hass, visitor, cloud, full)
    state = hass.states.get("climate.studio")
    assert state
    assert state.state == STATE_UNAVAILABLE

    await to_token(hass, visitor, cloud, full)
    state = hass.states.get("climate.studio")
    assert state
    assert state.state == "off"
    assert full.subentries


async def test_what_a_command_set_aside_is_put_back_before_the_token_goes(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    credentials: None,
    visitor: Visitor,
    cloud: Cloud,
    full: MockConfigEntry,
    remote: Remote,
) -> None:
    """No one could do it after that: the partner API has neither schedules nor timers."""
    await remote.command("set_temperature", hvac_mode="cool", temperature=21)
    (device,) = (await cloud.control("GET", "state"))["devices"]
    assert device["ac"]["schedule"]["appliance_config"]["temperature"] == 21
    menu = await visitor.begin(entry_id=full.entry_id)
    form = await visitor.submit(menu, next_step_id="sign_in")
    flow = await visitor.submit(form, **addresses(cloud))
    await visitor.come_back(await visitor.allow(flow))

    changing = hass.async_create_task(visitor.look(flow["flow_id"]))
    await remote.later(10)
    result = await changing
    await hass.async_block_till_done()

    assert result["reason"] == "reconfigure_successful"
    assert await remote.frames()
    (device,) = (await cloud.control("GET", "state"))["devices"]
    assert device["ac"]["schedule"] is None or not device["ac"]["schedule"]["enabled"]


async def test_units_that_only_one_api_lists_are_kept_for_the_way_back(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    credentials: None,
    visitor: Visitor,
    cloud: Cloud,
    entry: MockConfigEntry,
) -> None:
    """Units that are gone from one day to the other are removed; these were never there by the other way."""
    for name in ("attic", "cellar", "garage", "hall", "porch"):
        await cloud.control("POST", "devices", property_id="home", id=name, name=name.capitalize())
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    before = registered(hass, entry)
    menu = await visitor.begin(entry_id=entry.entry_id)
    form = await visitor.submit(menu, next_step_id="sign_in")
    await cloud.control("DELETE", "devices/attic")
    await visitor.sign_in(await visitor.submit(form, **addresses(cloud)))
    await hass.async_block_till_done()

    for hour in range(30):
        freezer.tick(timedelta(hours=1 if hour % 2 else 0.4))
        await entry.runtime_data.async_refresh()
        if hour == 10:
            assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert registered(hass, entry) == before
    assert not ir.async_get(hass).issues

    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic")
    await entry.runtime_data.async_refresh()
    await cloud.control("DELETE", "devices/attic")
    for _ in range(60):
        freezer.tick(timedelta(minutes=29))
        await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert registered(hass, entry).keys() < before.keys()


async def test_the_tokens_of_a_sign_in_do_not_stay_where_a_token_took_its_place(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    credentials: None,
    visitor: Visitor,
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
) -> None:
    await to_sign_in(hass, visitor, cloud, loaded)
    await cloud.expire(loaded.data[CONF_TOKEN]["access_token"])
    await refresh()
    assert f"{DOMAIN}.sign_in.{loaded.entry_id}" in hass_storage

    await to_token(hass, visitor, cloud, loaded)

    assert f"{DOMAIN}.sign_in.{loaded.entry_id}" not in hass_storage


async def test_the_form_is_filled_in_with_what_is_known(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    menu = await visitor.begin(entry_id=loaded.entry_id)
    form = await visitor.submit(menu, next_step_id="sign_in")
    assert suggested(form) == {
        "url": cloud.base_url,
        "authorize_url": "https://api.layla.eco/oauth/authorize",
        "token_url": "https://api.layla.eco/oauth/token",
    }
    await visitor.sign_in(await visitor.submit(form, **addresses(cloud, scope="read write")))
    await hass.async_block_till_done()

    menu = await visitor.begin(entry_id=loaded.entry_id)
    form = await visitor.submit(menu, next_step_id="sign_in")
    assert suggested(form) == addresses(cloud, scope="read write")


async def test_credentials_have_to_be_there_before_an_account_changes_to_them(
    visitor: Visitor, loaded: MockConfigEntry
) -> None:
    menu = await visitor.begin(entry_id=loaded.entry_id)

    result = await visitor.submit(menu, next_step_id="sign_in")

    assert (result["type"], result["reason"]) == ("abort", "enter_credentials")


async def test_another_account_is_not_taken(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    before = dict(loaded.data)

    result = await to_sign_in(hass, visitor, cloud, loaded, email="sam@example.org")

    assert (result["type"], result["reason"]) == ("abort", "wrong_account")
    assert dict(loaded.data) == before
    assert loaded.state is ConfigEntryState.LOADED


async def test_who_signed_in_has_no_token_to_keep(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    await to_sign_in(hass, visitor, cloud, loaded)

    menu = await visitor.begin(entry_id=loaded.entry_id)
    form = await visitor.submit(menu, next_step_id="reconfigure_token")

    assert {field["name"]: field.get("required", False) for field in form["data_schema"]} == {
        "url": True,
        "token": True,
    }


async def test_a_changed_path_that_only_one_way_has_waits_for_it(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    routes = {"setDevicePillar": "PUT /v1/devices/{id}/pillar", "listDevices": "GET /v1/devices"}
    hass.config_entries.async_update_entry(loaded, options={CONF_ROUTES: routes})

    await to_sign_in(hass, visitor, cloud, loaded)

    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.options[CONF_ROUTES] == routes


async def test_a_window_that_was_left_open_does_no_harm(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    menu = await visitor.begin(entry_id=loaded.entry_id)
    form = await visitor.submit(menu, next_step_id="reconfigure_token")
    await to_sign_in(hass, visitor, cloud, loaded)

    left_open = await visitor.submit(form, url=cloud.base_url)

    assert left_open["errors"] == {CONF_TOKEN: "malformed_token"}


async def test_an_account_that_is_deleted_meanwhile_ends_its_dialog(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    menu = await visitor.begin(entry_id=loaded.entry_id)
    form = await visitor.submit(menu, next_step_id="sign_in")
    await hass.config_entries.async_remove(loaded.entry_id)

    result = await visitor.sign_in(await visitor.submit(form, **addresses(cloud)))

    assert (result["type"], result["reason"]) == ("abort", "account_deleted")


async def test_a_path_that_cannot_work_is_said(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(loaded, options={CONF_ROUTES: {"setDevicePillar": "nonsense here"}})

    result = await to_sign_in(hass, visitor, cloud, loaded)

    assert (result["type"], result["reason"]) == ("abort", "invalid_route")
    assert "setDevicePillar: 'nonsense here' is not a route" in result["description_placeholders"]["reason"]


async def test_units_that_go_after_a_change_without_a_loss_are_removed_as_ever(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    credentials: None,
    visitor: Visitor,
    cloud: Cloud,
    entry: MockConfigEntry,
) -> None:
    for name in ("attic", "cellar", "garage", "hall", "porch"):
        await cloud.control("POST", "devices", property_id="home", id=name, name=name.capitalize())
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await to_sign_in(hass, visitor, cloud, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await cloud.control("DELETE", "devices/attic")

    await hass.config_entries.async_setup(entry.entry_id)
    for _ in range(60):
        freezer.tick(timedelta(minutes=29))
        await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()

    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert "Attic" not in {device.name for device in devices}


async def test_signing_in_again_by_hand_replaces_the_sign_in(
    hass: HomeAssistant, credentials: None, visitor: Visitor, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await to_sign_in(hass, visitor, cloud, loaded)
    first = loaded.data[CONF_TOKEN]["refresh_token"]

    assert (await to_sign_in(hass, visitor, cloud, loaded))["reason"] == "reconfigure_successful"

    assert loaded.data[CONF_TOKEN]["refresh_token"] != first
    assert len(await grants(cloud)) == 2
    await refresh()
    assert loaded.runtime_data.last_update_success
