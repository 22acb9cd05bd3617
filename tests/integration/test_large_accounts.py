"""Large accounts: summaries, an estimate that is right to the one, and a word before the limit."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.const import CONF_DETAIL, CONF_EXCEPTIONS, DOMAIN
from custom_components.layla.detail.estimate import estimate
from custom_components.layla.detail.levels import Level, Levels
from custom_components.layla.platforms import DESCRIBING
from simulator import World

from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import Entities, Flavour, once
from .options import choose
from .test_entities import state_of

SUMMARY: dict[str, Any] = {CONF_DETAIL: "summary", CONF_EXCEPTIONS: []}
FULL: dict[str, Any] = {CONF_DETAIL: "full", CONF_EXCEPTIONS: []}
HOUSES = partial(World.fleet, devices=12, properties=4)


def _all(each: Entities) -> int:
    """Return how many enabled entities the houses have; every fifth of their units drives an air conditioner."""
    return each.of(properties=4, units=12, with_ac=3)


# Of Home Assistant, for the houses: as low as brings the warning, one more, a little above all that they have, and
# too low for the three units of one house.
LIMITS: Mapping[str, Callable[[Entities], int]] = {
    "near": lambda each: _all(each) * 10 // 9,
    "far": lambda each: _all(each) * 10 // 9 + 1,
    "tight": lambda each: _all(each) + 10,
    "exceeded": lambda each: _all(each) - 3 * each.per_unit + 10,
}


def _entities(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, er.RegistryEntry]:
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {entity.unique_id: entity for entity in found}


def _enabled(hass: HomeAssistant, entry: MockConfigEntry) -> int:
    return sum(not entity.disabled for entity in _entities(hass, entry).values())


def _items(hass: HomeAssistant, entry: MockConfigEntry, kind: str = "unit") -> set[str]:
    prefix = f"layla:{kind}:"
    return {
        name.removeprefix(prefix)
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        for _, name in device.identifiers
        if name.startswith(prefix)
    }


def _units_of(world: World, *properties: str) -> set[str]:
    return {device.id for item in properties for device in world.devices_of(item)}


def _estimated(hass: HomeAssistant, entry: MockConfigEntry, default: Level, exceptions: Iterable[str] = ()) -> int:
    coordinator = entry.runtime_data
    units = coordinator.data.devices.values()
    found = estimate(hass, entry, DESCRIBING, coordinator.homes.values(), units)
    return found.total(Levels(default, frozenset(exceptions)))


def _issue(hass: HomeAssistant, entry: MockConfigEntry, kind: str) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{kind}_entity_limit_{entry.entry_id}")


@pytest.fixture
def limited(request: pytest.FixtureRequest, flavour: Flavour, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let Home Assistant take fewer entities of an account; asked for before `loaded`."""
    most = LIMITS[request.param](flavour.entities)
    monkeypatch.setattr("homeassistant.helpers.entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", most)
    return most


def takes(limit: str) -> pytest.MarkDecorator:
    """Run a test with a smaller limit of Home Assistant."""
    return pytest.mark.parametrize("limited", [limit], indirect=True)


@once
@lives_in(partial(World.fleet, devices=2000, properties=300), ids=["2,000 units in 300 properties"])
async def test_a_large_account_begins_with_summaries_and_can_show_some_properties_in_full(
    hass: HomeAssistant, cloud: Cloud, world: World, flavour: Flavour, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    of_properties = flavour.entities.of(properties=300, units=0, with_ac=0, saving=60)
    assert loaded.state is ConfigEntryState.LOADED
    assert len(loaded.runtime_data.data.devices) == 2000
    assert len(_items(hass, loaded, "property")) == 300
    assert _items(hass, loaded) == set()
    assert _enabled(hass, loaded) == _estimated(hass, loaded, Level.SUMMARY) == of_properties
    assert _estimated(hass, loaded, Level.FULL) > 10_000

    await cloud.requests()
    await refresh()
    assert await cloud.requests() == {"listDevices": 1, "listNotifications": 1}

    chosen = ["property-0007", "property-0150", "property-0299"]
    estimated = _estimated(hass, loaded, Level.SUMMARY, chosen)
    await choose(hass, loaded, exceptions=chosen)
    assert _items(hass, loaded) == _units_of(world, *chosen)
    assert _enabled(hass, loaded) == estimated > of_properties


@lives_in(World.tiny, World.demo, HOUSES, ids=["tiny", "demo", "fleet"])
async def test_the_estimate_is_right_to_the_one(hass: HomeAssistant, world: World, loaded: MockConfigEntry) -> None:
    every = [*world.properties]
    for choice in (SUMMARY, FULL, SUMMARY | {CONF_EXCEPTIONS: every[:1]}, FULL | {CONF_EXCEPTIONS: every[-1:]}):
        estimated = _estimated(hass, loaded, Level(choice[CONF_DETAIL]), choice[CONF_EXCEPTIONS])
        await choose(hass, loaded, **choice)
        assert _enabled(hass, loaded) == estimated, choice
        assert loaded.runtime_data.fit.wanted == estimated


@lives_in(HOUSES, ids=["fleet"])
async def test_the_estimate_knows_what_the_user_disabled_and_enabled(
    hass: HomeAssistant, world: World, loaded: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    usual = _enabled(hass, loaded)
    entities = _entities(hass, loaded)
    first, second = (device.id for device in world.devices_of("property-0000")[:2])
    for key in ("noise", "temperature"):
        registry.async_update_entity(
            entities[f"layla:unit:{first}:{key}"].entity_id, disabled_by=er.RegistryEntryDisabler.USER
        )
    registry.async_update_entity(entities[f"layla:unit:{first}:last_seen"].entity_id, disabled_by=None)
    assert _estimated(hass, loaded, Level.FULL) == _enabled(hass, loaded) == usual - 1

    await choose(hass, loaded, **SUMMARY)
    assert _estimated(hass, loaded, Level.FULL) == usual - 1
    await choose(hass, loaded, **FULL)
    assert _enabled(hass, loaded) == usual - 1

    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"layla:unit:{second}"), loaded.entry_id)
    assert device
    before = _enabled(hass, loaded)
    dr.async_get(hass).async_update_device(device.id, disabled_by=dr.DeviceEntryDisabler.USER)
    await hass.async_block_till_done()
    assert _estimated(hass, loaded, Level.FULL) == _enabled(hass, loaded) < before


@lives_in(HOUSES, ids=["fleet"])
async def test_the_estimate_knows_that_new_entities_are_to_be_disabled(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options=SUMMARY, pref_disable_new_entities=True)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert _enabled(hass, entry) == _estimated(hass, entry, Level.FULL) == 0
    await choose(hass, entry, **FULL)
    assert _enabled(hass, entry) == 0


@lives_in(HOUSES, ids=["fleet"])
async def test_switching_a_property_to_full_and_back_leaves_nothing_behind(
    hass: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options=SUMMARY)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    entities, properties = _entities(hass, entry).keys(), _items(hass, entry, "property")
    assert _items(hass, entry) == set()

    await choose(hass, entry, exceptions=["property-0002"])
    assert _items(hass, entry) == _units_of(world, "property-0002")
    assert _entities(hass, entry).keys() > entities
    await choose(hass, entry, exceptions=[])

    assert _items(hass, entry) == set()
    assert _items(hass, entry, "property") == properties
    assert _entities(hass, entry).keys() == entities
    ours = {entity.entity_id for entity in _entities(hass, entry).values() if not entity.disabled}
    assert {state.entity_id for state in hass.states.async_all()} == ours


@lives_in(HOUSES, ids=["fleet"])
async def test_what_the_user_made_of_a_unit_is_there_again_when_it_is_shown_in_full_again(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    noise = _entities(hass, loaded)["layla:unit:unit-00000:noise"]
    registry.async_update_entity(noise.entity_id, new_entity_id="sensor.loud", name="How loud")
    await hass.async_block_till_done()
    ids = {unique_id: entity.entity_id for unique_id, entity in _entities(hass, loaded).items()}

    await choose(hass, loaded, **SUMMARY)
    assert hass.states.get("sensor.loud") is None
    await choose(hass, loaded, **FULL)

    assert {unique_id: entity.entity_id for unique_id, entity in _entities(hass, loaded).items()} == ids
    assert _entities(hass, loaded)["layla:unit:unit-00000:noise"].name == "How loud"
    assert float(state_of(hass, "sensor.loud"))


@lives_in(HOUSES, ids=["fleet"])
async def test_a_unit_that_the_cloud_lost_goes_with_the_others_of_its_property(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.control("DELETE", "devices/unit-00000")
    await refresh()
    assert "unit-00000" in _items(hass, loaded)
    estimated = _estimated(hass, loaded, Level.FULL, ["property-0000"])

    await choose(hass, loaded, exceptions=["property-0000"])

    assert "unit-00000" not in _items(hass, loaded)
    assert _enabled(hass, loaded) == estimated


@lives_in(HOUSES, ids=["fleet"])
async def test_a_unit_that_moves_to_a_property_that_is_a_summary_goes_and_comes_back_whole(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await choose(hass, loaded, exceptions=["property-0001"])
    before = {unique_id for unique_id in _entities(hass, loaded) if unique_id.startswith("layla:unit:unit-00000:")}

    await cloud.change("unit-00000", property_id="property-0001")
    await refresh()
    assert "unit-00000" not in _items(hass, loaded)
    assert not any(unique_id.startswith("layla:unit:unit-00000:") for unique_id in _entities(hass, loaded))

    await cloud.change("unit-00000", property_id="property-0000")
    await refresh()
    assert before <= _entities(hass, loaded).keys()
    assert float(state_of(hass, "sensor.house_0_room_0_noise"))


@lives_in(partial(World.fleet, devices=51, properties=51), ids=["51 properties"])
async def test_the_level_that_an_account_began_with_stays_when_properties_go(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry
) -> None:
    assert loaded.options.items() >= SUMMARY.items()
    for number in (49, 50):
        await cloud.control("DELETE", f"properties/property-{number:04}")
    await cloud.requests()
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()

    assert len(loaded.runtime_data.data.properties) == 49
    assert loaded.options.items() >= SUMMARY.items()
    assert _items(hass, loaded) == set()
    assert (await cloud.requests())["listDevices"] == 1


@lives_in(partial(World.fleet, devices=50, properties=50), ids=["50 properties"])
async def test_fifty_properties_begin_in_full(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    assert loaded.options.items() >= FULL.items()
    assert len(_items(hass, loaded)) == 50


@lives_in(HOUSES, ids=["fleet"])
@takes("near")
async def test_a_repair_issue_speaks_before_the_limit_and_goes_by_itself(
    hass: HomeAssistant, cloud: Cloud, flavour: Flavour, limited: int, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    everything = _all(flavour.entities)
    assert _enabled(hass, loaded) == everything
    issue = _issue(hass, loaded, "near")
    assert issue
    assert issue.severity is ir.IssueSeverity.WARNING
    assert issue.translation_placeholders
    told = issue.translation_placeholders
    assert (told["entities"], told["limit"]) == (str(everything), str(limited))
    assert _issue(hass, loaded, "over") is None

    registry = er.async_get(hass)
    noise = _entities(hass, loaded)["layla:unit:unit-00000:noise"].entity_id
    registry.async_update_entity(noise, disabled_by=er.RegistryEntryDisabler.USER)
    await refresh()
    assert _issue(hass, loaded, "near") is None


@lives_in(HOUSES, ids=["fleet"])
@takes("far")
async def test_below_nine_tenths_of_the_limit_nothing_is_said(
    hass: HomeAssistant, flavour: Flavour, limited: int, loaded: MockConfigEntry
) -> None:
    assert _enabled(hass, loaded) == _all(flavour.entities)
    assert _issue(hass, loaded, "near") is None
    assert _issue(hass, loaded, "over") is None


@lives_in(HOUSES, ids=["fleet"])
@takes("exceeded")
async def test_properties_that_do_not_fit_stay_summaries_and_the_issue_says_so(
    hass: HomeAssistant,
    world: World,
    flavour: Flavour,
    limited: int,
    loaded: MockConfigEntry,
    refresh: Refresh,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fits = _units_of(world, "property-0000", "property-0001", "property-0002")
    assert _items(hass, loaded) == fits
    everything = _all(flavour.entities)
    assert _enabled(hass, loaded) == everything - 3 * flavour.entities.per_unit <= limited
    issue = _issue(hass, loaded, "over")
    assert issue
    assert issue.severity is ir.IssueSeverity.ERROR
    assert issue.translation_placeholders == {
        "title": "LaylaElectric",
        "entities": str(everything),
        "limit": str(limited),
        "left_out": "1",
    }
    assert "maximum" not in caplog.text
    assert state_of(hass, "binary_sensor.house_3_any_alarm") == "off"

    await refresh()
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert _items(hass, loaded) == fits

    await choose(hass, loaded, exceptions=["property-0000"])
    assert _items(hass, loaded) == _units_of(world, "property-0001", "property-0002", "property-0003")
    assert _issue(hass, loaded, "over") is None
    assert _issue(hass, loaded, "near")


@lives_in(HOUSES, ids=["fleet"])
@takes("tight")
async def test_what_is_shown_keeps_its_place_when_new_units_come(
    hass: HomeAssistant, cloud: Cloud, limited: int, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    shown = _items(hass, loaded)
    assert _issue(hass, loaded, "near")
    # Sorted by id it would come first.
    await cloud.control("POST", "properties", id="barn", name="Barn", timezone="Europe/Berlin")
    await cloud.control("POST", "devices", property_id="barn", id="loft", name="Loft")
    await cloud.control("POST", "devices", property_id="property-0000", id="attic", name="Attic")
    await refresh()

    assert _items(hass, loaded) == shown
    assert state_of(hass, "binary_sensor.barn_any_alarm") == "off"
    issue = _issue(hass, loaded, "over")
    assert issue
    assert issue.translation_placeholders
    assert issue.translation_placeholders["left_out"] == "2"
    assert _issue(hass, loaded, "near") is None

    await cloud.control("DELETE", "properties/barn")
    await cloud.control("DELETE", "devices/attic")
    for _ in range(16):
        await refresh()
    assert _issue(hass, loaded, "over") is None
    assert _issue(hass, loaded, "near")


@lives_in(HOUSES, ids=["fleet"])
@takes("near")
async def test_the_repair_issue_goes_with_the_account(
    hass: HomeAssistant, limited: int, loaded: MockConfigEntry
) -> None:
    assert _issue(hass, loaded, "near")
    await hass.config_entries.async_remove(loaded.entry_id)
    assert _issue(hass, loaded, "near") is None


async def test_units_without_a_property_have_the_level_of_all(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.payload("unit", property_id=None)
    await refresh()
    assert _items(hass, loaded) == {"unit"}

    await choose(hass, loaded, **SUMMARY)
    assert _items(hass, loaded) == set()


@lives_in(partial(World.fleet, devices=60, properties=60), ids=["60 properties"])
async def test_a_list_of_properties_that_is_cut_off_removes_no_summary(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, freezer: FrozenDateTimeFactory
) -> None:
    assert loaded.options.items() >= SUMMARY.items()
    properties = _items(hass, loaded, "property")
    for number in range(5, 60):
        await cloud.control("DELETE", f"properties/property-{number:04}")

    for _ in range(26 * 3):
        freezer.tick(timedelta(minutes=20))
        await refresh()

    assert _items(hass, loaded, "property") == properties
