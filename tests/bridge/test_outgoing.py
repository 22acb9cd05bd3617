"""What waits to be published: its order, what replaces what, and what becomes of it while the broker is away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
import logging

import pytest

from layla_bridge.broker import BrokerLink
from layla_bridge.contract.messages import Publication
from layla_bridge.outgoing import Outgoing
from tests.bridge.app import App, running, settings
from tests.bridge.conftest import StartBroker
from tests.bridge.mosquitto import GENEROUS, Mosquitto
from tests.bridge.peer import Peer, peer
from tests.bridge.valve import valve

UNIT = "layla/device/1"


def value(payload: bytes, topic: str = UNIT) -> Publication:
    """Make what the broker keeps for a while."""
    return Publication(topic, payload, qos=1, retain=True, expiry=3600)


def told(payload: bytes, topic: str = UNIT) -> Publication:
    """Make what is told once; an empty payload erases."""
    return Publication(topic, payload, qos=1, retain=True)


def answer(payload: bytes) -> Publication:
    """Make what nobody keeps."""
    return Publication("layla/answer", payload, qos=1)


@asynccontextmanager
async def going_out(link: BrokerLink) -> AsyncIterator[Outgoing]:
    """Publish over a link."""
    outgoing = Outgoing(link)
    task = asyncio.create_task(outgoing.run())
    try:
        yield outgoing
    finally:
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled()


@asynccontextmanager
async def listened(broker: Mosquitto) -> AsyncIterator[tuple[App, Outgoing, Peer]]:
    """Publish to a broker on which somebody listens."""
    async with (
        peer(broker.port, "layla/device/#", "layla/answer") as other,
        running(App(settings(broker.port))) as app,
        going_out(app.link) as outgoing,
    ):
        yield app, outgoing, other


async def test_what_is_told_goes_before_values_and_those_before_answers(broker: Mosquitto) -> None:
    async with listened(broker) as (_, outgoing, other):
        for each in (answer(b"3"), value(b"2"), told(b"1", "layla/device/2")):
            outgoing.send(each)
        assert await other.payloads(3) == [b"1", b"2", b"3"]
        await outgoing.emptied()
        assert outgoing.published == 3


async def test_of_each_topic_the_last_value_goes_out(broker: Mosquitto) -> None:
    async with listened(broker) as (_, outgoing, other):
        outgoing.send_all([value(b"old"), value(b"other", "layla/device/2"), value(b"new")])
        assert await other.payloads(2) == [b"other", b"new"]


async def test_an_erased_topic_has_no_value_after_it_unless_it_comes_again(broker: Mosquitto) -> None:
    async with listened(broker) as (_, outgoing, other):
        outgoing.send_all([value(b"old"), told(b""), answer(b"end")])
        assert await other.payloads(2) == [b"", b"end"]
        outgoing.send_all([told(b""), value(b"back")])
        assert await other.payloads(2) == [b"", b"back"]


async def test_a_value_that_is_erased_on_its_way_does_not_come_back_with_the_next_connection(broker: Mosquitto) -> None:
    async with (
        peer(broker.port, "layla/device/#") as other,
        valve(broker.port) as way,
        running(App(settings(way.port), patience=1)) as app,
        going_out(app.link) as outgoing,
    ):
        way.shut()
        outgoing.send_all([value(b"1"), value(b"here", "layla/device/2")])
        assert await other.payloads(2) == [b"1", b"here"]
        # Nobody knows whether it arrived: what is still true goes out once more.
        outgoing.send(told(b""))
        await app.disconnected()
        way.reopen()
        assert await other.payloads(2) == [b"", b"here"]
        await outgoing.emptied()
    assert other.messages.empty()


async def test_what_was_on_its_way_goes_first_with_the_next_connection(broker: Mosquitto) -> None:
    async with (
        peer(broker.port, "layla/device/#", "layla/answer") as other,
        valve(broker.port) as way,
        running(App(settings(way.port), patience=1)) as app,
        going_out(app.link) as outgoing,
    ):
        for first, second in ((told(b"1"), told(b"2")), (answer(b"1"), answer(b"2"))):
            way.shut()
            outgoing.send(first)
            assert await other.payloads(1) == [b"1"]
            outgoing.send(second)
            await app.disconnected()
            way.reopen()
            assert await other.payloads(2) == [b"1", b"2"]
            await outgoing.emptied()


async def test_values_that_are_forgotten_do_not_go_out(start_broker: StartBroker) -> None:
    broker = await start_broker()
    async with listened(broker) as (_, outgoing, other):
        outgoing.send_all([value(b"of another by now"), told(b"kept", "layla/device/2")])
        outgoing.forget_values()
        outgoing.send(answer(b"end"))
        assert await other.payloads(2) == [b"kept", b"end"]


async def test_what_takes_long_to_make_is_made_when_it_goes_out(broker: Mosquitto) -> None:
    made = 0

    def messages(count: int) -> Iterator[Publication]:
        nonlocal made
        for number in range(count):
            made += 1
            yield told(b"%d" % number, f"layla/device/{number}")

    async with listened(broker) as (_, outgoing, other):
        outgoing.tell(messages(120))
        outgoing.send(value(b"value"))
        assert made == 0
        assert await other.payloads(121) == [*(b"%d" % number for number in range(120)), b"value"]
        # Who comes back again and again does not pile it up.
        made = 0
        for _ in range(10):
            outgoing.tell_anew(messages(60))
        assert await other.payloads(60) == [b"%d" % number for number in range(60)]
        await outgoing.emptied()
        assert made == 60


async def test_what_is_refused_is_said_once_and_holds_nothing_up(
    start_broker: StartBroker, caplog: pytest.LogCaptureFixture
) -> None:
    broker = await start_broker(acl=("topic readwrite #", "topic deny layla/device/1", "topic deny layla/device/2"))
    async with listened(broker) as (_, outgoing, other):
        for topic in ("layla/device/1", "layla/device/2", "layla/device/1"):
            outgoing.send_all([value(b"refused", topic), answer(b"answer")])
            assert await other.payloads(1) == [b"answer"]
    said = [record for record in caplog.records if record.levelno == logging.WARNING and "refuses" in record.message]
    assert [record.getMessage() for record in said] == [
        "The broker refuses messages: The MQTT broker refused layla/device/1: not authorized (135)"
    ]


async def test_of_answers_that_nobody_could_be_told_the_newest_thousand_wait(broker: Mosquitto) -> None:
    async with peer(broker.port, "layla/answer") as other:
        app = App(settings(broker.port))
        async with going_out(app.link) as outgoing:
            outgoing.send_all(answer(b"%d" % number) for number in range(1005))
            async with running(app), asyncio.timeout(GENEROUS):
                assert await other.payloads(1000) == [b"%d" % number for number in range(5, 1005)]
