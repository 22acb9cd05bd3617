"""The repair of missing units, through the API of Home Assistant's own user interface."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.layla.const import DOMAIN
from simulator import World

from .cloud import Cloud
from .conftest import Refresh, lives_in
from .test_entities import state_of

pytestmark = lives_in(partial(World.fleet, devices=3, properties=1), ids=["3 units"])

ISSUE = "units_missing_01LAYLA"

type Fix = Callable[..., Awaitable[dict[str, Any]]]
type Issues = Callable[[], Awaitable[list[dict[str, Any]]]]


@pytest.fixture(autouse=True)
async def _repairs(hass: HomeAssistant) -> None:
    for component in ("websocket_api", "repairs"):
        assert await async_setup_component(hass, component, {})


@pytest.fixture
async def fix(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Fix:
    """Begin the repair, or answer its question."""
    client = await hass_client()

    async def _fix(flow_id: str | None = None) -> dict[str, Any]:
        if flow_id:
            response = await client.post(f"/api/repairs/issues/fix/{flow_id}", json={})
        else:
            response = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": ISSUE})
        assert response.ok, await response.text()
        answer: dict[str, Any] = await response.json()
        await hass.async_block_till_done()
        return answer

    return _fix


@pytest.fixture
async def issues(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> Issues:
    """List the issues as users see them."""
    client = await hass_ws_client(hass)

    async def _issues() -> list[dict[str, Any]]:
        await client.send_json_auto_id({"type": "repairs/list_issues"})
        listed: list[dict[str, Any]] = (await client.receive_json())["result"]["issues"]
        return [issue for issue in listed if issue["domain"] == DOMAIN]

    return _issues


def registered(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the properties and units of the entry."""
    return {
        name.removeprefix("layla:")
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        for _, name in device.identifiers
        if not name.startswith("layla:account")
    }


async def test_a_unit_that_was_taken_away_from_three_goes_once_the_user_confirms(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, fix: Fix, issues: Issues
) -> None:
    await cloud.control("DELETE", "devices/unit-00002")
    await refresh()
    (issue,) = await issues()
    assert issue["is_fixable"]
    assert issue["translation_key"] == "units_missing"

    question = await fix()
    assert (question["type"], question["step_id"]) == ("form", "confirm")
    assert question["description_placeholders"] == {"missing": "1", "registered": "3", "title": "LaylaElectric"}
    assert "unit:unit-00002" in registered(hass, loaded)

    answer = await fix(question["flow_id"])
    assert answer["type"] == "create_entry"
    assert registered(hass, loaded) == {"property:property-0000", "unit:unit-00000", "unit:unit-00001"}
    assert await issues() == []
    await refresh()
    assert await issues() == []


async def test_the_issue_goes_by_itself_when_the_unit_is_listed_again(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, issues: Issues
) -> None:
    await cloud.fault("listDevices", "empty_list")
    await refresh()
    assert len(await issues()) == 1

    await cloud.heal()
    await refresh()
    assert await issues() == []
    assert float(state_of(hass, "sensor.room_2_temperature"))


async def test_what_is_listed_again_before_the_user_confirms_stays(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, fix: Fix
) -> None:
    for unit in ("unit-00001", "unit-00002"):
        await cloud.control("DELETE", f"devices/{unit}")
    await refresh()
    question = await fix()
    await cloud.control("POST", "devices", property_id="property-0000", id="unit-00001", name="Room 1")
    await refresh()

    await fix(question["flow_id"])
    assert registered(hass, loaded) == {"property:property-0000", "unit:unit-00000", "unit:unit-00001"}


async def test_when_more_are_missing_by_the_time_of_the_answer_the_question_comes_again(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, fix: Fix
) -> None:
    await cloud.control("DELETE", "devices/unit-00002")
    await refresh()
    question = await fix()
    await cloud.fault("listDevices", "empty_list")
    await refresh()

    again = await fix(question["flow_id"])
    assert again["type"] == "form"
    assert again["description_placeholders"]["missing"] == "3"
    assert len(registered(hass, loaded)) == 4

    await fix(again["flow_id"])
    assert registered(hass, loaded) == {"property:property-0000"}, "the property is listed all the same"


async def test_a_property_that_is_left_empty_and_is_not_listed_goes_along(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, fix: Fix
) -> None:
    await cloud.control("DELETE", "properties/property-0000")
    for _ in range(16):
        await refresh()
    question = await fix()

    await fix(question["flow_id"])
    assert registered(hass, loaded) == set()


@pytest.mark.parametrize("how", ["fails", "unloaded"])
async def test_nothing_is_removed_while_nobody_can_tell_what_is_missing(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, fix: Fix, how: str
) -> None:
    await cloud.fault("listDevices", "empty_list", times=1)
    await refresh()
    question = await fix()
    if how == "fails":
        await cloud.fault("listDevices", "status", status=503)
        for _ in range(2):
            await refresh()
    else:
        assert await hass.config_entries.async_unload(loaded.entry_id)

    answer = await fix(question["flow_id"])
    assert (answer["type"], answer["reason"]) == ("abort", "cloud_unavailable")
    assert len(registered(hass, loaded)) == 4
