"""Reports: a summary by e-mail, and incident reports that can be waited for."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events, async_fire_time_changed

from simulator import World
from tests.integration.cloud import Cloud
from tests.integration.flavours import needs

from .calling import HOME, Caller

pytestmark = needs("token")
REPORT: dict[str, Any] = {
    "device_id": HOME,
    "emails": ["guest@example.com", "host@example.com"],
    "start_date": "2026-11-18",
    "end_date": "2026-11-19",
    "types": ["noise", "crowd"],
    "label": "Cottage",
}

type Waited = Callable[[float], Awaitable[None]]


@pytest.fixture
def wait(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Waited:
    """Let seconds pass, one after the other, until nothing is left to do."""

    async def _wait(seconds: float) -> None:
        for _ in range(round(seconds)):
            freezer.tick(timedelta(seconds=1))
            async_fire_time_changed(hass)
            await asyncio.sleep(0)

    return _wait
