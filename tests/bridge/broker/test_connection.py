"""One connection at its edges: unreadable packets, late attempts, the end of it in the middle of something."""

import asyncio
import socket
from threading import Event
from typing import Any

import pytest

from layla_bridge.broker import BrokerLink, NotConnected, Protocol, Publication, TroubleKind
from layla_bridge.broker.connection import Connection
from tests.bridge.app import ONLINE, WILL, App, running, settings
from tests.bridge.mosquitto import GENEROUS, Mosquitto, free_port
from tests.bridge.peer import peer
from tests.bridge.scripted import WELCOME, Packets, answers, scripted

A = Publication(topic="layla/a", payload=b"a", qos=1)


async def opened(port: int) -> Connection:
    """Open a connection."""
    connection = Connection(settings(port), Protocol.V5, WILL, lambda _: None)
    await connection.open()
    return connection


async def test_an_ended_connection_takes_nothing(broker: Mosquitto) -> None:
    connection = await opened(broker.port)
    connection.drop()
    for qos in (0, 1):
        with pytest.raises(NotConnected):
            await connection.publish(Publication(topic="layla/a", payload=b"", qos=qos))
    with pytest.raises(NotConnected):
        await connection.unsubscribe("layla/a")
    await connection.disconnect()


async def test_a_topic_that_is_none_costs_no_place_in_the_window(broker: Mosquitto) -> None:
    connection = await opened(broker.port)
    for _ in range(connection._window.size + 1):
        with pytest.raises(ValueError, match="wildcard"):
            await connection.publish(Publication(topic="layla/#", payload=b"", qos=1))
    async with asyncio.timeout(GENEROUS):
        await connection.publish(A)
    await connection.disconnect()


async def test_an_id_that_is_still_in_use_is_left_out() -> None:
    ids: asyncio.Queue[bytes] = asyncio.Queue()

    async def remembers(packets: Packets) -> None:
        await packets.version()
        packets.writer.write(WELCOME)
        while True:
            _, body = await packets.read()
            ids.put_nowait(body[2 + len(A.topic) :][:2])

    async with scripted(remembers) as broker:
        connection = await opened(broker.port)
        publishing = [asyncio.create_task(connection.publish(A))]
        first = await ids.get()
        connection._client._last_mid = 0
        publishing.append(asyncio.create_task(connection.publish(A)))
        assert (first, await ids.get()) == (b"\x00\x01", b"\x00\x02")
        connection.drop()
        assert [type(error) for error in await asyncio.gather(*publishing, return_exceptions=True)] == [
            NotConnected,
            NotConnected,
        ]


async def test_a_publication_given_up_by_its_caller_gives_its_place_back_when_it_is_confirmed(
    broker: Mosquitto,
) -> None:
    connection = await opened(broker.port)
    for _ in range(connection._window.size + 1):
        given_up = asyncio.create_task(connection.publish(A))
        await asyncio.sleep(0)
        given_up.cancel()
    async with asyncio.timeout(GENEROUS):
        await connection.publish(A)
    await connection.disconnect()


async def test_what_does_not_fit_the_socket_is_lost_with_the_connection() -> None:
    async def deaf(packets: Packets) -> None:
        await packets.version()
        packets.writer.write(WELCOME)
        await told.wait()

    told = asyncio.Event()
    async with scripted(deaf) as broker:
        connection = await opened(broker.port)
        large = Publication(topic="layla/a", payload=bytes(16 * 1024 * 1024))
        publishing = asyncio.create_task(connection.publish_many([large, large]))
        await asyncio.sleep(0)
        assert connection._client.want_write()
        told.set()
        with pytest.raises(NotConnected):
            await publishing


async def test_unreadable_topics_and_answers_to_nothing_are_left_out() -> None:
    async def odd(packets: Packets) -> None:
        await packets.version()
        packets.writer.write(WELCOME + b"\x30\x04\x00\x01\xff\x00" + b"\x90\x04\x00\x63\x00\x00")
        packets.writer.write(b"\x30\x04\x00\x01a\x00")
        await packets.ended()

    async with scripted(odd) as broker:
        app = App(settings(broker.port))
        app.link._on_connected = app.announce_nothing
        async with running(app):
            assert (await app.heard()).topic == "a"


async def test_the_broker_says_why_it_ends_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    async def leaves(packets: Packets) -> None:
        await packets.version()
        packets.writer.write(WELCOME + b"\xe0\x07\x8b\x05\x1f\x00\x02ok")
        await packets.ended()

    async with scripted(leaves) as broker:
        app = App(settings(broker.port))
        app.link._on_connected = app.announce_nothing
        async with app.link:
            assert (await app.paused())[0] is TroubleKind.CLOSED
            assert app.link.trouble is not None
            assert "shutting down" in app.link.trouble.text


async def test_an_attempt_that_was_given_up_does_not_connect_later(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, known, looked_up = Event(), Event(), socket.getaddrinfo

    def slow(*args: Any) -> Any:
        asked.set()
        known.wait(GENEROUS)
        return looked_up(*args)

    kinds: list[bytes] = []
    left = asyncio.Event()

    async def listens(packets: Packets) -> None:
        kinds.append(await packets.reader.read())
        left.set()

    async with scripted(listens) as broker:
        app = App(settings(broker.port))
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        async with app.link:
            await asyncio.to_thread(asked.wait, GENEROUS)
        known.set()
        async with asyncio.timeout(GENEROUS):
            await left.wait()
    # A goodbye at the most, and no greeting.
    assert kinds in ([b""], [b"\xe0\x00"])


async def test_a_good_connection_makes_the_next_failure_the_first(
    broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layla_bridge.broker.link._STABLE", 0)
    async with running(App(settings(broker.port))) as app:
        await broker.kill()
        assert [(await app.paused())[1] for _ in range(3)] == [0, 0, 0]


async def test_by_itself_a_link_waits_a_second_or_two() -> None:
    app = App(settings(free_port()))
    link = BrokerLink(settings(free_port()), WILL, on_connected=app.greet, on_message=app.hear)
    assert 1 <= link._pause(TroubleKind.REFUSED, 0) <= 2


async def test_our_socket_does_not_wait_for_more(broker: Mosquitto) -> None:
    connection = await opened(broker.port)
    sock = connection._client.socket()
    assert isinstance(sock, socket.socket)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    await connection.disconnect()


@pytest.mark.mosquitto
async def test_a_goodbye_leaves_the_will_unspoken(broker: Mosquitto) -> None:
    async with peer(broker.port, "layla/#") as other:
        connection = await opened(broker.port)
        await connection.publish(ONLINE)
        await connection.disconnect()
        await other.publish("layla/after", b"after")
        assert await other.payloads(2) == [b"online", b"after"]
    assert "DISCONNECT" in "\n".join(broker.log)


async def test_a_connection_closed_twice_stays_closed() -> None:
    async with scripted(answers(WELCOME)) as broker:
        connection = await opened(broker.port)
        connection.drop()
        connection.drop(TimeoutError())
        assert isinstance(connection.closed.result(), NotConnected)
