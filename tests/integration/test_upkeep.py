"""What an owner has to see to: each issue is raised, can be mended, goes by itself, and is not left behind."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryDisabler
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.layla.const import DOMAIN
from simulator import World

from .cloud import Cloud
from .conftest import Refresh, lives_in
from .flavours import needs

DAYS = 86_400

type Fix = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def fix(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Fix:
    """Begin to mend an issue, or answer the question of a flow."""
    # Before the client: what is set up later has no place in its routes.
    for component in ("application_credentials", "websocket_api", "repairs"):
        assert await async_setup_component(hass, component, {})
    client = await hass_client()

    async def _fix(key: str = "", flow: str = "") -> dict[str, Any]:
        asked = {} if flow else {"handler": DOMAIN, "issue_id": f"{key}_01LAYLA"}
        response = await client.post(f"/api/repairs/issues/fix{flow and f'/{flow}'}", json=asked)
        assert response.ok, await response.text()
        answer: dict[str, Any] = await response.json()
        await hass.async_block_till_done()
        return answer

    return _fix


def _issue(hass: HomeAssistant, key: str) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{key}_01LAYLA")


async def _set_up(hass: HomeAssistant, entry: MockConfigEntry, **data: str) -> None:
    if hass.config_entries.async_get_entry(entry.entry_id) is None:
        entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, data={**entry.data, **data})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def test_a_policy_that_is_not_accepted_is_accepted_by_the_repair(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, refresh: Refresh, fix: Fix
) -> None:
    await cloud.control("PATCH", "profile", accepted_policy=0)
    await _set_up(hass, entry)
    issue = _issue(hass, "policy_not_accepted")
    assert issue
    assert issue.is_fixable

    await cloud.fault("updateCurrentUser", "status", status=503, times=1)
    question = await fix("policy_not_accepted")
    assert question["description_placeholders"]["title"] == "LaylaElectric"
    again = await fix(flow=question["flow_id"])
    assert again["errors"] == {"base": "not_accepted"}
    assert "Simulated fault" in again["description_placeholders"]["reason"]

    assert (await fix(flow=again["flow_id"]))["type"] == "create_entry"
    assert (await cloud.control("GET", "state"))["properties"], "the cloud is well"
    assert _issue(hass, "policy_not_accepted") is None
    await refresh()
    assert _issue(hass, "policy_not_accepted") is None, "the profile was read anew"


async def test_a_policy_cannot_be_accepted_while_the_account_is_not_loaded(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, fix: Fix
) -> None:
    await cloud.control("PATCH", "profile", accepted_policy=0)
    await _set_up(hass, entry)
    question = await fix("policy_not_accepted")
    await hass.config_entries.async_unload(entry.entry_id)

    answer = await fix(flow=question["flow_id"])
    assert (answer["type"], answer["reason"]) == ("abort", "cloud_unavailable")


@needs("token")
async def test_a_token_that_ends_within_a_week_is_replaced_through_the_repair(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, fix: Fix
) -> None:
    await _set_up(hass, entry, token=await cloud.new_token(ttl=8 * DAYS))
    assert _issue(hass, "token_expires") is None
    await hass.config_entries.async_unload(entry.entry_id)
    await _set_up(hass, entry, token=await cloud.new_token(ttl=6 * DAYS))
    issue = _issue(hass, "token_expires")
    assert issue
    assert issue.translation_placeholders == {"title": "LaylaElectric", "date": "2026-11-26"}

    question = await fix("token_expires")
    assert (await fix(flow=question["flow_id"]))["type"] == "create_entry"
    (flow,) = entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    await entry.runtime_data.async_refresh()
    assert _issue(hass, "token_expires") is None, "the user is being asked"

    await hass.config_entries.flow.async_configure(flow["flow_id"], {CONF_TOKEN: cloud.token})
    await hass.async_block_till_done()
    assert entry.data[CONF_TOKEN] == cloud.token
    assert _issue(hass, "token_expires") is None


@needs("token")
async def test_a_token_of_an_account_that_is_gone_needs_no_repair(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, fix: Fix
) -> None:
    await _set_up(hass, entry, token=await cloud.new_token(ttl=DAYS))
    question = await fix("token_expires")
    await hass.config_entries.async_remove(entry.entry_id)

    assert (await fix(flow=question["flow_id"]))["reason"] == "account_gone"
    assert _issue(hass, "token_expires") is None


@needs("connection_status")
@lives_in(partial(World.fleet, devices=13, properties=1), ids=["13 units"])
async def test_units_that_are_offline_for_a_day_are_named_up_to_ten(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    units = await cloud.device_ids()
    for unit in units[1:]:
        await cloud.change(unit, online=False)
    await cloud.change(units[1], enabled=False)
    await refresh()
    assert _issue(hass, "units_offline") is None

    freezer.tick(timedelta(days=1))
    await refresh()
    issue = _issue(hass, "units_offline")
    assert issue
    assert not issue.is_fixable
    assert issue.translation_placeholders
    assert issue.translation_placeholders["count"] == "11"
    named = issue.translation_placeholders["units"].splitlines()
    assert named[0] == "- Room 2 (House 0)"
    assert len(named) == 10

    for unit in units[1:]:
        await cloud.change(unit, online=True)
    await refresh()
    assert _issue(hass, "units_offline") is None


@pytest.mark.parametrize("style", ["x", "structured"])
async def test_a_quota_that_is_nearly_used_up_is_told_until_it_begins_anew(
    hass: HomeAssistant, cloud: Cloud, loaded: MockConfigEntry, refresh: Refresh, style: str
) -> None:
    await cloud.control("POST", "quota", limit=1000, remaining=500, seconds=300, style=style)
    await refresh()
    assert _issue(hass, "quota_nearly_used") is None

    await cloud.control("POST", "quota", limit=1000, remaining=90, seconds=300, style=style)
    await refresh()
    issue = _issue(hass, "quota_nearly_used")
    assert issue
    assert issue.translation_placeholders
    assert issue.translation_placeholders["limit"] == "1,000"
    saved = dict(issue.translation_placeholders)
    await refresh()
    assert (again := _issue(hass, "quota_nearly_used"))
    assert again.translation_placeholders == saved, "an issue is written to disk when its text changes"

    for _ in range(5):
        await refresh()
    assert _issue(hass, "quota_nearly_used") is None


@pytest.mark.parametrize("how", ["disabled", "removed"])
async def test_no_issue_is_left_of_an_account_that_goes(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, how: str
) -> None:
    await cloud.control("PATCH", "profile", accepted_policy=0)
    await cloud.control("POST", "quota", limit=1000, remaining=50)
    await _set_up(hass, entry)
    assert {issue_id for _, issue_id in ir.async_get(hass).issues} == {
        "policy_not_accepted_01LAYLA",
        "quota_nearly_used_01LAYLA",
    }

    if how == "removed":
        await hass.config_entries.async_remove(entry.entry_id)
    else:
        await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    await hass.async_block_till_done()
    assert not ir.async_get(hass).issues
