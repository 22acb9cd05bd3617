"""Buttons: test pulses of infrared."""

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.const import DOMAIN
from simulator import World

from .cloud import Cloud
from .conftest import Refresh
from .flavours import needs
from .test_entities import state_of

SMART = "button.studio_test_infrared"
LEARNED = "button.studio_test_learned_infrared"

pytestmark = needs("TestInfrared")


async def _press(hass: HomeAssistant, entity_id: str) -> None:
    await hass.services.async_call("button", "press", {"entity_id": entity_id}, blocking=True)


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize("entity_id", [SMART, LEARNED])
async def test_a_press_sends_one_pulse(
    hass: HomeAssistant, world: World, loaded: MockConfigEntry, entity_id: str
) -> None:
    await _press(hass, entity_id)

    assert [frame.action for frame in world.devices["unit"].infrared.frames] == ["test"]


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize(
    ("status", "key"),
    [
        (403, "command_refused"),
        (500, "command_not_carried_out"),
        (401, "authentication_failed"),
        (429, "command_rate_limited"),
        (501, "command_not_supported"),
    ],
)
async def test_a_press_that_fails_says_why(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, status: int, key: str
) -> None:
    await cloud.fault("testDeviceIr", "status", status=status)

    with pytest.raises(HomeAssistantError) as failed:
        await _press(hass, SMART)

    assert failed.value.translation_key == key
    await cloud.heal()
    await refresh()
    assert (state_of(hass, LEARNED) == STATE_UNAVAILABLE) is (key == "command_not_supported")


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize("change", [{"online": False}, {"device_pillar": "noise", "ac_control_active": False}])
async def test_a_unit_that_is_offline_or_drives_no_air_conditioner_sends_no_pulse(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, change: dict[str, object]
) -> None:
    await cloud.change("unit", **change)
    await refresh()

    assert state_of(hass, SMART) == STATE_UNAVAILABLE


async def test_the_tests_of_infrared_are_off_by_default(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    registry = er.async_get(hass)
    for key in ("test_infrared_smart", "test_infrared_learn"):
        entity_id = registry.async_get_entity_id("button", DOMAIN, f"layla:unit:unit:{key}")
        assert entity_id
        entity = registry.async_get(entity_id)
        assert entity
        assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION
