"""The form of an air conditioner profile, as a user fills it in."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.air_conditioning.profiles import PROFILE
from simulator import World

from .air_conditioner import Remote, add_profile, choose_full_control
from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import needs

pytestmark = needs("TellAirConditioner")

FILLED_IN: Final[Mapping[str, Any]] = {
    "vendor": "Gree",
    "model": "YB1F2",
    "modes": ["cool", "heat"],
    "degrees": "°C",
    "lowest": 17,
    "highest": 29,
    "step": 1,
    "fans": ["auto", "superquiet"],
    "swings": [],
    "running_above": 60,
    "units": ["unit"],
}


async def opened(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Open the form of a new profile."""
    return await hass.config_entries.subentries.async_init((entry.entry_id, PROFILE), context={"source": SOURCE_USER})


def suggested(form: Any) -> dict[str, Any]:
    """Return what the form is filled in with."""
    return {key.schema: (key.description or {}).get("suggested_value") for key in form["data_schema"].schema}


def offered(form: Any) -> list[str]:
    """Return the units that the form offers."""
    return [option["value"] for option in form["data_schema"].schema["units"].config["options"]]


async def test_a_profile_makes_a_unit_fully_controllable_at_once_and_sends_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, remote: Remote
) -> None:
    choose_full_control(hass, loaded)
    form = await opened(hass, loaded)
    assert form["type"] is FlowResultType.FORM

    result = await hass.config_entries.subentries.async_configure(form["flow_id"], {**FILLED_IN})
    await hass.async_block_till_done()

    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "Gree YB1F2")
    state = hass.states.get("climate.studio")
    assert state is not None
    assert state.attributes["hvac_modes"] == ["off", "cool", "heat"]
    assert (state.attributes["min_temp"], state.attributes["max_temp"]) == (17, 29)
    assert state.attributes["fan_modes"] == ["auto", "superquiet"]
    assert "swing_modes" not in state.attributes
    await remote.later(30)
    assert await remote.frames() == []


async def test_changing_a_profile_fits_what_is_shown_into_it(hass: HomeAssistant, full: MockConfigEntry) -> None:
    (subentry,) = full.subentries.values()
    form = await full.start_subentry_reconfigure_flow(hass, subentry.subentry_id)
    assert suggested(form)["model"] == "ARC452"

    result = await hass.config_entries.subentries.async_configure(
        form["flow_id"], {**FILLED_IN, "degrees": "°F", "lowest": 60, "highest": 86}
    )
    await hass.async_block_till_done()

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    state = hass.states.get("climate.studio")
    assert state is not None
    assert state.attributes["fan_modes"] == ["auto", "superquiet"]
    assert state.attributes["max_temp"] == pytest.approx(30, abs=0.1)
    assert [subentry.title for subentry in full.subentries.values()] == ["Gree YB1F2"]


async def test_deleting_a_profile_leaves_the_unit_with_on_and_off(hass: HomeAssistant, full: MockConfigEntry) -> None:
    (subentry_id,) = full.subentries

    hass.config_entries.async_remove_subentry(full, subentry_id)
    await hass.async_block_till_done()

    state = hass.states.get("climate.studio")
    assert state is not None
    assert state.attributes["hvac_modes"] == ["off", "auto"]


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"modes": []}, {"modes": "no_modes"}),
        ({"lowest": 30, "highest": 20}, {"highest": "empty_range"}),
        ({"vendor": " "}, {"vendor": "empty_name"}),
        ({"model": ""}, {"model": "empty_name"}),
    ],
)
async def test_nonsense_is_named_and_nothing_typed_is_lost(
    hass: HomeAssistant, loaded: MockConfigEntry, wrong: dict[str, Any], errors: dict[str, str]
) -> None:
    form = await opened(hass, loaded)

    again = await hass.config_entries.subentries.async_configure(form["flow_id"], {**FILLED_IN, **wrong})

    assert again["errors"] == errors
    assert suggested(again) == {**FILLED_IN, **wrong}
    assert not loaded.subentries
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], {**FILLED_IN})
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_what_the_cloud_says_of_the_air_conditioner_is_filled_in(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    config = {"vendor": "Mitsubishi", "model": "MSZ", "mode": "heat", "temperature": 20, "fan_speed": "night"}
    await cloud.payload("unit", settings={"appliance_config": config})
    await refresh()

    filled_in = suggested(await opened(hass, loaded))

    assert (filled_in["vendor"], filled_in["model"]) == ("Mitsubishi", "MSZ")
    assert "night" in filled_in["fans"]
    assert filled_in["units"] == ["unit"]


async def test_where_people_use_fahrenheit_the_form_does(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM

    filled_in = suggested(await opened(hass, loaded))

    assert (filled_in["degrees"], filled_in["lowest"], filled_in["highest"]) == ("°F", 60, 86)


@lives_in(partial(World.fleet, devices=10, properties=2))
async def test_only_units_that_drive_an_ac_and_have_no_other_profile_are_offered(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    assert offered(await opened(hass, loaded)) == ["unit-00000", "unit-00005"]

    add_profile(hass, loaded, units=["unit-00000"])
    await hass.async_block_till_done()

    assert offered(await opened(hass, loaded)) == ["unit-00005"]


async def test_an_account_that_is_not_connected_has_no_units_to_offer(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)

    result = await opened(hass, loaded)

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "entry_not_loaded")


async def test_a_unit_that_the_cloud_lost_stays_assigned(hass: HomeAssistant, full: MockConfigEntry) -> None:
    (subentry,) = full.subentries.values()
    hass.config_entries.async_update_subentry(full, subentry, data={**subentry.data, "units": ["unit", "lost"]})
    await hass.async_block_till_done()
    form = await full.start_subentry_reconfigure_flow(hass, subentry.subentry_id)

    result = await hass.config_entries.subentries.async_configure(
        form["flow_id"], {**FILLED_IN, "units": ["unit", "lost"]}
    )

    assert result["reason"] == "reconfigure_successful"


@lives_in(partial(World.fleet, devices=10, properties=2))
async def test_units_are_named_with_their_property(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    form = await opened(hass, loaded)

    labels = [option["label"] for option in form["data_schema"].schema["units"].config["options"]]
    assert labels == ["House 0: Room 0", "House 1: Room 5"]
