"""From the simulated cloud through a whole bridge and a real broker into Home Assistant, and back."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import json
from typing import Any, Final

from homeassistant.const import MATCH_ALL, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import slugify
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla import binary_sensor, sensor
from layla_bridge.cloud.catalogue import ALARMS, MEASURES
from layla_bridge.discovery import birth
from simulator import World
from tests.bridge.mosquitto import GENEROUS
from tests.bridge.whole import Listener, Setting, bridging

PROFILE: Final = {
    "vendor": "Daikin",
    "model": "ARC452",
    "units": ["unit"],
    "modes": ["cool", "heat"],
    "lowest": 16,
    "highest": 30,
    "step": 0.5,
    "fans": ["auto", "low"],
}
CLIMATE: Final = "climate.studio"
SMOKE: Final = "binary_sensor.studio_smoke_alarm"
EVENT: Final = "event.studio_alarm_event"
OURS: Final = {"layla_bridge__layla", "layla_property__home", "layla_unit"}

pytestmark = pytest.mark.usefixtures("entry", "_nothing_to_complain")


@pytest.fixture
def world() -> World:
    """One unit with every measure and every alarm, which drives an air conditioner."""
    return World.tiny()


@pytest.fixture
def setting(setting: Setting) -> Setting:
    """Discovery, and full control of the air conditioner."""
    chosen = {
        "LAYLA_DISCOVERY__ENABLED": "true",
        "LAYLA_AIR_CONDITIONERS__CONTROL": "full",
        "LAYLA_AIR_CONDITIONERS__PROFILES": json.dumps([PROFILE]),
    }
    return replace(setting, more=chosen)


async def until(hass: HomeAssistant, promise: Callable[[], bool]) -> None:
    """Wait until something that happens in Home Assistant fulfils a promise."""
    news = asyncio.Event()
    stop = hass.bus.async_listen(MATCH_ALL, callback(lambda _: news.set()))
    try:
        async with asyncio.timeout(GENEROUS):
            while not promise():
                news.clear()
                await news.wait()
    finally:
        stop()
    await hass.async_block_till_done()


async def shown(hass: HomeAssistant, entity_id: str, *states: str) -> dict[str, Any]:
    """Wait until an entity has one of some states, or any value; return its attributes."""

    def is_shown() -> bool:
        state = hass.states.get(entity_id)
        return state is not None and (
            state.state in states if states else state.state not in ("unavailable", "unknown")
        )

    await until(hass, is_shown)
    state = hass.states.get(entity_id)
    assert state
    return dict(state.attributes)


def state_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of an entity that must be there."""
    state = hass.states.get(entity_id)
    assert state
    return state.state


def devices(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the identifiers of the devices."""
    found = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {identifier for each in found for _, identifier in each.identifiers}


async def test_everything_appears_with_its_value_and_the_integrations_classes_and_units(
    hass: HomeAssistant, entry: MockConfigEntry, setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        climate = await shown(hass, CLIMATE, STATE_UNKNOWN)
        readings = (await setting.cloud.control("GET", "state"))["devices"][0]["readings"]
        for key, description in sensor.READINGS.items():
            if description.entity_registry_enabled_default:
                entity_id = f"sensor.studio_{slugify(MEASURES[key].name)}"
                attributes = await shown(hass, entity_id)
                assert attributes.get("device_class") == description.device_class
                assert attributes.get("unit_of_measurement") == (MEASURES[key].unit or MEASURES[key].counts)
                assert float(state_of(hass, entity_id)) == pytest.approx(readings[key], abs=0.05)
        for key in (await listener.document("layla/device/unit"))["alarms"]:
            alarm = binary_sensor.ALARM_SENSORS[key]
            if alarm.entity_registry_enabled_default:
                attributes = await shown(hass, f"binary_sensor.studio_{slugify(ALARMS[key].name)}", "off")
                assert attributes.get("device_class") == alarm.device_class
    assert devices(hass, entry) == OURS
    assert climate["hvac_modes"] == ["off", "cool", "heat"]
    assert (climate["min_temp"], climate["max_temp"], climate["current_temperature"]) == (16, 30, 24)


async def test_a_climate_action_reaches_the_air_conditioner_as_one_frame(
    hass: HomeAssistant, setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await shown(hass, CLIMATE, STATE_UNKNOWN)
        wanted = {"entity_id": CLIMATE, "hvac_mode": "heat", "temperature": 22.5}
        await hass.services.async_call("climate", "set_temperature", wanted, blocking=True)
        assert (await shown(hass, CLIMATE, "heat"))["temperature"] == 22.5
        await listener.until(lambda: listener.counts["layla/device/unit/result"] == 2)
        assert listener.json("layla/device/unit/result")["ok"]
        # The unit's timer has it by now, some seconds ahead.
        await setting.cloud.advance(10)
        frames = (await setting.cloud.control("GET", "counters"))["ir_frames"]["unit"]
    assert [(frame["action"], frame["appliance_config"]) for frame in frames] == [
        ("on", {"vendor": "Daikin", "model": "ARC452", "mode": "heat", "temperature": 22.5, "fan_speed": "auto"})
    ]


async def test_an_alarm_turns_its_sensor_on_fires_its_event_and_outlives_the_units_connection(
    hass: HomeAssistant, setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await shown(hass, SMOKE, "off")
        await shown(hass, EVENT, STATE_UNKNOWN)
        await setting.cloud.alarm("unit", "smoke_alarm")
        await listener.ask("refresh")
        await shown(hass, SMOKE, "on")
        fired = await shown(hass, EVENT)
        assert (fired["event_type"], fired["late"]) == ("smoke_alarm_started", False)
        await setting.cloud.change("unit", online=False)
        await listener.ask("refresh")
        await shown(hass, "sensor.studio_noise", STATE_UNAVAILABLE)
        await shown(hass, "binary_sensor.studio_connectivity", "off")
        await hass.async_block_till_done()
        assert hass.states.is_state(SMOKE, "on")
        assert hass.states.is_state("binary_sensor.studio_carbon_monoxide_alarm", STATE_UNAVAILABLE)


async def test_a_unit_that_was_removed_and_cleaned_away_is_no_device_any_more(
    hass: HomeAssistant, entry: MockConfigEntry, setting: Setting, listener: Listener
) -> None:
    cloud = setting.cloud
    await cloud.control("POST", "devices", id="attic", property_id="home", name="Attic")
    async with bridging(setting):
        await shown(hass, "sensor.attic_noise")
        assert devices(hass, entry) == {*OURS, "layla_attic"}
        await cloud.control("DELETE", "devices/attic")
        await listener.ask("refresh")
        await shown(hass, "sensor.attic_noise", STATE_UNAVAILABLE)
        assert (await listener.ask("clean"))["data"] == {"removed": [{"kind": "device", "id": "attic"}]}
        await until(hass, lambda: devices(hass, entry) == OURS)
        assert hass.states.get("sensor.attic_noise") is None
        await shown(hass, "sensor.studio_noise")


async def test_switched_off_at_the_next_start_discovery_takes_all_devices_away(
    hass: HomeAssistant, entry: MockConfigEntry, setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await shown(hass, CLIMATE, STATE_UNKNOWN)
    await shown(hass, CLIMATE, STATE_UNAVAILABLE)
    assert devices(hass, entry) == OURS
    async with bridging(replace(setting, more={**setting.more, "LAYLA_DISCOVERY__ENABLED": "false"})):
        await until(hass, lambda: not devices(hass, entry))
        await listener.document("layla/device/unit")
    assert not hass.states.async_entity_ids(["sensor", "climate", "event"])
    assert not [topic for topic, kept in listener.latest.items() if topic.startswith("homeassistant/device/") and kept]


async def test_when_home_assistant_has_started_everything_is_told_once_more(
    hass: HomeAssistant, setting: Setting, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = "homeassistant/device/layla_unit/config"
    # A few seconds at random otherwise.
    monkeypatch.setattr(birth, "_LONGEST_PAUSE", 0.1)
    async with bridging(setting):
        await shown(hass, CLIMATE, STATE_UNKNOWN)
        await until(hass, lambda: not any(state.state == STATE_UNAVAILABLE for state in hass.states.async_all()))
        before = {state.entity_id: state.last_changed for state in hass.states.async_all()}
        told = {
            topic: listener.counts[topic] for topic in (config, "layla/device/unit", "layla/device/unit/availability")
        }
        await listener.give("homeassistant/status", b"online")
        await listener.until(lambda: all(listener.counts[topic] > count for topic, count in told.items()))
        await hass.async_block_till_done()
        assert {state.entity_id: state.last_changed for state in hass.states.async_all()} == before
