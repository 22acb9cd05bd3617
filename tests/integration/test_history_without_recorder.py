"""Where nothing is recorded, there is no history to import."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from .cloud import Cloud
from .history import MEASUREMENTS


async def test_without_a_recorder_nothing_is_asked_for_and_no_progress_is_shown(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    for _ in range(5):
        freezer.tick(timedelta(minutes=1))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)

    assert MEASUREMENTS not in await cloud.requests()
    assert hass.states.get("sensor.laylaelectric_account_history_import") is None
