"""The air conditioner as a climate entity: one frame per command, and shown as what was accepted."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .air_conditioner import Remote, add_profile, choose_full_control
from .cloud import Cloud


@pytest.fixture
async def full(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set the account up with full control of the one air conditioner."""
    entry.add_to_hass(hass)
    add_profile(hass, entry)
    choose_full_control(hass, entry)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def remote(hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud) -> Remote:
    """Command air conditioners."""
    return Remote(hass, freezer, cloud)


async def test_set_temperature_with_a_mode_sends_one_frame(
    hass: HomeAssistant, full: MockConfigEntry, remote: Remote
) -> None:
    await remote.command("set_temperature", temperature=21, hvac_mode="cool")
    await remote.later(9)
    print(await remote.frames(), hass.states.get("climate.studio"))
    assert 0
