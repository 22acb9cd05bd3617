"""The peer: core's own `sensibo`, which polls air conditioners from a cloud, with pods of that cloud."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest.mock import patch

from homeassistant.const import CONF_API_KEY
from homeassistant.core import HomeAssistant

from .home_assistant import Entry, set_up
from .processes import module, running


@asynccontextmanager
async def pods(count: int) -> AsyncIterator[None]:
    """Have the library of the peer speak to a cloud with so many pods, as long as the context lasts."""
    async with running("Sensibo's cloud", *module("benchmarks.pods", str(count))) as cloud:
        (_, line), *_ = await cloud.printed("Pods at ")
        with patch("pysensibo.APIV2", line.split()[-1]):
            yield


async def sensibo(hass: HomeAssistant) -> Entry:
    """Set it up with all its pods."""
    return await set_up(hass, "sensibo", {CONF_API_KEY: "key"}, version=2)
