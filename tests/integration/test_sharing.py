"""Two accounts that see the same home: each unit is shown once, by whoever showed it first."""

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.const import CONF_ACCOUNT_ID, CONF_NAMES, DOMAIN

from .cloud import Cloud
from .conftest import Refresh
from .flavours import Flavour
from .test_entities import TEMPERATURE, state_of


@pytest.fixture
async def manager(hass: HomeAssistant, cloud: Cloud, flavour: Flavour, loaded: MockConfigEntry) -> MockConfigEntry:
    """Set up a second account that can reach the first one's home."""
    account_id = "127.0.0.1:manager"
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Manager",
        unique_id=account_id,
        data={
            **await flavour.data(hass, cloud, "manager"),
            CONF_ACCOUNT_ID: account_id,
            CONF_NAMES: [account_id],
        },
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def _units(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    return {
        identifier
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        for _, identifier in device.identifiers
        if not identifier.startswith("layla:account:")
    }


def _issue(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"units_shown_elsewhere_{entry.entry_id}")


async def test_the_second_account_leaves_the_unit_out_and_says_so(
    hass: HomeAssistant, loaded: MockConfigEntry, manager: MockConfigEntry
) -> None:
    assert manager.state is ConfigEntryState.LOADED
    assert _units(hass, loaded) == {"layla:property:home", "layla:unit:unit"}
    assert _units(hass, manager) == set()
    issue = _issue(hass, manager)
    assert issue
    assert issue.translation_placeholders == {"count": "1", "title": "Manager"}
    assert _issue(hass, loaded) is None


async def test_a_new_unit_goes_where_its_property_is_whoever_hears_of_it_first(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, manager: MockConfigEntry
) -> None:
    await cloud.control("POST", "devices", property_id="home", id="attic", name="Attic")
    await cloud.alarm("attic", "noise_alarm")
    await manager.runtime_data.async_refresh()
    await loaded.runtime_data.async_refresh()
    await hass.async_block_till_done()

    assert _units(hass, manager) == set()
    assert "layla:unit:attic" in _units(hass, loaded)
    assert state_of(hass, "binary_sensor.tiny_home_any_alarm") == "on"


async def test_a_property_that_only_the_second_account_has_is_its_own(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, manager: MockConfigEntry
) -> None:
    await cloud.control("POST", "properties", id="barn", name="Barn", timezone="Europe/Berlin")
    await cloud.control("POST", "devices", property_id="barn", id="loft", name="Loft")
    await manager.runtime_data.async_refresh()
    await loaded.runtime_data.async_refresh()
    await hass.async_block_till_done()

    assert _units(hass, manager) == {"layla:property:barn", "layla:unit:loft"}
    assert _units(hass, loaded) == {"layla:property:home", "layla:unit:unit"}


async def test_who_shows_a_unit_does_not_depend_on_who_loads_first(
    hass: HomeAssistant, loaded: MockConfigEntry, manager: MockConfigEntry
) -> None:
    for entry in (loaded, manager):
        assert await hass.config_entries.async_unload(entry.entry_id)
    for entry in (manager, loaded):
        assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert _units(hass, manager) == set()
    assert state_of(hass, TEMPERATURE) == "24.0"


@pytest.mark.parametrize("how", ["removed", "disabled"])
async def test_when_the_first_account_goes_the_second_shows_the_unit_under_the_same_entities(
    hass: HomeAssistant, loaded: MockConfigEntry, manager: MockConfigEntry, refresh: Refresh, how: str
) -> None:
    registry = er.async_get(hass)
    before = registry.async_get_entity_id("sensor", DOMAIN, "layla:unit:unit:temperature")
    if how == "removed":
        await hass.config_entries.async_remove(loaded.entry_id)
    else:
        await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    await refresh()

    assert _units(hass, manager) == {"layla:property:home", "layla:unit:unit"}
    assert registry.async_get_entity_id("sensor", DOMAIN, "layla:unit:unit:temperature") == before
    assert state_of(hass, TEMPERATURE) == "24.0"
    assert _issue(hass, manager) is None


async def test_what_the_second_account_took_over_stays_there_when_the_first_is_enabled_again(
    hass: HomeAssistant, loaded: MockConfigEntry, manager: MockConfigEntry, refresh: Refresh
) -> None:
    await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    await refresh()
    await hass.config_entries.async_set_disabled_by(loaded.entry_id, None)
    await hass.async_block_till_done()
    for _ in range(2):
        await refresh()

    assert state_of(hass, TEMPERATURE) == "24.0"
    assert _units(hass, manager) == {"layla:property:home", "layla:unit:unit"}
    assert _units(hass, loaded) == set()
    assert _issue(hass, loaded)


@pytest.mark.parametrize("how", ["removed", "disabled"])
async def test_the_repair_issue_goes_with_the_account_that_it_is_about(
    hass: HomeAssistant, loaded: MockConfigEntry, manager: MockConfigEntry, how: str
) -> None:
    assert _issue(hass, manager)
    if how == "removed":
        await hass.config_entries.async_remove(manager.entry_id)
    else:
        await hass.config_entries.async_set_disabled_by(manager.entry_id, ConfigEntryDisabler.USER)
    await hass.async_block_till_done()

    assert _issue(hass, manager) is None
