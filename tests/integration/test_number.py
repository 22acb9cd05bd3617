"""Numbers: thresholds in the unit of their measure, and the time of eco mode."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator import World

from .cloud import Cloud
from .flavours import Flavour, needs
from .test_entities import state_of

NOISE = "number.studio_noise_alarm_threshold"


async def _set(hass: HomeAssistant, entity_id: str, value: float) -> None:
    await hass.services.async_call("number", "set_value", {"entity_id": entity_id, "value": value}, blocking=True)


async def test_a_threshold_is_in_the_unit_and_the_range_of_its_measure(
    hass: HomeAssistant, flavour: Flavour, loaded: MockConfigEntry
) -> None:
    found = {
        "noise_alarm": ("dB", "sound_pressure", 30, 120),
        "occupancy_alarm": ("people", None, 1, 100),
        "mold_alarm": (None, None, 0, 100),
        "air_quality_alarm": (None, "aqi", 0, 500),
        "co2_alarm": (None, None, 0, 10_000),
    }
    names = {"co2_alarm": "co2_alarm"}
    for alarm in found.keys() & flavour.has:
        state = hass.states.get(f"number.studio_{names.get(alarm, alarm)}_threshold")
        assert state
        attributes = state.attributes
        members = ("unit_of_measurement", "device_class", "min", "max")
        assert tuple(attributes.get(name) for name in members) == found[alarm], alarm


@pytest.mark.parametrize("value", [29, 121])
async def test_a_threshold_that_no_sensor_tells_is_refused(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, value: float
) -> None:
    await cloud.requests()
    with pytest.raises(ServiceValidationError):
        await _set(hass, NOISE, value)
    assert await cloud.requests() == {}


async def test_a_threshold_is_the_same_for_an_account_in_fahrenheit(
    hass: HomeAssistant, cloud: Cloud, world: World, entry: MockConfigEntry
) -> None:
    await cloud.control("PATCH", "profile", preferences={"temperature_unit": "F"})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, NOISE) == "75.0"

    await _set(hass, NOISE, 72)

    setting = world.devices["unit"].setting_of("noise_alarm")
    assert setting
    assert setting["threshold"] == 72


@needs("SetEcoTime")
@pytest.mark.usefixtures("all_enabled")
async def test_the_time_of_eco_mode_is_whole_seconds(
    hass: HomeAssistant, world: World, loaded: MockConfigEntry
) -> None:
    await _set(hass, "number.studio_eco_mode_no_motion_time", 600)

    assert world.devices["unit"].settings["last_PIR_detected_time_th"] == 600
    state = hass.states.get("number.studio_eco_mode_no_motion_time")
    assert state
    assert (state.attributes["unit_of_measurement"], state.attributes["device_class"]) == ("s", "duration")
