"""Selects: the pillar of a unit."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator import World

from .cloud import Cloud
from .conftest import Refresh
from .flavours import needs
from .test_entities import state_of

PILLAR = "select.studio_pillar"

pytestmark = [needs("SetPillar"), pytest.mark.usefixtures("all_enabled")]


async def _choose(hass: HomeAssistant, option: str) -> None:
    await hass.services.async_call("select", "select_option", {"entity_id": PILLAR, "option": option}, blocking=True)


async def test_a_unit_is_switched_to_another_pillar(hass: HomeAssistant, world: World, loaded: MockConfigEntry) -> None:
    state = hass.states.get(PILLAR)
    assert state
    assert state.attributes["options"] == ["noise", "air_quality", "smart_ac"]

    await _choose(hass, "air_quality")

    assert (state_of(hass, PILLAR), world.devices["unit"].pillar) == ("air_quality", "air_quality")


async def test_a_locked_unit_stays_and_the_clouds_own_words_are_shown(
    hass: HomeAssistant, world: World, loaded: MockConfigEntry
) -> None:
    world.devices["unit"].locked = True

    with pytest.raises(HomeAssistantError, match="locked until it has a paid subscription seat"):
        await _choose(hass, "noise")

    assert state_of(hass, PILLAR) == "smart_ac"


async def test_a_pillar_that_we_do_not_know_is_unknown_and_can_be_left(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload("unit", device_pillar="smart_pool")
    await refresh()
    assert state_of(hass, PILLAR) == "unknown"

    await _choose(hass, "noise")
    assert state_of(hass, PILLAR) == "noise"
