"""Tokens stay where they are stored."""

import logging
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .cloud import Cloud
from .flavours import Flavour


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "echo_token", "status": 400},
        {"kind": "echo_token", "status": 500},
        {"kind": "status", "status": 401},
        {"kind": "status", "status": 429},
        {"kind": "cut"},
        {"kind": "mangle"},
        {"kind": "html"},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values()),
)
async def test_no_log_line_and_no_error_has_a_secret(
    hass: HomeAssistant,
    cloud: Cloud,
    flavour: Flavour,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    await cloud.fault("*", **fault)

    coordinator = loaded.runtime_data
    for _ in range(3):
        await coordinator.async_refresh()
    await hass.config_entries.async_reload(loaded.entry_id)
    menu = await loaded.start_reconfigure_flow(hass)
    result = await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": "reconfigure_token"})
    await hass.config_entries.flow.async_configure(result["flow_id"], {"url": cloud.base_url, "token": cloud.token})
    await hass.async_block_till_done()

    assert "custom_components.layla" in {record.name for record in caplog.records}
    told = [record.getMessage() + (record.exc_text or "") + repr(record.exc_info) for record in caplog.records]
    error: BaseException | None = coordinator.last_exception
    while error:
        told.append(f"{error!s} {error!r} {error.args}")
        error = error.__cause__
    for secret in (cloud.token, *flavour.secrets(loaded.data)):
        assert not [text for text in told if secret in text]
