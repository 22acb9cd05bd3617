"""An account over time: units that come and go, restarts, unloading, renamed rooms."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.layla.const import CONF_ROUTES, DOMAIN
from simulator import World

from .cloud import Cloud
from .conftest import Refresh, lives_in
from .test_entities import NOISE, SECURITY, TEMPERATURE, state_of


async def test_unloading_stops_the_polling_and_loading_again_resumes(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED
    await cloud.requests()
    await refresh()
    assert await cloud.requests() == {}
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE

    assert await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, TEMPERATURE) == "24.0"


async def test_a_new_unit_appears_without_a_reload(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic")
    await refresh()

    assert float(state_of(hass, "sensor.attic_temperature"))
    assert state_of(hass, "binary_sensor.attic_noise_alarm") == "off"


async def test_a_new_unit_in_a_new_property_appears_behind_it_at_once(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.control("POST", "properties", id="barn", name="Barn", timezone="Europe/Berlin")
    await cloud.control("POST", "devices", property_id="barn", id="loft", name="Loft")
    await refresh()

    registry = dr.async_get(hass)
    barn = registry.async_get_device_by_identifier((DOMAIN, "layla:property:barn"), loaded.entry_id)
    loft = registry.async_get_device_by_identifier((DOMAIN, "layla:unit:loft"), loaded.entry_id)
    assert barn
    assert loft
    assert loft.via_device_id == barn.id
    assert state_of(hass, "binary_sensor.barn_any_alarm") == "off"


async def test_a_unit_moves_behind_its_property_when_that_is_listed_at_last(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    registry = dr.async_get(hass)
    await cloud.payload("unit", property_id="barn")
    await refresh()
    unit = registry.async_get_device_by_identifier((DOMAIN, "layla:unit:unit"), loaded.entry_id)
    assert unit
    assert unit.via_device_id is None

    await cloud.control("POST", "properties", id="barn", name="Barn", timezone="Europe/Berlin")
    for _ in range(16):
        await refresh()
    barn = registry.async_get_device_by_identifier((DOMAIN, "layla:property:barn"), loaded.entry_id)
    unit = registry.async_get_device_by_identifier((DOMAIN, "layla:unit:unit"), loaded.entry_id)
    assert barn
    assert unit
    assert unit.via_device_id == barn.id


async def test_a_measure_gets_its_sensor_once_it_has_a_value(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic", measures=["temperature"])
    await refresh()
    assert hass.states.get("sensor.attic_noise") is None

    await cloud.payload("attic", latest_values=[{"name": "temperature", "value": 20}, {"name": "noise", "value": 40}])
    await refresh()
    assert state_of(hass, "sensor.attic_noise") == "40.0"


async def test_an_entity_that_ever_existed_is_there_again_after_a_restart(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    await cloud.payload("unit", latest_values=[], alarms=[])
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()

    assert state_of(hass, NOISE) == "unknown"
    assert state_of(hass, SECURITY) == "unknown"


async def test_a_unit_missing_from_a_reply_is_unavailable_at_once_and_comes_back_as_it_was(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic")
    await refresh()
    await cloud.control("DELETE", "devices/attic")
    await refresh()
    assert state_of(hass, "sensor.attic_temperature") == STATE_UNAVAILABLE
    assert state_of(hass, TEMPERATURE) == "24.0"

    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic")
    await refresh()
    assert float(state_of(hass, "sensor.attic_temperature"))


async def test_a_property_missing_from_a_reply_is_unavailable(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.control("DELETE", "properties/home")
    for _ in range(16):
        await refresh()

    assert state_of(hass, "binary_sensor.tiny_home_any_alarm") == STATE_UNAVAILABLE


async def test_a_renamed_unit_is_renamed_and_keeps_its_entities(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.change("unit", name="Bedroom")
    await refresh()

    unit = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, "layla:unit:unit"), loaded.entry_id)
    assert unit
    assert unit.name == "Bedroom"
    state = hass.states.get(TEMPERATURE)
    assert state
    assert state.attributes["friendly_name"] == "Bedroom Temperature"


async def test_items_without_a_name_are_named_from_what_is_printed_on_them(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry
) -> None:
    await cloud.payload("unit", name=None, serial_number="LY123")
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    unit = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, "layla:unit:unit"), entry.entry_id)
    assert unit
    assert unit.name == "Unit LY123"


@lives_in(World.demo, ids=["demo"])
async def test_the_demo_house_loads_whole(hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry) -> None:
    assert loaded.state is ConfigEntryState.LOADED
    assert len(loaded.runtime_data.data.devices) == len(await cloud.device_ids())
    assert dict(loaded.runtime_data.data.oddities) == {}


async def test_a_path_of_the_api_can_be_changed_by_configuration(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    changed = {"listNotifications": "GET /v1/notifications/latest"}
    hass.config_entries.async_update_entry(entry, options={CONF_ROUTES: changed})
    assert await hass.config_entries.async_setup(entry.entry_id)

    requests = await cloud.requests()
    assert requests["listLatestNotifications"] == 1
    assert "listNotifications" not in requests


async def test_a_path_that_cannot_work_is_named(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={CONF_ROUTES: {"getDevice": "GET /v1/devices"}})
    assert not await hass.config_entries.async_setup(entry.entry_id)

    assert entry.error_reason_translation_key == "invalid_route"
    assert "getDevice" in str(entry.reason)


async def test_a_unit_that_is_gone_can_be_deleted_by_hand_and_one_that_is_there_can_not(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client(hass)
    unit = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, "layla:unit:unit"), loaded.entry_id)
    assert unit
    assert not (await client.remove_device(unit.id))["success"]

    await cloud.control("DELETE", "devices/unit")
    await refresh()
    assert (await client.remove_device(unit.id))["success"]
    assert hass.states.get(TEMPERATURE) is None
