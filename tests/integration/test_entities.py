"""What a unit and a property look like in Home Assistant."""

from typing import Any

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.layla.cloud.catalogue import ALARMS, MEASURES
from custom_components.layla.const import DOMAIN

from .cloud import Cloud
from .conftest import Refresh
from .flavours import TOKEN, Flavour, needs
from .states import seen

TEMPERATURE = "sensor.studio_temperature"
NOISE = "sensor.studio_noise"
SECURITY = "binary_sensor.studio_security_alarm"
CONNECTIVITY = "binary_sensor.studio_connectivity"
ANY_ALARM = "binary_sensor.tiny_home_any_alarm"


def state_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of an entity that must be there."""
    state = hass.states.get(entity_id)
    assert state, f"{entity_id} is not among {hass.states.async_entity_ids()}"
    return state.state


def _described(hass: HomeAssistant, entity: er.RegistryEntry) -> dict[str, Any]:
    """Describe an entity by what users see; the registry's own members differ between versions."""
    state = hass.states.get(entity.entity_id)
    return {
        "unique_id": entity.unique_id,
        "name": entity.original_name,
        "device_class": entity.original_device_class,
        "category": entity.entity_category,
        "translation_key": entity.translation_key,
        "state": state and state.state,
        "attributes": state and seen(state),
    }


@pytest.mark.usefixtures("all_enabled")
async def test_a_unit_with_everything(
    hass: HomeAssistant, loaded: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)

    assert {entity.entity_id: _described(hass, entity) for entity in entities} == snapshot


async def test_every_measure_and_every_alarm_has_its_entity(
    hass: HomeAssistant, flavour: Flavour, loaded: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    for key in MEASURES:
        entity_id = registry.async_get_entity_id("sensor", DOMAIN, f"layla:unit:unit:{key}")
        assert bool(entity_id) is (key in flavour.has), key
    for key in ALARMS.keys() - {"occupancy_alarm_quiet_hours"}:  # a toggle of the property; no unit lists it
        entity_id = registry.async_get_entity_id("binary_sensor", DOMAIN, f"layla:unit:unit:{key}")
        assert bool(entity_id) is (key in flavour.has), key


async def test_noisy_entities_are_off_by_default(
    hass: HomeAssistant, flavour: Flavour, loaded: MockConfigEntry
) -> None:
    noisy = {
        "wifi_rssi",
        "net_qlt",
        "device_off_alarm_multiple",
        "bvoc_spike_alarm",
        "co2_high_guidance",
        "iaq_ventilation_guidance",
    }
    of_token = {"saved_trees", "saved_trees_month", "mark_seen", "test_infrared_learn", "test_infrared_smart"}
    others = {"last_seen", *(of_token if flavour is TOKEN else ())}
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)

    shown = ("sensor", "binary_sensor", "button")
    found = {
        entity.unique_id.rpartition(":")[2] for entity in entities if entity.disabled_by and entity.domain in shown
    }
    assert {key for key in found if not key.endswith("_count")} == noisy & flavour.has | others
    counted = {key.removesuffix("_count") for key in found if key.endswith("_count")}
    assert counted.isdisjoint({"noise_alarm", "smoke_alarm"})
    assert counted <= flavour.has


async def test_of_the_settings_arming_and_thresholds_of_usual_alarms_are_on_by_default(
    hass: HomeAssistant, flavour: Flavour, loaded: MockConfigEntry
) -> None:
    usual = {key for key, row in ALARMS.items() if row.enabled_by_default and key in flavour.has}
    usual -= {"occupancy_alarm_quiet_hours"}  # no unit lists it
    without_threshold = {"device_off_alarm", "security_alarm", "smoke_alarm"}
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)

    enabled = {
        f"{entity.domain}.{entity.unique_id.removeprefix('layla:unit:unit:')}"
        for entity in entities
        if entity.domain in {"switch", "number", "time", "select"} and entity.disabled_by is None
    }
    assert {name for name in enabled if "layla:property:" not in name} == {
        *(f"switch.{key}_armed" for key in usual),
        *(f"number.{key}_threshold" for key in usual - without_threshold),
    }


async def test_account_property_and_unit_hang_behind_each_other(
    hass: HomeAssistant, flavour: Flavour, loaded: MockConfigEntry
) -> None:
    registry = dr.async_get(hass)
    devices = {
        kind: registry.async_get_device_by_identifier((DOMAIN, f"layla:{kind}:{item_id}"), loaded.entry_id)
        for kind, item_id in (("account", loaded.unique_id), ("property", "home"), ("unit", "unit"))
    }
    account, home, unit = (devices[kind] for kind in ("account", "property", "unit"))
    assert account
    assert home
    assert unit
    assert account.via_device_id is None
    assert home.via_device_id == account.id
    assert unit.via_device_id == home.id
    assert (account.name, home.name, unit.name) == ("LaylaElectric account", "Tiny Home", "Studio")
    # By the partner API every unit is of one category.
    assert (unit.manufacturer, unit.model) == ("LaylaElectric", "v3.0" if flavour is TOKEN else "Sensor Pro")


async def test_temperatures_of_a_fahrenheit_account_are_the_same(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry
) -> None:
    await cloud.control("PATCH", "profile", preferences={"temperature_unit": "F"})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert float(state_of(hass, TEMPERATURE)) == pytest.approx(24.0, abs=0.06)


async def test_a_change_in_the_cloud_shows_with_the_next_refresh(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.change("unit", readings={"noise": 71})
    await refresh()

    assert state_of(hass, NOISE) == "71.0"


@needs("connection_status")
async def test_an_offline_unit_shows_no_last_value(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.change("unit", online=False)
    await refresh()

    assert state_of(hass, CONNECTIVITY) == STATE_OFF
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    assert state_of(hass, SECURITY) == STATE_UNAVAILABLE

    await cloud.change("unit", online=True)
    await refresh()

    assert state_of(hass, CONNECTIVITY) == STATE_ON
    assert state_of(hass, TEMPERATURE) == "24.0"
    assert state_of(hass, SECURITY) == STATE_OFF


@needs("connection_status")
async def test_an_alarm_that_is_on_stays_on_when_the_unit_goes_offline(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload("unit", in_alarm=["security_alarm"], connection_status="offline")
    await refresh()

    assert state_of(hass, SECURITY) == STATE_ON
    assert state_of(hass, ANY_ALARM) == STATE_ON
    assert state_of(hass, "binary_sensor.studio_noise_alarm") == STATE_UNAVAILABLE


async def test_one_missing_value_is_unknown_and_the_rest_stays(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload("unit", latest_values=[{"name": "temperature", "value": None}, {"name": "noise", "value": 50}])
    await refresh()

    assert state_of(hass, TEMPERATURE) == STATE_UNKNOWN
    assert state_of(hass, "sensor.studio_power") == STATE_UNKNOWN
    assert state_of(hass, NOISE) == "50.0"


@pytest.mark.usefixtures("all_enabled")
async def test_when_a_unit_was_last_seen_stays_known_when_a_reply_does_not_say(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    before = state_of(hass, "sensor.studio_last_seen")
    await cloud.payload("unit", latest_values=[], last_updated_at=None)
    await refresh()

    assert state_of(hass, TEMPERATURE) == STATE_UNKNOWN
    assert state_of(hass, "sensor.studio_last_seen") == before != STATE_UNKNOWN


@needs("sign_in")
async def test_where_the_cloud_tells_of_no_connection_a_lost_unit_shows_by_its_alarm(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.change("unit", online=False)
    await cloud.alarm("unit", "device_off_alarm")
    await refresh()

    assert hass.states.get(CONNECTIVITY) is None
    assert state_of(hass, "binary_sensor.studio_device_off_alarm") == STATE_ON
    assert state_of(hass, ANY_ALARM) == STATE_ON


async def test_an_alarm_is_unknown_while_the_cloud_does_not_say(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload("unit", in_alarm=None, active_alarms=None)
    await refresh()

    assert state_of(hass, SECURITY) == STATE_UNKNOWN
    assert state_of(hass, ANY_ALARM) == STATE_UNKNOWN


async def test_the_start_of_an_alarm_shows_also_when_the_cloud_tells_it_later(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload("unit", in_alarm=["security_alarm"], active_alarms=[])
    await refresh()
    await cloud.payload(
        "unit", in_alarm=[], active_alarms=[{"name": "security_alarm", "started_at": "2026-11-20T11:58Z"}]
    )
    await refresh()

    state = hass.states.get(SECURITY)
    assert state
    assert state.attributes["since"].isoformat() == "2026-11-20T11:58:00+00:00"


@needs("connection_status")
async def test_a_connection_that_the_cloud_does_not_name_is_unknown(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload("unit", connection_status="resting")
    await refresh()

    assert state_of(hass, CONNECTIVITY) == STATE_UNKNOWN
    assert state_of(hass, TEMPERATURE) == "24.0"


async def test_an_alarm_tells_since_when_whether_snoozed_and_whether_armed(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload(
        "unit",
        alarms=[{"name": "security_alarm", "enabled": True}],
        in_alarm=["security_alarm"],
        active_alarms=[{"name": "security_alarm", "started_at": "2026-11-20T11:58:00"}],
        snoozed=["security_alarm"],
    )
    await refresh()

    state = hass.states.get(SECURITY)
    assert state
    assert state.state == STATE_ON
    assert state.attributes["since"].isoformat() == "2026-11-20T10:58:00+00:00"  # Berlin's time in the payload
    assert state.attributes["snoozed"] is True
    assert state.attributes["armed"] is True


async def test_a_property_lists_its_active_alarms(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    assert state_of(hass, ANY_ALARM) == STATE_OFF
    await cloud.alarm("unit", "security_alarm")
    await cloud.alarm("unit", "noise_alarm")
    await refresh()

    state = hass.states.get(ANY_ALARM)
    assert state
    assert state.state == STATE_ON
    assert {(alarm["unit"], alarm["alarm"]) for alarm in state.attributes["alarms"]} == {
        ("Studio", "security_alarm"),
        ("Studio", "noise_alarm"),
    }

    await cloud.alarm("unit", "security_alarm", active=False)
    await cloud.alarm("unit", "noise_alarm", active=False)
    await refresh()
    assert state_of(hass, ANY_ALARM) == STATE_OFF


@needs("connection_status")
async def test_a_property_whose_units_are_all_offline_knows_of_no_alarm(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.change("unit", online=False)
    await cloud.payload("unit", in_alarm=[], active_alarms=[])
    await refresh()

    assert state_of(hass, ANY_ALARM) == STATE_UNKNOWN


async def test_an_alarm_that_we_do_not_know_is_a_problem_named_from_its_key_and_off(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload("unit", in_alarm=["radon_alarm"])
    await refresh()

    entity_id = er.async_get(hass).async_get_entity_id("binary_sensor", DOMAIN, "layla:unit:unit:radon_alarm")
    assert entity_id == "binary_sensor.studio_radon_alarm"
    entity = er.async_get(hass).async_get(entity_id)
    assert entity
    assert entity.original_device_class == "problem"
    assert entity.original_name == "Radon alarm"
    assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION
