"""Switches: alarms of a unit and of a whole property, eco mode, and whether a unit works."""

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.switch import PROPERTY_ALARMS
from simulator import World

from .air_conditioner import Remote
from .cloud import Cloud
from .conftest import Refresh
from .flavours import once
from .test_entities import state_of

OF_ALL = "switch.tiny_home_noise_alarm_armed"
OF_UNIT = "switch.studio_noise_alarm_armed"


async def _turn(hass: HomeAssistant, entity_id: str, action: str) -> None:
    await hass.services.async_call("switch", action, {"entity_id": entity_id}, blocking=True)


@pytest.mark.parametrize("alarm", PROPERTY_ALARMS)
@once
async def test_every_switch_of_a_property_goes_off_and_on_in_the_cloud(
    hass: HomeAssistant, world: World, loaded: MockConfigEntry, remote: Remote, alarm: str
) -> None:
    home = world.properties["home"]

    def armed() -> bool:
        return home.settings.get(alarm) is True if alarm == "occupancy_alarm_quiet_hours" else alarm in home.armed

    entity_id = f"switch.tiny_home_{alarm.replace('_alarm_quiet', '_alarm_in_quiet')}_armed"
    begun = armed()
    assert state_of(hass, entity_id) == (STATE_ON if begun else STATE_OFF)
    for action, on in (("turn_off", False), ("turn_on", True)):
        await _turn(hass, entity_id, action)
        assert armed() is on
        await remote.later(20)
        assert state_of(hass, entity_id) == (STATE_ON if on else STATE_OFF)


async def test_what_a_property_disarms_shows_at_its_units_with_the_next_refresh(
    hass: HomeAssistant, loaded: MockConfigEntry, remote: Remote
) -> None:
    assert (state_of(hass, OF_ALL), state_of(hass, OF_UNIT)) == (STATE_ON, STATE_ON)

    await _turn(hass, OF_ALL, "turn_off")
    await remote.later(20)

    assert (state_of(hass, OF_ALL), state_of(hass, OF_UNIT)) == (STATE_OFF, STATE_OFF)


async def test_a_change_of_a_property_has_the_properties_read_for_a_while_and_of_a_unit_not(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, remote: Remote
) -> None:
    await remote.later(150)  # the first figures have been read
    await _turn(hass, OF_UNIT, "turn_off")
    await cloud.requests()
    await remote.later(20)
    assert "listProperties" not in await cloud.requests()

    await _turn(hass, OF_ALL, "turn_off")
    for _ in range(4):
        await remote.later(20)
        assert (await cloud.requests())["listProperties"] == 1
    for _ in range(3):
        await remote.later(60)
    assert "listProperties" not in await cloud.requests()


async def test_what_the_owner_switches_in_the_app_shows(
    hass: HomeAssistant, world: World, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    world.devices["unit"].alarms = [{"name": "noise_alarm", "enabled": False}]
    world.changed(world.devices["unit"])
    await refresh()
    assert state_of(hass, OF_UNIT) == STATE_OFF

    world.properties["home"].armed.clear()
    for _ in range(16):
        await refresh()
    assert state_of(hass, OF_ALL) == STATE_OFF


async def test_an_alarm_that_the_cloud_no_longer_lists_is_unknown_and_a_lost_unit_unavailable(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload("unit", alarms=[])
    await refresh()
    assert state_of(hass, OF_UNIT) == STATE_UNKNOWN

    await cloud.control("DELETE", "devices/unit")
    await refresh()
    assert state_of(hass, OF_UNIT) == STATE_UNAVAILABLE
    # Without a unit there is nothing to arm.
    assert state_of(hass, OF_ALL) == STATE_UNAVAILABLE


async def test_settings_of_an_offline_unit_can_be_changed(
    hass: HomeAssistant, cloud: Cloud, world: World, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.change("unit", online=False)
    await refresh()

    await _turn(hass, OF_UNIT, "turn_off")

    assert state_of(hass, OF_UNIT) == STATE_OFF
    setting = world.devices["unit"].setting_of("noise_alarm")
    assert setting
    assert setting["enabled"] is False
