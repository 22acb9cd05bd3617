"""An account of ten thousand units: what is told of it once, and that nothing more is."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from simulator import World
from tests.bridge.conftest import StartBroker
from tests.bridge.mosquitto import Mosquitto
from tests.bridge.whole import Listener, Setting, bridging

UNITS, PROPERTIES = 10_000, 50
# What was not published for a year has to be refreshed then.
FOR_LONG = {"LAYLA_PUBLISH__RETAINED_FOR": "31536000"}
# How the bridge sees that it has heard everything that the broker keeps.
MARK = "layla/bridge/layla/mark"


@pytest.fixture
def world() -> World:
    """A fleet."""
    return World.fleet(devices=UNITS, properties=PROPERTIES)


@pytest.fixture
async def broker(start_broker: StartBroker) -> Mosquitto:
    """A broker that lets nothing fall when the test is slow."""
    return await start_broker(options=("max_queued_messages 0",))


def _items() -> set[str]:
    """Name the topics of all units and properties."""
    units = {f"layla/device/unit-{number:05}" for number in range(UNITS)}
    return units | {f"layla/property/property-{number:04}" for number in range(PROPERTIES)}


def _of_items(counts: Counter[str]) -> Counter[str]:
    return Counter({topic: count for topic, count in counts.items() if not topic.startswith("layla/bridge/")})


@pytest.mark.slow
async def test_each_unit_and_property_is_told_of_once_and_an_unchanged_poll_tells_of_none(
    setting: Setting, listener: Listener
) -> None:
    # The test's loop takes note of every caller, which is most of the work here.
    asyncio.get_running_loop().set_debug(False)
    topics = _items()
    expected = topics | {f"{topic}/availability" for topic in topics}
    async with bridging(replace(setting, more=FOR_LONG)) as bridge:
        await listener.until(
            lambda: len(listener.latest.keys()) >= len(expected) and listener.latest.keys() >= expected
        )
        await bridge.outgoing.emptied()
        # Its answer comes behind whatever the first poll still had to say.
        await listener.ask("health")
        assert _of_items(listener.counts) == dict.fromkeys(expected, 1)

        await setting.cloud.requests()
        before = listener.counts.copy()
        assert (await listener.ask("refresh"))["status"] == "ok"
        await listener.ask("health")
        told = set((listener.counts - before).keys()) - {MARK}
    assert (await setting.cloud.requests())["listDevices"] == 1
    # What the listener said itself is heard by it as well.
    assert told <= {
        *(f"layla/bridge/layla/{way}/{verb}" for way in ("request", "response") for verb in ("refresh", "health")),
        "layla/bridge/layla/health",
    }
