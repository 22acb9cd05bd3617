"""A cloud that fails while Home Assistant starts: the entry says why, and tries again by itself."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.layla.const import DOMAIN
from tests.integration.cloud import Cloud


def _state(entry: MockConfigEntry) -> ConfigEntryState:
    return entry.state


@pytest.mark.parametrize("operation", ["getCurrentUser", "listProperties", "listDevices"])
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        pytest.param({"kind": "status", "status": 403}, "refused", id="403"),
        pytest.param({"kind": "status", "status": 404}, "not_supported", id="wrong address"),
        pytest.param({"kind": "status", "status": 429, "retry_after": 120}, "rate_limited", id="429"),
        pytest.param({"kind": "status", "status": 429}, "rate_limited", id="429 without a time"),
        pytest.param({"kind": "status", "status": 500}, "cloud_unavailable", id="500"),
        pytest.param({"kind": "cut"}, "cloud_unavailable", id="cut connection"),
        pytest.param({"kind": "html"}, "unreadable_answer", id="a web page"),
        pytest.param({"kind": "mangle"}, "unreadable_answer", id="mangled JSON"),
    ],
)
async def test_a_start_that_fails_says_why_and_is_tried_again(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    entry: MockConfigEntry,
    operation: str,
    fault: dict[str, Any],
    reason: str,
) -> None:
    await cloud.fault(operation, **fault)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert _state(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == reason

    await cloud.heal()
    freezer.tick(timedelta(seconds=180))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _state(entry) is ConfigEntryState.LOADED


async def test_a_refused_token_at_the_start_asks_for_a_new_one(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry
) -> None:
    await cloud.expire(cloud.token)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert entry.state is ConfigEntryState.SETUP_ERROR
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]
