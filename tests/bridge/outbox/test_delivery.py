"""Events from the outbox to the broker: in order, until they are confirmed, and past those that are refused."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
import logging
from pathlib import Path

import pytest

from layla_bridge.broker import BrokerLink
from layla_bridge.contract.topics import Topics
from layla_bridge.outbox import Outbox
from layla_bridge.outbox.delivery import Delivery
from tests.bridge.app import App, running, settings
from tests.bridge.conftest import StartBroker
from tests.bridge.mosquitto import GENEROUS, Mosquitto
from tests.bridge.outbox.test_outbox import cursor
from tests.bridge.peer import Peer, peer
from tests.bridge.valve import valve
from tests.bridge.world import NOW, event

NO_UNIT_1 = ("topic readwrite #", "topic deny layla/device/unit-1/event")


@pytest.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[Outbox]:
    """Open an outbox."""
    opened = await Outbox.opened(tmp_path / "outbox.db", clock=lambda: NOW)
    yield opened
    await opened.close()


@asynccontextmanager
async def delivering(outbox: Outbox, link: BrokerLink, first_pause: float) -> AsyncIterator[Delivery]:
    """Deliver what is in an outbox."""
    delivery = Delivery(outbox, link, Topics("home"), lambda: NOW, first_pause)
    task = asyncio.create_task(delivery.run())
    try:
        yield delivery
    finally:
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled()


async def heard(other: Peer, count: int) -> list[str]:
    """Return the ids of the next events."""
    return [json.loads(payload)["id"] for payload in await other.payloads(count)]


async def delivered(outbox: Outbox, left: int = 0) -> None:
    """Wait until no more than so many are left."""
    async with asyncio.timeout(GENEROUS):
        while outbox.depth > left:  # noqa: ASYNC110 - the outbox tells nobody
            await asyncio.sleep(0.01)


async def test_events_of_an_earlier_run_come_first_and_each_on_the_topics_of_unit_and_property(
    outbox: Outbox, broker: Mosquitto
) -> None:
    await outbox.append([event(1)], cursor(1))
    async with (
        peer(broker.port, "layla/+/+/event") as other,
        running(App(settings(broker.port))) as app,
        delivering(outbox, app.link, 60) as delivery,
    ):
        topics = {(await other.next()).topic for _ in range(2)}
        assert topics == {"layla/device/unit-1/event", "layla/property/home/event"}
        await outbox.append([event(2, device_id=None), event(3, property_id=None)], cursor(2))
        delivery.wake()
        assert await heard(other, 2) == ["event-2", "event-3"]
        await delivered(outbox)
        assert delivery.delivered == 3


async def test_an_event_that_is_refused_does_not_hold_up_those_that_come_after_it(
    outbox: Outbox, start_broker: StartBroker, caplog: pytest.LogCaptureFixture
) -> None:
    broker = await start_broker(acl=NO_UNIT_1)
    await outbox.append([event(1, property_id=None), event(2, device_id=None)], cursor(1))
    async with (
        peer(broker.port, "layla/+/+/event") as other,
        running(App(settings(broker.port))) as app,
        # The refused one is not tried again while this lasts.
        delivering(outbox, app.link, 3600) as delivery,
    ):
        assert "event-2" in await heard(other, 1)
        await outbox.append([event(3, device_id=None)], cursor(2))
        delivery.wake()
        while "event-3" not in await heard(other, 1):
            pass
        await delivered(outbox, left=1)
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert said == [
        "Events wait in the outbox: The MQTT broker refused layla/device/unit-1/event: not authorized (135)"
    ]


async def test_a_refused_event_is_tried_again_until_the_broker_takes_it(
    outbox: Outbox, start_broker: StartBroker
) -> None:
    broker = await start_broker(acl=NO_UNIT_1)
    await outbox.append([event(1)], cursor(1))
    async with running(App(settings(broker.port))) as app, delivering(outbox, app.link, 0.05):
        async with peer(broker.port, "layla/property/home/event") as other:
            assert await heard(other, 2) == ["event-1", "event-1"]
        await broker.stop()
        broker.acl = ("topic readwrite #",)
        await broker.start()
        await delivered(outbox)


async def test_what_was_on_its_way_is_sent_once_more_with_the_same_number(outbox: Outbox, broker: Mosquitto) -> None:
    async with (
        peer(broker.port, "layla/device/+/event") as other,
        valve(broker.port) as way,
        running(App(settings(way.port), patience=1)) as app,
        delivering(outbox, app.link, 60) as delivery,
    ):
        way.shut()
        await outbox.append([event(1)], cursor(1))
        delivery.wake()
        first = json.loads((await other.next()).payload)
        await app.disconnected()
        way.reopen()
        assert json.loads((await other.next()).payload) == first
        await delivered(outbox)


async def test_an_outbox_that_cannot_be_written_does_not_have_an_event_published_again_and_again(
    outbox: Outbox, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    await outbox.append([event(1, property_id=None)], cursor(1))
    connection = outbox._store._connection
    async with peer(broker.port, "layla/+/+/event", "layla/end") as other, running(App(settings(broker.port))) as app:
        connection.execute("PRAGMA query_only = ON")
        async with delivering(outbox, app.link, 0.02):
            assert await heard(other, 1) == ["event-1"]
            async with asyncio.timeout(GENEROUS):
                while "cannot be used" not in caplog.text:  # noqa: ASYNC110 - the log tells nobody
                    await asyncio.sleep(0.01)
            connection.execute("PRAGMA query_only = OFF")
            await delivered(outbox)
        await other.publish("layla/end", b'{"id": "end"}')
        assert await heard(other, 1) == ["end"]
