"""Times: quiet hours, as the clock of the property shows them."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator import World

from .cloud import Cloud
from .conftest import Refresh
from .test_entities import state_of

START = "time.studio_quiet_hours_start_of_noise_alarm"
END = "time.studio_quiet_hours_end_of_noise_alarm"

pytestmark = pytest.mark.usefixtures("all_enabled")


async def test_quiet_hours_are_set_as_written_whatever_the_zone_of_home_assistant(
    hass: HomeAssistant, world: World, loaded: MockConfigEntry
) -> None:
    await hass.config.async_set_time_zone("America/Cancun")
    for entity_id, value in ((START, "22:30:59"), (END, "06:00")):
        await hass.services.async_call("time", "set_value", {"entity_id": entity_id, "time": value}, blocking=True)

    setting = world.devices["unit"].setting_of("noise_alarm")
    assert setting
    assert setting["quiet_hours"] == {"enabled": False, "start_time": "22:30", "end_time": "06:00"}
    assert (state_of(hass, START), state_of(hass, END)) == ("22:30:00", "06:00:00")


async def test_quiet_hours_that_cannot_be_read_are_unknown_and_leave_the_others_alone(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    hours = {"enabled": True, "start_time": "late", "end_time": "06:30"}
    await cloud.payload("unit", alarms=[{"name": "noise_alarm", "enabled": True, "quiet_hours": hours}])
    await refresh()

    assert (state_of(hass, START), state_of(hass, END)) == ("unknown", "06:30:00")
    assert state_of(hass, "switch.studio_quiet_hours_of_noise_alarm") == "on"
    oddities = loaded.runtime_data.data.oddities
    assert oddities["device.alarms.quiet_hours.start_time: time of day expected"] == 1
