"""Every alarm reaches a reader with a persistent session once at least, whatever dies in between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
import json

import pytest

from simulator import World
from tests.bridge.conftest import StartBroker
from tests.bridge.mosquitto import GENEROUS, Mosquitto
from tests.bridge.peer import Peer
from tests.bridge.valve import valve
from tests.bridge.whole import BridgeProcess, Setting, bridging, listening
from tests.integration.cloud import Cloud

EVENTS = "layla/device/+/event"
ALARM = "noise_alarm"


@pytest.fixture
def world() -> World:
    """More units than events."""
    return World.fleet(devices=60, properties=3)


@pytest.fixture
async def broker(start_broker: StartBroker) -> Mosquitto:
    """A broker that keeps sessions and messages over a restart."""
    return await start_broker(persistence=True)


@pytest.fixture
async def reader(broker: Mosquitto) -> AsyncIterator[Peer]:
    """A reader whose session the broker keeps, and who comes back to it."""
    other = Peer(broker.port, client_id="reader", session_seconds=3600)
    await other.connect()
    await other.subscribe(EVENTS)
    yield other
    other.close()


async def ids(reader: Peer, count: int) -> Sequence[str]:
    """Return the distinct ids of the events that the reader gets, once there are so many."""
    found: dict[str, None] = {}
    async with asyncio.timeout(3 * GENEROUS):
        while len(found) < count:
            message = await reader.messages.get()
            found[json.loads(message.payload)["id"]] = None
    return list(found)


async def raise_alarms(cloud: Cloud, numbers: range) -> None:
    """Raise one alarm at each of some units."""
    for number in numbers:
        await cloud.alarm(f"unit-{number:05}", ALARM)


async def nothing_more(reader: Peer, known: Sequence[str]) -> None:
    """See that what still comes is known already."""
    while not reader.messages.empty():
        assert json.loads(reader.messages.get_nowait().payload)["id"] in known


@pytest.mark.slow
async def test_killed_with_one_event_in_flight_and_more_raised_before_it_is_back(
    setting: Setting, broker: Mosquitto, reader: Peer
) -> None:
    async with listening(broker.port) as listener, valve(broker.port) as way:
        held = Setting(
            cloud=setting.cloud,
            broker=broker,
            folder=setting.folder,
            more={"LAYLA_BROKER__PORT": str(way.port)},
        )
        async with BridgeProcess(held) as bridge:
            await listener.document("layla/device/unit-00059")
            await raise_alarms(setting.cloud, range(1))
            # The answer takes its time, so that the way back is shut before the event goes out.
            await setting.cloud.fault("listNotifications", "delay", seconds=1.0, times=1)
            await listener.say("layla/bridge/layla/request/refresh", {})
            await setting.cloud.requested("listDevices", 2)
            way.shut()
            await listener.until(lambda: "layla/device/unit-00000/event" in listener.latest)
            await bridge.kill()
        await raise_alarms(setting.cloud, range(1, 50))
        async with BridgeProcess(setting):
            known = await ids(reader, 50)
            await listener.ask("refresh")
            await nothing_more(reader, known)
    # The one that was in flight came twice, as nobody could know that it had arrived.
    assert listener.counts["layla/device/unit-00000/event"] == 2


async def test_raised_while_the_broker_is_away(setting: Setting, broker: Mosquitto, reader: Peer) -> None:
    async with bridging(setting) as bridge:
        await bridge.link.wait_connected()
        await bridge.poller.refreshed()
        await broker.stop()
        await raise_alarms(setting.cloud, range(50))
        await bridge.poller.refreshed()
        assert reader.messages.empty()
        await broker.start()
        known = await ids(reader, 50)
        await bridge.poller.refreshed()
        await nothing_more(reader, known)


async def test_a_reader_that_began_anew_asks_for_what_it_missed(setting: Setting, broker: Mosquitto) -> None:
    async with bridging(setting) as bridge, listening(broker.port) as listener:
        await bridge.poller.refreshed()
        await raise_alarms(setting.cloud, range(3))
        await bridge.poller.refreshed()
        topics = [f"layla/device/unit-{number:05}/event" for number in range(3)]
        await listener.until(lambda: listener.latest.keys() >= set(topics))
        heard = {document["seq"]: document for document in map(listener.json, topics)}
        first, *_ = sorted(heard)
        answer = await listener.ask("events", {"after": first})
        assert [event["id"] for event in answer["data"]["events"]] == [
            heard[seq]["id"] for seq in sorted(heard) if seq > first
        ]
        assert answer["data"]["more"] is False
        assert answer["data"]["last"] == max(heard)

        before = listener.counts["layla/device/unit-00002/event"]
        await listener.ask("events", {"after": first, "publish": True})
        await listener.until(lambda: listener.counts["layla/device/unit-00002/event"] > before)


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"after": -1}, "after is not the number of an event; give the seq of the last one that was heard, or 0"),
        ({"after": "7"}, "after is not the number of an event; give the seq of the last one that was heard, or 0"),
        ({"after": True}, "after is not the number of an event; give the seq of the last one that was heard, or 0"),
        ({"publish": 1}, "publish is neither true nor false"),
    ],
)
async def test_a_replay_that_is_asked_for_wrongly_is_refused(
    setting: Setting, broker: Mosquitto, members: dict[str, object], error: str
) -> None:
    async with bridging(setting) as bridge, listening(broker.port) as listener:
        await bridge.link.wait_connected()
        answer = await listener.ask("events", members)
        assert (answer["status"], answer["error"]) == ("error", error)
