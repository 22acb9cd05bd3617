"""The link to a real broker: what is published arrives, what is subscribed to is heard, and it comes back."""

import asyncio
from collections.abc import AsyncIterator
import logging
import time
from typing import Any

import pytest

from layla_bridge.broker import Message, NotConnected, Protocol, Publication, Subscription, TroubleKind
from tests.bridge.app import ONLINE, STATE, WILL, App, running, settings
from tests.bridge.conftest import StartBroker
from tests.bridge.mosquitto import GENEROUS, Mosquitto, free_port
from tests.bridge.peer import peer
from tests.bridge.scripted import WELCOME, WRONG_VERSION, WRONG_VERSION_OLD, answers, only_v311, scripted


@pytest.fixture
async def app(broker: Mosquitto) -> AsyncIterator[App]:
    """An application that is connected."""
    async with running(App(settings(broker.port))) as made:
        yield made


async def test_it_speaks_mqtt_5(app: App) -> None:
    assert app.link.connected
    assert app.link.protocol is Protocol.V5
    assert app.link.session is not None
    assert app.link.session.protocol == "5"
    assert app.link.session == app.sessions[0]
    assert app.link.trouble is None


@pytest.mark.mosquitto
@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_a_message_arrives_as_it_was_published(app: App, broker: Mosquitto, qos: int) -> None:
    async with peer(broker.port, "layla/#") as other:
        await other.next()
        await app.link.publish(Publication(topic="layla/device/1", payload=b'{"a": 1}', qos=qos, retain=True))
        arrived = await other.next()
    assert (arrived.topic, arrived.payload, arrived.qos, arrived.retain) == ("layla/device/1", b'{"a": 1}', qos, True)


async def test_a_message_carries_expiry_response_topic_and_correlation(app: App, broker: Mosquitto) -> None:
    async with peer(broker.port, "layla/answer") as other:
        await app.link.publish(
            Publication(
                topic="layla/answer", payload=b"", expiry=3600, response_topic="layla/there", correlation=b"\x00\x01"
            )
        )
        properties = vars((await other.next()).properties)
    assert properties["MessageExpiryInterval"] == 3600
    assert properties["ResponseTopic"] == "layla/there"
    assert properties["CorrelationData"] == b"\x00\x01"


async def test_what_others_publish_is_heard_with_all_that_belongs_to_it(broker: Mosquitto) -> None:
    async with (
        running(App(settings(broker.port), Subscription(filter="layla/request/+"))) as app,
        peer(broker.port) as other,
    ):
        await other.publish("layla/request/health", b"{}", ResponseTopic="my/answers", CorrelationData=b"7")
        assert await app.heard() == Message(
            topic="layla/request/health",
            payload=b"{}",
            qos=1,
            retain=False,
            response_topic="my/answers",
            correlation=b"7",
        )


async def test_a_retained_message_is_seen_as_one(broker: Mosquitto) -> None:
    async with peer(broker.port) as other:
        await other.publish("layla/device/1/set", b"{}", retain=True)
        async with running(App(settings(broker.port), Subscription(filter="layla/device/#"))) as app:
            assert (await app.heard()).retain


@pytest.mark.mosquitto
async def test_retain_handling_leaves_retained_messages_with_the_broker(broker: Mosquitto) -> None:
    subscription = Subscription(filter="layla/device/#", retain_handling=2, retain_as_published=True)
    async with peer(broker.port) as other:
        await other.publish("layla/device/1/set", b"old", retain=True)
        async with running(App(settings(broker.port), subscription)) as app:
            await other.publish("layla/device/1/set", b"new", retain=True)
            heard = await app.heard()
    assert heard.payload == b"new"
    assert heard.retain  # said by who published it


@pytest.mark.mosquitto
async def test_no_local_leaves_out_what_we_published(broker: Mosquitto) -> None:
    async with (
        running(App(settings(broker.port), Subscription(filter="layla/echo", no_local=True))) as app,
        peer(broker.port) as other,
    ):
        await app.link.publish(Publication(topic="layla/echo", payload=b"ours", qos=1))
        await other.publish("layla/echo", b"theirs")
        assert (await app.heard()).payload == b"theirs"


async def test_what_is_unsubscribed_is_no_longer_heard(broker: Mosquitto) -> None:
    subscriptions = (Subscription(filter="layla/a"), Subscription(filter="layla/b"))
    async with running(App(settings(broker.port), *subscriptions)) as app, peer(broker.port) as other:
        await app.link.unsubscribe("layla/a")
        await other.publish("layla/a", b"a")
        await other.publish("layla/b", b"b")
        assert (await app.heard()).payload == b"b"


@pytest.mark.parametrize(("qos", "count"), [(0, 5000), (1, 2000)])
async def test_many_messages_arrive_complete(broker: Mosquitto, app: App, qos: int, count: int) -> None:
    async with peer(broker.port, "layla/many") as other:
        await app.link.publish_many(
            Publication(topic="layla/many", payload=str(number).encode(), qos=qos) for number in range(count)
        )
        assert await other.payloads(count) == [str(number).encode() for number in range(count)]


async def test_many_callers_publish_at_once(broker: Mosquitto, app: App) -> None:
    async with peer(broker.port, "layla/many") as other, asyncio.TaskGroup() as group:
        for number in range(300):
            publication = Publication(topic="layla/many", payload=str(number).encode(), qos=number % 2)
            group.create_task(app.link.publish(publication))
        assert {int(payload) for payload in await other.payloads(300)} == set(range(300))


async def test_publishing_without_a_connection_is_an_error(broker: Mosquitto) -> None:
    app = App(settings(broker.port))
    for qos in (0, 1):
        with pytest.raises(NotConnected):
            await app.link.publish(Publication(topic="layla/a", payload=b"", qos=qos))
    with pytest.raises(NotConnected):
        await app.link.publish_many([])
    with pytest.raises(NotConnected):
        await app.link.subscribe(Subscription(filter="layla/#"))


@pytest.mark.mosquitto
async def test_the_end_of_a_link_is_told_by_its_will(broker: Mosquitto) -> None:
    app = App(settings(broker.port))
    run = asyncio.create_task(app.link.run())
    await app.connected()
    async with peer(broker.port, STATE) as other:
        assert (await other.next()).payload == b"online"
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        will = await other.next()
    assert (will.payload, will.retain, will.qos) == (b"offline", True, 1)
    assert not app.link.connected


async def test_a_stopped_link_says_goodbye_itself(broker: Mosquitto) -> None:
    app = App(settings(broker.port))
    run = asyncio.create_task(app.link.run())
    await app.connected()
    async with peer(broker.port, "layla/#") as other:
        assert (await other.next()).payload == b"online"
        await app.link.stop(Publication(topic="layla/last", payload=b"words", qos=1), WILL)
        async with asyncio.timeout(GENEROUS):
            await run
        assert await other.payloads(2) == [b"words", b"offline"]
        # With the goodbye the broker forgot the will: nothing comes before this.
        await other.publish("layla/after", b"after")
        assert await other.payloads(1) == [b"after"]
    with pytest.raises(NotConnected):
        await app.link.publish(ONLINE)


async def test_a_link_stopped_before_it_ran_does_not_run(broker: Mosquitto) -> None:
    app = App(settings(broker.port))
    await app.link.stop()
    await app.link.run()
    assert not app.sessions


async def test_a_link_that_waits_stops_at_once() -> None:
    app = App(settings(free_port()), wait=3600)
    async with asyncio.timeout(GENEROUS):
        async with app.link:
            assert await app.paused() == (TroubleKind.REFUSED, 0)


async def test_the_link_comes_back_after_a_restart_of_the_broker(broker: Mosquitto) -> None:
    async with running(App(settings(broker.port), Subscription(filter="layla/in"))) as app:
        await broker.stop()
        kind, misses = await app.paused()
        assert (kind, misses) == (TroubleKind.CLOSED, 0)
        assert not app.link.connected
        assert app.link.trouble is not None
        with pytest.raises(NotConnected):
            await app.link.publish(ONLINE)
        await broker.start()
        await app.connected()
        assert len(app.sessions) == 2
        async with peer(broker.port, STATE) as other:
            assert (await other.next()).payload == b"online"
            await other.publish("layla/in", b"heard again")
            assert (await app.heard()).payload == b"heard again"


async def test_a_killed_broker_is_missed(broker: Mosquitto) -> None:
    async with running(App(settings(broker.port))) as app:
        await broker.kill()
        assert (await app.paused())[0] is TroubleKind.CLOSED
        assert [(await app.paused()) for _ in range(2)] == [(TroubleKind.REFUSED, 1), (TroubleKind.REFUSED, 2)]


async def test_the_broker_may_come_up_later(start_broker: StartBroker, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    port = free_port()
    app = App(settings(port))
    async with app.link:
        for _ in range(3):
            await app.paused()
        await start_broker(port=port)
        await app.connected()
        assert app.link.trouble is None
    assert [record.levelname for record in caplog.records if "MQTT broker" in record.message] == ["WARNING", "INFO"]


async def test_a_broken_handler_of_messages_is_said_once(broker: Mosquitto, caplog: pytest.LogCaptureFixture) -> None:
    app = App(settings(broker.port), Subscription(filter="layla/in"))
    hear = app.hear

    def broken(message: Message) -> None:
        hear(message)
        raise RuntimeError("broken")

    app.link._on_message = broken
    async with running(app), peer(broker.port) as other:
        for _ in range(3):
            await other.publish("layla/in", b"")
            await app.heard()
        await app.link.publish(ONLINE)
    assert [record.message for record in caplog.records if record.exc_info] == [
        "A message on layla/in could not be handled"
    ]


async def test_a_broken_greeting_ends_the_link(broker: Mosquitto) -> None:
    app = App(settings(broker.port))

    async def broken(_session: object) -> None:
        raise OSError("the disk is full")

    app.link._on_connected = broken
    with pytest.raises(OSError, match="the disk is full"):
        await app.link.run()


async def test_a_connection_lost_during_the_greeting_is_made_again(broker: Mosquitto) -> None:
    app = App(settings(broker.port))
    greeted = asyncio.Event()

    async def slow(_session: object) -> None:
        if not greeted.is_set():
            greeted.set()
            await broker.kill()
            await asyncio.Event().wait()

    app.link._on_connected = slow
    async with app.link:
        assert (await app.paused())[0] is TroubleKind.CLOSED
        assert not app.link.connected
        await broker.start()
        await app.connected()


async def test_a_second_client_with_the_same_id_throws_the_first_out(
    broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(App(settings(broker.port), wait=3600)) as app, running(App(settings(broker.port))):
        assert await app.paused() == (TroubleKind.CLOSED, 0)
    assert "client id" in caplog.text


@pytest.mark.parametrize("refusal", [WRONG_VERSION, WRONG_VERSION_OLD, b""], ids=["132", "1", "closed"])
async def test_a_broker_without_mqtt_5_is_spoken_to_in_3_1_1(refusal: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async with scripted(only_v311(refusal)) as broker:
        app = App(settings(broker.port))
        app.link._on_connected = app.announce_nothing
        async with app.link:
            await app.connected()
            assert app.link.protocol is Protocol.V311
            assert app.link.session is not None
            assert (str(app.link.session.protocol), app.link.session.receive_maximum) == ("3.1.1", 100)
        assert broker.connections == 2
    # The event loop warns as well, of whatever took long on a busy machine.
    ours = [record for record in caplog.records if record.name.startswith("layla_bridge")]
    assert [record.message for record in ours if record.levelno >= logging.WARNING] == [
        f"The MQTT broker at 127.0.0.1:{broker.port} does not speak MQTT 5: using 3.1.1, without message expiry"
    ]


@pytest.mark.mosquitto
async def test_the_version_stays_when_the_broker_comes_back(broker: Mosquitto) -> None:
    app = App(settings(broker.port), Subscription(filter="layla/in", no_local=True))
    app.link.protocol = Protocol.V311
    async with running(app), peer(broker.port, "layla/#") as other:
        await other.next()
        await app.link.publish(Publication(topic="layla/state", payload=b"1", qos=1, expiry=60))
        assert "MessageExpiryInterval" not in vars((await other.next()).properties)
        await other.publish("layla/in", b"heard")
        assert (await app.heard()).payload == b"heard"
        await broker.stop()
        await app.paused()
        await broker.start()
        await app.connected()
        assert app.link.protocol is Protocol.V311


async def test_a_broker_that_only_closes_is_asked_in_both_versions_in_turn() -> None:
    async def closes(packets: Any) -> None:
        versions.append(await packets.version())

    versions: list[int] = []
    async with scripted(closes, closes, closes, answers(b"\x20\x02\x00\x00")) as broker:
        app = App(settings(broker.port))
        app.link._on_connected = app.announce_nothing
        async with app.link:
            await app.connected()
            assert app.link.protocol is Protocol.V311
    assert versions == [5, 4, 5]


async def test_a_broker_that_stops_answering_is_left() -> None:
    async with scripted(answers(WELCOME)) as broker:
        app = App(settings(broker.port, keepalive=1))
        app.link._on_connected = app.announce_nothing
        async with app.link:
            assert (await app.paused())[0] is TroubleKind.TIMEOUT


async def test_a_broker_that_confirms_nothing_is_left() -> None:
    async with scripted(answers(WELCOME)) as broker:
        app = App(settings(broker.port), patience=0.5)
        app.link._on_connected = app.announce_nothing
        async with app.link:
            await app.connected()
            with pytest.raises(NotConnected):
                await app.link.publish(ONLINE)
            assert (await app.paused())[0] is TroubleKind.TIMEOUT


async def test_last_words_that_nobody_takes_are_left_to_the_will() -> None:
    async with scripted(answers(WELCOME)) as broker:
        app = App(settings(broker.port))
        app.link._on_connected = app.announce_nothing
        begun = time.monotonic()
        async with app.link:
            await app.connected()
        assert time.monotonic() - begun < 5
        assert not app.link.connected
