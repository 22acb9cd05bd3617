"""System health tells whether the cloud can be reached and how much is asked of it, and nobody's secrets."""

import asyncio
from typing import Any

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, get_system_health_info

from custom_components.layla.const import DOMAIN

from .cloud import Cloud
from .conftest import Refresh
from .flavours import Flavour


async def _told(hass: HomeAssistant) -> dict[str, Any]:
    found = await get_system_health_info(hass, DOMAIN)
    return {key: await value if asyncio.iscoroutine(value) else value for key, value in found.items()}


async def test_a_healthy_account(
    hass: HomeAssistant, cloud: Cloud, flavour: Flavour, loaded: MockConfigEntry, refresh: Refresh
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await cloud.control("POST", "quota", limit=1000, remaining=501)
    await refresh()

    found = await _told(hass)

    assert found["can_reach_cloud"] == "ok"
    assert (found["accounts"], found["accounts_loaded"], found["units"]) == (1, 1, 1)
    assert found["last_refresh"].isoformat() == "2026-11-20T12:01:01+00:00"
    assert found["requests_24_hours"] == 6
    assert found["quota"] == "499 / 1,000"
    assert not any(secret in str(found) for secret in flavour.secrets(loaded.data))


async def test_a_cloud_that_is_out_of_reach_is_told_also_of_an_account_that_is_not_loaded(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    assert await async_setup_component(hass, DOMAIN, {})
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_URL: "http://127.0.0.1:9/api"})

    found = await _told(hass)

    assert found["can_reach_cloud"] == {"type": "failed", "error": "unreachable"}
    assert (found["accounts"], found["accounts_loaded"], found["last_refresh"], found["quota"]) == (1, 0, None, None)
