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
from tests.integration.flavours import Flavour
from tests.integration.test_entities import TEMPERATURE, state_of


def _state(entry: MockConfigEntry) -> ConfigEntryState:
    return entry.state


_NEEDED = ("getCurrentUser", "listDevices")
_FAILURES: list[tuple[str, dict[str, Any], str, tuple[str, ...]]] = [
    ("403", {"kind": "status", "status": 403}, "refused", _NEEDED),
    ("wrong address", {"kind": "status", "status": 404}, "not_supported", _NEEDED),
    ("429", {"kind": "status", "status": 429, "retry_after": 120}, "rate_limited", (*_NEEDED, "listProperties")),
    ("429 without a time", {"kind": "status", "status": 429}, "rate_limited", (*_NEEDED, "listProperties")),
    ("500", {"kind": "status", "status": 500}, "cloud_unavailable", (*_NEEDED, "listProperties")),
    ("cut connection", {"kind": "cut"}, "cloud_unavailable", (*_NEEDED, "listProperties")),
    ("a web page", {"kind": "html"}, "unreadable_answer", (*_NEEDED, "listProperties")),
    ("mangled JSON", {"kind": "mangle"}, "unreadable_answer", (*_NEEDED, "listProperties")),
]


@pytest.mark.parametrize(
    ("operation", "fault", "reason"),
    [
        pytest.param(operation, fault, reason, id=f"{name} of {operation}")
        for name, fault, reason, operations in _FAILURES
        for operation in operations
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


async def test_a_way_in_that_is_refused_at_the_start_asks_for_another(
    hass: HomeAssistant, cloud: Cloud, flavour: Flavour, entry: MockConfigEntry
) -> None:
    await flavour.refuse(cloud)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert entry.state is ConfigEntryState.SETUP_ERROR
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]


@pytest.mark.parametrize("operation", ["listProperties", "listNotifications"])
@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_token_that_may_read_the_units_alone_shows_the_units(
    hass: HomeAssistant, cloud: Cloud, entry: MockConfigEntry, operation: str, status: int
) -> None:
    await cloud.fault(operation, "status", status=status)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert state_of(hass, TEMPERATURE) == "24.0"
    assert not hass.config_entries.flow.async_progress()
