"""Units and properties that the cloud no longer lists: unavailable at once, removed after a day of complete replies."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.layla.cloud.removal import LONGEST_STEP, REMOVE_AFTER, Count, is_incomplete
from custom_components.layla.const import DOMAIN
from simulator import World

from .cloud import Cloud
from .conftest import Refresh, lives_in
from .test_entities import state_of

FILE: Final = "layla.missing.01LAYLA"
GONE: Final = "sensor.room_5_temperature"

six_units = lives_in(partial(World.fleet, devices=6, properties=1), ids=["6 units"])
eight_units = lives_in(partial(World.fleet, devices=8, properties=1), ids=["8 units"])

type Wait = Callable[[float], Awaitable[None]]


@pytest.fixture
def wait(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Wait:
    """Let hours pass, with a refresh every half hour: longer steps are not counted in full."""

    async def _wait(hours: float) -> None:
        for _ in range(int(hours * 2)):
            freezer.tick(timedelta(minutes=30))
            async_fire_time_changed(hass)
            await hass.async_block_till_done(wait_background_tasks=True)

    return _wait


def device(hass: HomeAssistant, entry: MockConfigEntry, kind: str, item: str) -> dr.DeviceEntry | None:
    """Look a property or a unit up in the device registry."""
    return dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"layla:{kind}:{item}"), entry.entry_id)


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return the repair issue of missing units."""
    return ir.async_get(hass).async_get_issue(DOMAIN, "units_missing_01LAYLA")


def entity_ids(hass: HomeAssistant) -> dict[str, str]:
    """Return the entity ids of the unit that goes and comes in these tests, by unique id."""
    return {
        entity.unique_id: entity.entity_id
        for entity in er.async_get(hass).entities.values()
        if entity.unique_id.startswith("layla:unit:unit-00005:")
    }


@six_units
async def test_a_unit_goes_after_a_day_of_complete_replies_without_it_and_not_before(
    hass: HomeAssistant,
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
    wait: Wait,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await cloud.control("DELETE", "devices/unit-00005")
    await refresh()
    assert state_of(hass, GONE) == STATE_UNAVAILABLE
    assert issue(hass) is None

    await wait(23.5)
    assert device(hass, loaded, "unit", "unit-00005")

    await wait(0.5)
    assert device(hass, loaded, "unit", "unit-00005") is None
    assert hass.states.get(GONE) is None
    assert entity_ids(hass) == {}
    assert state_of(hass, "sensor.room_4_temperature") != STATE_UNAVAILABLE
    assert issue(hass) is None
    told = [record.getMessage() for record in caplog.records if "no longer lists" in record.getMessage()]
    assert told == ["Removed 1 units and 0 properties that LaylaElectric no longer lists"]


@six_units
async def test_a_unit_that_comes_back_after_it_was_removed_keeps_its_entity_ids(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, wait: Wait
) -> None:
    er.async_get(hass).async_update_entity(GONE, new_entity_id="sensor.my_own")
    await hass.async_block_till_done()
    before = entity_ids(hass)
    assert "sensor.my_own" in before.values()

    await cloud.control("DELETE", "devices/unit-00005")
    await refresh()
    await wait(24)
    assert entity_ids(hass) == {}

    await cloud.control("POST", "devices", property_id="property-0000", id="unit-00005", name="Room 5")
    await refresh()
    # The unit of the simulator has other alarms than before; what both have must be the same.
    after = entity_ids(hass)
    assert {key: before[key] for key in after.keys() & before.keys()} == {
        key: after[key] for key in after.keys() & before.keys()
    }
    assert float(state_of(hass, "sensor.my_own"))


@six_units
async def test_a_unit_that_comes_back_in_time_is_forgotten(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, wait: Wait
) -> None:
    await cloud.control("DELETE", "devices/unit-00005")
    await refresh()
    await wait(23)
    await cloud.control("POST", "devices", property_id="property-0000", id="unit-00005", name="Room 5")
    await refresh()
    assert float(state_of(hass, GONE))

    await cloud.control("DELETE", "devices/unit-00005")
    await refresh()
    await wait(23)
    assert device(hass, loaded, "unit", "unit-00005")


@eight_units
async def test_a_reply_that_misses_a_quarter_removes_nothing_and_raises_an_issue(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, wait: Wait
) -> None:
    for unit in ("unit-00006", "unit-00007"):
        await cloud.control("DELETE", f"devices/{unit}")
    await refresh()

    found = issue(hass)
    assert found
    assert found.is_fixable
    assert found.severity is ir.IssueSeverity.WARNING
    assert found.translation_placeholders == {"missing": "2", "registered": "8"}

    await wait(30)
    assert device(hass, loaded, "unit", "unit-00006")
    assert device(hass, loaded, "unit", "unit-00007")

    await cloud.control("POST", "devices", property_id="property-0000", id="unit-00007", name="Room 7")
    await refresh()
    assert issue(hass) is None
    await wait(23)
    assert device(hass, loaded, "unit", "unit-00006"), "the incomplete replies are no evidence"
    await wait(1.5)
    assert device(hass, loaded, "unit", "unit-00006") is None


@six_units
async def test_an_empty_reply_removes_nothing_and_raises_an_issue_until_the_units_are_listed_again(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, wait: Wait
) -> None:
    await cloud.fault("listDevices", "empty_list")
    await refresh()
    assert state_of(hass, GONE) == STATE_UNAVAILABLE
    found = issue(hass)
    assert found
    assert found.translation_placeholders == {"missing": "6", "registered": "6"}
    await wait(30)
    assert device(hass, loaded, "unit", "unit-00005")

    await cloud.heal()
    await refresh()
    assert issue(hass) is None
    assert float(state_of(hass, GONE))


@six_units
async def test_an_outage_is_no_evidence(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
    wait: Wait,
) -> None:
    await cloud.control("DELETE", "devices/unit-00005")
    await refresh()
    await cloud.fault("listDevices", "status", status=503)
    await wait(30)
    await cloud.heal()
    await wait(22)

    assert device(hass, loaded, "unit", "unit-00005")


@six_units
async def test_the_time_goes_on_after_a_restart_and_does_not_pass_while_home_assistant_is_off(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
    wait: Wait,
) -> None:
    await cloud.control("DELETE", "devices/unit-00005")
    await refresh()
    await wait(20)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    freezer.tick(timedelta(hours=10))
    assert await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()

    await wait(3.5)
    assert device(hass, loaded, "unit", "unit-00005")
    await wait(0.5)
    assert device(hass, loaded, "unit", "unit-00005") is None


@six_units
async def test_a_unit_that_went_while_home_assistant_was_off_is_missing_too(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, wait: Wait
) -> None:
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await cloud.control("DELETE", "devices/unit-00005")
    assert await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()

    await wait(23.5)
    assert device(hass, loaded, "unit", "unit-00005")
    await wait(0.5)
    assert device(hass, loaded, "unit", "unit-00005") is None


@six_units
async def test_the_times_are_on_disk_while_home_assistant_runs(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
    wait: Wait,
) -> None:
    await cloud.control("DELETE", "devices/unit-00005")
    await refresh()
    await wait(10)
    await refresh()

    stored = hass_storage[FILE]["data"]
    assert stored["property"] == {}
    assert stored["unit"].keys() == {"unit-00005"}
    assert 9.5 * 3600 <= stored["unit"]["unit-00005"] <= 10.1 * 3600

    await cloud.control("POST", "devices", property_id="property-0000", id="unit-00005", name="Room 5")
    await refresh()
    await refresh()
    assert hass_storage[FILE]["data"] == {"unit": {}, "property": {}}


@six_units
async def test_while_nothing_is_missing_nothing_is_written(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
    wait: Wait,
) -> None:
    await wait(2)
    await cloud.control("POST", "devices", property_id="property-0000", id="unit-00009", name="Room 9")
    await refresh()
    await refresh()
    await hass.config_entries.async_reload(loaded.entry_id)

    assert FILE not in hass_storage


@six_units
async def test_while_a_unit_is_missing_its_time_is_written_four_times_an_hour_at_most(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
) -> None:
    await cloud.control("DELETE", "devices/unit-00005")
    written: set[float] = set()
    for _ in range(60):
        await refresh()
        if FILE in hass_storage:
            written |= set(hass_storage[FILE]["data"]["unit"].values())

    assert 3 <= len(written) <= 5


@six_units
@pytest.mark.parametrize("when", ["missing", "removed"])
async def test_nothing_is_left_of_an_account_that_is_deleted(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: Cloud,
    loaded: MockConfigEntry,
    refresh: Refresh,
    wait: Wait,
    when: str,
) -> None:
    for unit in ("unit-00004", "unit-00005") if when == "missing" else ("unit-00005",):
        await cloud.control("DELETE", f"devices/{unit}")
    await refresh()
    await wait(1 if when == "missing" else 24)
    assert await hass.config_entries.async_remove(loaded.entry_id)
    await wait(1)

    assert FILE not in hass_storage
    assert issue(hass) is None


@six_units
async def test_removing_a_missing_unit_by_hand_works_at_once_and_takes_the_issue_along(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client(hass)
    for unit in ("unit-00004", "unit-00005"):
        await cloud.control("DELETE", f"devices/{unit}")
    await refresh()
    assert issue(hass)
    found = device(hass, loaded, "unit", "unit-00005")
    assert found

    assert (await client.remove_device(found.id))["success"]
    assert issue(hass) is None, "one of five is no more than a fifth"
    assert device(hass, loaded, "unit", "unit-00005") is None
    assert device(hass, loaded, "unit", "unit-00004")
    await refresh()
    assert issue(hass) is None

    await cloud.control("POST", "devices", property_id="property-0000", id="unit-00005", name="Room 5")
    await refresh()
    assert float(state_of(hass, GONE)), "it comes back without a reload"


@six_units
async def test_unloading_the_account_takes_the_issue_back(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    await cloud.fault("listDevices", "empty_list")
    await refresh()
    assert issue(hass)

    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED
    assert issue(hass) is None

    assert await hass.config_entries.async_setup(loaded.entry_id)
    assert issue(hass), "it is raised again by the next reply that lacks as much"


@lives_in(partial(World.fleet, devices=12, properties=6), ids=["6 properties"])
async def test_a_property_goes_by_the_same_rule_and_not_before_its_units(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, wait: Wait
) -> None:
    await cloud.control("DELETE", "properties/property-0005")
    await refresh()
    assert issue(hass) is None, "two of twelve are no more than a fifth"
    await wait(24)
    assert device(hass, loaded, "unit", "unit-00005") is None
    assert device(hass, loaded, "property", "property-0005"), "the properties are read less often"

    await wait(0.5)
    assert device(hass, loaded, "property", "property-0005") is None
    assert device(hass, loaded, "property", "property-0004")


async def test_a_property_that_is_no_longer_listed_stays_with_its_units(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, wait: Wait
) -> None:
    await cloud.control("POST", "properties", id="barn", name="Barn", timezone="Europe/Berlin")
    await cloud.payload("unit", property_id="barn")
    await refresh()
    await cloud.control("DELETE", "properties/barn")
    await wait(30)

    assert device(hass, loaded, "property", "barn"), "its unit is there"
    assert device(hass, loaded, "property", "home")

    await cloud.payload("unit")
    await refresh()
    assert device(hass, loaded, "property", "barn") is None, "it was missing for a day, and is empty now"


async def test_an_empty_reply_removes_no_property_that_was_missing_for_a_day(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, wait: Wait
) -> None:
    await cloud.control("POST", "properties", id="barn", name="Barn", timezone="Europe/Berlin")
    await cloud.payload("unit", property_id="barn")
    await refresh()
    await cloud.control("DELETE", "properties/barn")
    await wait(30)
    unit, home = device(hass, loaded, "unit", "unit"), device(hass, loaded, "property", "home")
    assert unit
    assert home
    dr.async_get(hass).async_update_device(unit.id, via_device_id=home.id)
    await cloud.fault("listDevices", "empty_list")
    await refresh()

    assert device(hass, loaded, "property", "barn")


async def test_a_list_of_properties_that_cannot_be_read_removes_none(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, wait: Wait
) -> None:
    await cloud.control("POST", "properties", id="barn", name="Barn", timezone="Europe/Berlin")
    await wait(1)
    assert device(hass, loaded, "property", "barn")
    await cloud.fault("listProperties", "status", status=403)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await wait(30)

    assert device(hass, loaded, "property", "barn")


_NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_units = st.frozensets(st.sampled_from("abc"))
_steps = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3))
_replies = st.lists(st.tuples(_units, _steps, st.booleans()), max_size=80)


@given(_replies)
def test_counted_are_those_that_are_missing_and_none_for_longer_than_they_can_have_been(replies: list[Any]) -> None:
    count, now = Count(), _NOW
    complete_in_a_row: dict[str, timedelta] = {}
    for missing, step, complete in replies:
        now += step
        count = count.after(missing, now, complete=complete)
        complete_in_a_row = {
            unit: complete_in_a_row.get(unit, -LONGEST_STEP) + (LONGEST_STEP if complete else timedelta())
            for unit in missing
        }
        assert count.missing.keys() == missing
        for unit, length in count.missing.items():
            assert timedelta() <= length <= max(now - _NOW, timedelta())
            assert length <= max(complete_in_a_row[unit] + LONGEST_STEP, timedelta())
        assert count.due == {unit for unit, length in count.missing.items() if length >= REMOVE_AFTER}


@given(st.lists(st.tuples(_units, _steps), min_size=1, max_size=30))
def test_replies_that_are_incomplete_remove_nothing_ever(replies: list[Any]) -> None:
    count, now = Count({}, _NOW), _NOW
    for missing, step in replies:
        now += step
        count = count.after(missing, now, complete=False)

    assert not count.due
    assert not count.longest


@given(st.integers(min_value=1, max_value=10_000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_more_than_a_fifth_is_incomplete(counts: tuple[int, int]) -> None:
    registered, missing = counts
    assert is_incomplete(registered, missing) == (missing / registered > 0.2)
    assert is_incomplete(registered, registered)
    assert not is_incomplete(0, 0)
