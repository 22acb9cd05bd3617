"""The form behind Configure: what is chosen there holds at once, and what cannot work is said in it."""

from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.const import CONF_ROUTES, DOMAIN
from simulator import World

from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import Flavour, needs
from .options import answer, choose, opened, submit

NOTIFICATIONS = {"listNotifications": "GET /v1/notifications/latest"}
HOUSES = partial(World.fleet, devices=8, properties=4)


def _labels(form: Any) -> dict[str, str]:
    selector = next(field for key, field in form["data_schema"].schema.items() if key == "exceptions")
    return {option["value"]: option["label"] for option in selector.config["options"]}


def _asked(flavour: Flavour, of_air_conditioners: tuple[str, int], **members: Any) -> dict[str, Any]:
    """Return what the form holds: about air conditioners it asks nothing where the API has none."""
    advanced = members.pop("advanced", {})
    if "SwitchAirConditioner" not in flavour.has:
        return {**members, "advanced": advanced}
    control, lead = of_air_conditioners
    return {**members, "ac_control": control, "advanced": {"ac_lead": lead, **advanced}}


async def test_an_account_that_nobody_asked_about_has_the_options_that_hold(
    hass: HomeAssistant, flavour: Flavour, loaded: MockConfigEntry
) -> None:
    usual = _asked(flavour, ("on_off", 5), interval=60, detail="full", exceptions=[])
    form = await opened(hass, loaded)

    assert answer(form) == usual
    await submit(hass, form)
    advanced = usual.pop("advanced")
    assert loaded.options == {**usual, **advanced, "routes": {}}


async def test_what_is_chosen_is_stored_and_shown_again(
    hass: HomeAssistant, flavour: Flavour, loaded: MockConfigEntry
) -> None:
    chosen = _asked(
        flavour,
        ("full", 10),
        interval=120,
        detail="summary",
        exceptions=["home"],
        advanced={"routes": NOTIFICATIONS},
    )
    await choose(hass, loaded, **chosen)

    assert loaded.state is ConfigEntryState.LOADED
    assert answer(await opened(hass, loaded)) == chosen


async def test_the_chosen_interval_is_kept(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await choose(hass, loaded, interval=180)
    await cloud.requests()

    for _ in range(2):
        await refresh()
    assert "listDevices" not in await cloud.requests()
    await refresh()
    assert (await cloud.requests())["listDevices"] == 1


@pytest.mark.parametrize("interval", [59, 901])
async def test_an_interval_out_of_bounds_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, interval: int
) -> None:
    form = await opened(hass, loaded)
    with pytest.raises(InvalidData):
        await submit(hass, form, interval=interval)


@needs("SwitchAirConditioner")
@pytest.mark.parametrize("lead", [4, 61])
async def test_a_time_ahead_of_a_command_that_is_out_of_bounds_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, lead: int
) -> None:
    form = await opened(hass, loaded)
    with pytest.raises(InvalidData):
        await submit(hass, form, advanced={"ac_lead": lead})


async def test_a_changed_path_is_used_at_once_and_can_be_taken_back(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    await cloud.requests()
    await choose(hass, loaded, advanced={"routes": NOTIFICATIONS})
    assert "listLatestNotifications" in await cloud.requests()

    result = await submit(hass, await opened(hass, loaded), advanced={"routes": {}})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert "listNotifications" in await cloud.requests()


@pytest.mark.parametrize(
    ("routes", "reason"),
    [
        ({"listUnits": "GET /v1/units"}, "There is no operation 'listUnits'"),
        ({"listDevices": "FETCH /v1/devices"}, "listDevices: 'FETCH /v1/devices' is not a route"),
        ({"getDevice": "GET /v1/devices"}, "needs the placeholders of '/v1/devices/{id}'"),
        (["listDevices"], "Write each on a line of its own"),
        ({"listDevices": 7}, "Write each on a line of its own"),
        ("listDevices GET /v1/devices", "Write each on a line of its own"),
    ],
)
async def test_a_path_that_cannot_work_is_explained_and_nothing_typed_is_lost(
    hass: HomeAssistant, flavour: Flavour, loaded: MockConfigEntry, routes: Any, reason: str
) -> None:
    before = dict(loaded.options)
    typed = _asked(flavour, ("full", 7), interval=90, detail="full", exceptions=["home"], advanced={"routes": routes})

    form = await submit(hass, await opened(hass, loaded), **typed)

    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"base": "invalid_route"}
    assert form["description_placeholders"]
    assert reason in form["description_placeholders"]["reason"]
    assert answer(form) == typed
    assert loaded.options == before
    advanced = next(field for key, field in form["data_schema"].schema.items() if key == "advanced")  # type: ignore[union-attr]
    assert advanced.options == {"collapsed": False}

    accepted = await submit(hass, form, advanced={"routes": NOTIFICATIONS})
    assert accepted["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options[CONF_ROUTES] == NOTIFICATIONS


async def test_a_path_that_keeps_the_account_from_loading_can_be_mended_here(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={CONF_ROUTES: {"getDevice": "GET /v1/devices"}})
    assert not await hass.config_entries.async_setup(entry.entry_id)

    form = await opened(hass, entry)
    assert answer(form)["advanced"]["routes"] == {"getDevice": "GET /v1/devices"}
    await submit(hass, form, advanced={"routes": {}})

    assert entry.state is ConfigEntryState.LOADED


@lives_in(HOUSES, ids=["fleet"])
async def test_properties_are_chosen_by_the_names_that_the_user_sees(
    hass: HomeAssistant, world: World, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    world.properties["property-0001"].name = "House 0"
    world.properties["property-0002"].name = ""
    world.changed()
    await hass.config_entries.async_reload(loaded.entry_id)
    registry = dr.async_get(hass)
    house = registry.async_get_device_by_identifier((DOMAIN, "layla:property:property-0003"), loaded.entry_id)
    assert house
    registry.async_update_device(house.id, name_by_user="a barn")

    labels = _labels(await opened(hass, loaded))

    assert labels == {
        "property-0003": "a barn",
        "property-0000": "House 0 (property-0000)",
        "property-0001": "House 0 (property-0001)",
        "property-0002": "Property property-0002",
    }
    assert list(labels.values()) == sorted(labels.values(), key=str.casefold)


@lives_in(HOUSES, ids=["fleet"])
async def test_a_choice_for_a_property_that_is_not_there_stays(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(loaded, options={"detail": "full", "exceptions": ["attic", "property-0001"]})

    form = await opened(hass, loaded)
    assert _labels(form)["attic"] == "attic"
    await submit(hass, form, interval=90)

    assert loaded.options["exceptions"] == ["attic", "property-0001"]


@lives_in(HOUSES, ids=["fleet"])
async def test_levels_that_do_not_fit_are_refused_with_the_numbers(
    hass: HomeAssistant, flavour: Flavour, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    await choose(hass, loaded, detail="summary")
    # Each property has two units, and those of property-0000 and property-0001 have an air conditioner among them.
    wanted = flavour.entities.of(properties=4, units=6, with_ac=1, saving=2)
    most = wanted - flavour.entities.per_unit
    monkeypatch.setattr("homeassistant.helpers.entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", most)

    form = await submit(hass, await opened(hass, loaded), detail="full", exceptions=["property-0001"])

    assert form["errors"] == {"detail": "too_many_entities"}
    assert form["description_placeholders"] == {
        "entities": str(wanted),
        "full": str(flavour.entities.of(properties=4, units=8, with_ac=2)),
        "summary": str(flavour.entities.of(properties=4, units=0, with_ac=0, saving=2)),
        "limit": str(most),
        "reason": "",
    }
    assert answer(form)["exceptions"] == ["property-0001"]
    result = await submit(hass, form, exceptions=["property-0001", "property-0002"])
    assert result["type"] is FlowResultType.CREATE_ENTRY


@lives_in(HOUSES, ids=["fleet"])
async def test_an_account_that_is_too_large_already_can_change_its_other_options(
    hass: HomeAssistant, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeassistant.helpers.entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", 50)

    await choose(hass, loaded, interval=300)
    assert loaded.options["interval"] == 300


@lives_in(HOUSES, ids=["fleet"])
async def test_summaries_are_never_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeassistant.helpers.entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", 10)

    await choose(hass, loaded, detail="summary")
    assert loaded.options["detail"] == "summary"
