"""What a poll costs in which nothing changed but times, against the reading of its answer alone. In one process."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time
from typing import Any, Final

from aiohttp import ClientSession, DummyCookieJar
import orjson

from layla_bridge.bridge import Bridge
from layla_bridge.cloud.layla import parse
from layla_bridge.cloud.layla.parse import Household
from layla_bridge.cloud.tolerant import Oddities
from layla_bridge.running import opened
from layla_bridge.status.journal import Journal

from .failure import BenchFailed
from .mosquitto import broker
from .processes import PATIENCE
from .scene import Scene

_FIELDS: Final = "latest_values,in_alarm,snoozed,active_alarms"
# Health may be due while a poll is measured.
_OWN_MESSAGES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """Seconds of the processor: a whole poll, the decoding and parsing of its answer, and orjson.loads of it alone."""

    whole: float
    decoding: float
    loading: float


async def polls(scene: Scene, rounds: int) -> Sequence[Poll]:
    """Run a bridge in this process through some polls in which nothing changes."""
    async with broker(scene.folder) as empty, opened(scene.configuration(empty.port), Journal()) as bridge:
        stopping = asyncio.Event()
        running = asyncio.create_task(bridge.run(stopping))
        try:
            async with asyncio.timeout(PATIENCE):
                await bridge.link.wait_connected()
                await bridge.poller.refreshed()
                await bridge.outgoing.emptied()
            return [await _poll(scene, bridge) for _ in range(rounds)]
        finally:
            stopping.set()
            await running


async def _poll(scene: Scene, bridge: Bridge) -> Poll:
    answer = await _answer(scene)
    snapshot = bridge.publishing.shown
    if snapshot is None:
        raise BenchFailed("The bridge has no units")
    household = Household(fahrenheit=False, properties=snapshot.properties)
    loading = _cost(lambda: orjson.loads(answer))
    decoding = _cost(lambda: parse.units(orjson.loads(answer), household, Oddities()))
    before, begun = bridge.outgoing.published, process_time()
    async with asyncio.timeout(PATIENCE):
        await bridge.poller.refreshed()
    whole = process_time() - begun
    if bridge.outgoing.published - before > _OWN_MESSAGES:
        raise BenchFailed("Something changed in a poll that was to be an unchanged one")
    return Poll(whole=whole, decoding=decoding, loading=loading)


def _cost(work: Callable[[], Any]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


async def _answer(scene: Scene) -> bytes:
    """Return what the cloud answers to a poll, as bytes."""
    address, headers = f"{scene.base_url}/v1/devices", {"Authorization": f"Bearer {scene.token}"}
    async with (
        ClientSession(cookie_jar=DummyCookieJar(), headers=headers) as session,
        session.get(address, params={"fields": _FIELDS}) as response,
    ):
        return await response.read()
