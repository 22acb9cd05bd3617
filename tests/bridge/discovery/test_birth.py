"""When Home Assistant has started, it is told everything once more."""

import asyncio
from typing import Any

import pytest

from layla_bridge.contract.messages import Message
from layla_bridge.discovery import Birth, birth


class Told:
    """Counts."""

    def __init__(self) -> None:
        self.times = 0
        self.event = asyncio.Event()

    def __call__(self) -> None:
        """Count one."""
        self.times += 1
        self.event.set()


def message(payload: bytes = b"online", **members: Any) -> Message:
    """Make what Home Assistant says of itself."""
    usual: dict[str, Any] = {"topic": "homeassistant/status", "qos": 0, "retain": False}
    return Message(payload=payload, **usual | members)


async def test_it_is_told_once_for_several_times_and_again_the_next_time() -> None:
    told = Told()
    listener = Birth("homeassistant", told, lambda: 0.01)
    for times in (1, 2):
        assert [listener.heard(message()) for _ in range(3)] == [True] * 3
        told.event.clear()
        await asyncio.wait_for(told.event.wait(), 10)
        assert told.times == times


@pytest.mark.parametrize("heard", [message(b"offline"), message(retain=True), message(topic="other/status")])
async def test_nothing_else_is_a_birth(heard: Message) -> None:
    told = Told()
    listener = Birth("homeassistant", told, lambda: 0)
    assert listener.heard(heard) is (heard.topic == "homeassistant/status")
    await asyncio.sleep(0.02)
    assert told.times == 0


async def test_closed_it_tells_nothing_any_more() -> None:
    told = Told()
    listener = Birth("homeassistant", told, lambda: 0.01)
    listener.close()
    listener.heard(message())
    listener.close()
    await asyncio.sleep(0.03)
    assert told.times == 0


def test_it_listens_below_the_prefix_and_waits_up_to_five_seconds() -> None:
    assert Birth("ha", Told()).subscription.filter == "ha/status"
    assert Birth("ha", Told()).subscription.retain_handling == 2
    assert all(0 <= birth._jitter() <= 5 for _ in range(100))
