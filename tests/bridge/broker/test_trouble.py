"""Everything that can be wrong with a broker is told by its kind, with a remedy, once, and without a secret."""

import asyncio
from dataclasses import replace
import logging
from pathlib import Path
import socket
import ssl
import threading

import pytest

from layla_bridge.broker import (
    BrokerError,
    BrokerSettings,
    Publication,
    Rejected,
    Subscription,
    Tls,
    Trouble,
    TroubleKind,
    Wanted,
    reasons,
    trouble,
    try_broker,
)
from layla_bridge.broker.errors import Closed, NotConnected, Unwelcome
from tests.bridge import certificates
from tests.bridge.app import App, running, settings
from tests.bridge.conftest import StartBroker
from tests.bridge.mosquitto import Mosquitto, free_port
from tests.bridge.peer import peer
from tests.bridge.scripted import (
    WELCOME,
    WRONG_VERSION,
    WRONG_VERSION_OLD,
    Packets,
    answers,
    cuts,
    http_refusal,
    only_v311,
    refuses_subscriptions,
    scripted,
    silent,
)
from tests.bridge.websockets import front

PASSWORD = '@:/#%ö "'
ACL = ("user bridge", "topic readwrite layla/#", "user other", "topic readwrite #")


async def tried(to: BrokerSettings) -> Trouble:
    """Try a broker that must not work."""
    found = await try_broker(to)
    assert found is not None
    assert found.remedy
    assert to.address in found.text
    return found


async def test_a_broker_that_works_is_no_trouble(broker: Mosquitto) -> None:
    assert await try_broker(settings(broker.port)) is None


async def test_a_try_leaves_a_running_bridge_alone(broker: Mosquitto) -> None:
    async with running(App(settings(broker.port))) as app:
        assert await try_broker(settings(broker.port)) is None
        assert app.link.connected
        assert app.pauses.empty()


@pytest.mark.parametrize("refusal", [WRONG_VERSION, WRONG_VERSION_OLD, b""], ids=["132", "1", "closed"])
async def test_a_broker_without_mqtt_5_is_no_trouble(refusal: bytes) -> None:
    async with scripted(only_v311(refusal)) as broker:
        assert await try_broker(settings(broker.port)) is None


@pytest.fixture
def _nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A DNS that knows no name."""

    def lookup(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


@pytest.mark.usefixtures("_nobody_knows")
async def test_a_name_that_is_not_known() -> None:
    assert (await tried(settings(1883, host="no-such-host.invalid"))).kind is TroubleKind.DNS


async def test_a_name_that_is_none() -> None:
    assert (await tried(settings(1883, host=""))).kind is TroubleKind.DNS
    with pytest.raises(UnicodeError) as caught:
        "a..b".encode("idna")
    assert trouble.of(caught.value, settings(1883, host="a..b")).kind is TroubleKind.DNS


async def test_nobody_listens() -> None:
    assert (await tried(settings(free_port()))).kind is TroubleKind.REFUSED


async def test_a_network_that_cannot_be_reached() -> None:
    found = trouble.of(OSError(113, "No route to host"), settings(1883))
    assert found.kind is TroubleKind.REFUSED
    assert "No route to host" in found.text


@pytest.mark.parametrize("tls", [None, Tls()])
async def test_a_host_that_is_silent(tls: Tls | None) -> None:
    async with scripted(silent) as broker:
        app = App(settings(broker.port, tls=tls, keepalive=2), patience=0.3)
        async with app.link:
            assert (await app.paused())[0] is TroubleKind.TIMEOUT
    # The attempt itself ends with the connection, in a thread of its own.
    while any(thread.name == "mqtt-connect" for thread in threading.enumerate()):  # noqa: ASYNC110 - threads tell nobody
        await asyncio.sleep(0.01)


async def test_a_broker_that_ends_the_connection() -> None:
    async with scripted(cuts) as broker:
        assert (await tried(settings(broker.port))).kind is TroubleKind.CLOSED


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n" + bytes(100), b"\x20\x03\x00\x06\x00", b"\x20\x02\x00\x84"]
)
async def test_what_is_not_mqtt(answer: bytes) -> None:
    async with scripted(answers(answer)) as broker:
        assert (await tried(settings(broker.port))).kind in {TroubleKind.PROTOCOL, TroubleKind.CLOSED}


async def test_a_broker_that_speaks_neither_version() -> None:
    async with scripted(answers(WRONG_VERSION), answers(b"\x20\x02\x00\x01")) as broker:
        found = await tried(settings(broker.port))
    assert found.kind in {TroubleKind.PROTOCOL, TroubleKind.CLOSED}


# Who may connect


@pytest.mark.parametrize("name", ["bridge", "brücke"])
async def test_a_password_of_special_characters_is_right(start_broker: StartBroker, name: str) -> None:
    broker = await start_broker(users={name: PASSWORD})
    assert await try_broker(settings(broker.port, username=name, password=PASSWORD)) is None


async def test_a_wrong_password_is_said_once_with_the_remedy_and_without_a_secret(
    start_broker: StartBroker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    broker = await start_broker(users={"someone@example.com": "right"})
    to = settings(broker.port, username="someone@example.com", password=PASSWORD)
    app = App(to)
    async with app.link:
        for _ in range(3):
            assert (await app.paused())[0] is TroubleKind.PASSWORD
        said = app.link.trouble
    assert said == await tried(replace(to, client_id="another"))
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("layla_bridge")]
    assert [message for message in ours if "password" in message] == [f"{said.text}. {said.remedy}"]
    for secret in (PASSWORD, "someone@example.com"):
        assert secret not in f"{caplog.text}{said}{to}{app.link!r}"


@pytest.mark.usefixtures("_nobody_knows")
async def test_a_secret_in_the_host_is_not_said() -> None:
    found = await tried(settings(free_port(), host="someone:secret@127.0.0.1"))
    assert found.kind is TroubleKind.DNS
    assert "secret" not in str(found)


async def test_a_version_3_1_1_broker_refuses_a_password() -> None:
    async with scripted(answers(WRONG_VERSION), answers(b"\x20\x02\x00\x04")) as broker:
        assert (await tried(settings(broker.port))).kind is TroubleKind.PASSWORD


# TLS


async def test_a_trusted_certificate_for_the_name(start_broker: StartBroker, tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "pki", "localhost", "127.0.0.1")
    broker = await start_broker(certificates=made)
    async with running(App(settings(broker.port, tls=Tls(ca=made.ca)), Subscription(filter="layla/#"))) as app:
        for size in (10, 100_000):
            await app.link.publish(Publication(topic="layla/a", payload=bytes(size), qos=1))
        await app.heard()
        assert [len((await app.heard()).payload) for _ in range(2)] == [10, 100_000]


async def test_a_burst_of_messages_over_tls_is_heard_to_the_last(start_broker: StartBroker, tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "pki", "127.0.0.1")
    broker = await start_broker(certificates=made)
    to = settings(broker.port, tls=Tls(ca=made.ca))
    async with running(App(to, Subscription(filter="layla/many"))) as app:
        await app.link.publish_many(Publication(topic="layla/many", payload=b"x" * 40) for _ in range(500))
        for _ in range(500):
            await app.heard()


async def test_a_certificate_for_another_name(start_broker: StartBroker, tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "pki", "broker.example")
    broker = await start_broker(certificates=made)
    for host in ("localhost", "127.0.0.1"):
        assert (await tried(settings(broker.port, host=host, tls=Tls(ca=made.ca)))).kind is TroubleKind.TLS_NAME


async def test_a_certificate_of_an_unknown_ca(start_broker: StartBroker, tmp_path: Path) -> None:
    broker = await start_broker(certificates=certificates.make(tmp_path / "pki", "127.0.0.1"))
    other = certificates.make(tmp_path / "other", "127.0.0.1")
    for ca in (None, other.ca):
        assert (await tried(settings(broker.port, tls=Tls(ca=ca)))).kind is TroubleKind.TLS_UNTRUSTED


async def test_a_certificate_that_has_expired(start_broker: StartBroker, tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "pki", "127.0.0.1", days=-1)
    broker = await start_broker(certificates=made)
    found = await tried(settings(broker.port, tls=Tls(ca=made.ca)))
    assert found.kind is TroubleKind.TLS_OTHER
    assert "not valid today" in found.text


@pytest.mark.parametrize("locked", [False, True])
async def test_a_client_certificate(start_broker: StartBroker, tmp_path: Path, *, locked: bool) -> None:
    made = certificates.make(tmp_path / "pki", "127.0.0.1")
    broker = await start_broker(certificates=made, client_certificates=True)
    tls = Tls(ca=made.ca, certificate=made.client, key=made.client_key)
    if locked:
        tls = replace(tls, key=made.client_locked_key, key_password=certificates.KEY_PASSWORD)
        assert certificates.KEY_PASSWORD not in repr(tls)
    assert await try_broker(settings(broker.port, tls=tls)) is None


async def test_a_missing_client_certificate(start_broker: StartBroker, tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "pki", "127.0.0.1")
    broker = await start_broker(certificates=made, client_certificates=True)
    found = await tried(settings(broker.port, tls=Tls(ca=made.ca)))
    # With TLS 1.3 it is told after the handshake, and the end of the connection may overtake it.
    assert found.kind in {TroubleKind.TLS_OTHER, TroubleKind.CLOSED}
    assert "client certificate" in f"{found.text} {found.remedy}"


async def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "pki", "127.0.0.1")
    nowhere = tmp_path / "nowhere.pem"
    for tls, path in (
        (Tls(ca=nowhere), nowhere),
        (Tls(ca=made.client_key), made.client_key),
        (Tls(ca=made.ca, certificate=nowhere, key=made.client_key), nowhere),
        (Tls(ca=made.ca, certificate=made.client, key=made.server_key), made.server_key),
        (Tls(ca=made.ca, certificate=made.client, key=made.client_locked_key), made.client_locked_key),
        (Tls(ca=made.ca, certificate=made.client), made.client),
    ):
        found = await tried(settings(1883, tls=tls))
        assert found.kind is TroubleKind.TLS_OTHER
        assert str(path) in found.text


async def test_tls_to_a_port_without(broker: Mosquitto) -> None:
    async with scripted(answers(b"")) as plain:
        for port in (broker.port, plain.port):
            found = await tried(settings(port, tls=Tls()))
            assert found.kind in {TroubleKind.TLS_OTHER, TroubleKind.CLOSED}
            assert "TLS" in f"{found.text} {found.remedy}"


async def test_no_tls_to_a_port_with(start_broker: StartBroker, tmp_path: Path) -> None:
    broker = await start_broker(certificates=certificates.make(tmp_path / "pki", "127.0.0.1"))
    assert (await tried(settings(broker.port))).kind is TroubleKind.CLOSED


@pytest.mark.parametrize("reason", ["WRONG_VERSION_NUMBER", "TLSV1_ALERT_PROTOCOL_VERSION", None])
def test_other_failures_of_tls(reason: str | None) -> None:
    error = ssl.SSLError(1, "failed")
    error.reason = reason  # type: ignore[assignment]
    found = trouble.of(error, settings(1883))
    assert found.kind is TroubleKind.TLS_OTHER
    assert "TLS" in found.text


# WebSockets


async def test_web_sockets(start_broker: StartBroker) -> None:
    broker = await start_broker()
    async with (
        front(broker.port, "/there") as port,
        running(App(settings(port, transport="websockets", path="/there"), Subscription(filter="layla/#"))) as app,
    ):
        await app.link.publish(Publication(topic="layla/a", payload=b"heard", qos=1))
        assert {(await app.heard()).payload for _ in range(2)} == {b"online", b"heard"}


async def test_web_sockets_where_there_are_none() -> None:
    async with scripted(http_refusal) as broker:
        assert (await tried(settings(broker.port, transport="websockets"))).kind is TroubleKind.PROTOCOL


# What a broker refuses


async def test_a_publication_that_the_broker_does_not_allow(start_broker: StartBroker) -> None:
    broker = await start_broker(users={"bridge": "a", "other": "b"}, acl=ACL)
    async with (
        running(App(settings(broker.port, username="bridge", password="a"))) as app,
        peer(broker.port, "layla/many", username="other", password="b") as other,
    ):
        denied = Publication(topic="secret/a", payload=b"", qos=1)
        with pytest.raises(Rejected, match="secret/a: not authorized") as caught:
            await app.link.publish(denied)
        assert caught.value.code == reasons.NOT_AUTHORIZED
        assert trouble.of(caught.value, settings(1)).kind is TroubleKind.ACL
        allowed = Publication(topic="layla/many", payload=b"1", qos=1)
        with pytest.raises(Rejected):
            await app.link.publish_many([denied, allowed, denied, allowed])
        assert await other.payloads(2) == [b"1", b"1"]


@pytest.mark.parametrize("old", [False, True], ids=["5", "3.1.1"])
async def test_a_subscription_that_the_broker_does_not_allow(caplog: pytest.LogCaptureFixture, *, old: bool) -> None:
    # Mosquitto with an ACL file grants every subscription, and then delivers nothing.
    scripts = [only_v311(WRONG_VERSION), refuses_subscriptions] if old else [refuses_subscriptions]
    async with scripted(*scripts) as broker:
        to = settings(broker.port)
        app = App(to, Subscription(filter="layla/a"), Subscription(filter="secret/#"))
        async with app.link:
            assert await app.paused() == (TroubleKind.ACL, 0)
            assert await app.paused() == (TroubleKind.ACL, 1)
            assert not app.link.connected
            assert app.link.protocol == ("3.1.1" if old else "5")
    assert [record.message for record in caplog.records if "secret/#" in record.message] == [
        f"The MQTT broker at {to.address} does not allow secret/#. Allow this user the topics of the bridge."
    ]


async def test_a_broker_that_hangs_up_on_what_it_does_not_allow() -> None:
    async def hangs_up(packets: Packets) -> None:
        await packets.version()
        packets.writer.write(WELCOME)
        await packets.read()

    async with scripted(hangs_up) as broker:
        found = await try_broker(settings(broker.port), Wanted(written=("layla/a",)))
    assert found is not None
    assert found.kind is TroubleKind.CLOSED


async def test_a_message_that_the_broker_says_beforehand_is_too_large(start_broker: StartBroker) -> None:
    broker = await start_broker(options=("max_packet_size 2000",))
    async with running(App(settings(broker.port))) as app, peer(broker.port, "layla/a") as other:
        # Fixed header 3, topic 2 + 7, id 2, no properties 1.
        fits = Publication(topic="layla/a", payload=bytes(2000 - 15), qos=1)
        for qos in (0, 1):
            with pytest.raises(Rejected) as caught:
                await app.link.publish(replace(fits, payload=bytes(2000), qos=qos))
            assert caught.value.code == reasons.TOO_LARGE
        with pytest.raises(Rejected):
            await app.link.publish(replace(fits, payload=fits.payload + b"1"))
        with pytest.raises(Rejected):
            await app.link.publish(replace(fits, expiry=60))
        with pytest.raises(Rejected):
            await app.link.publish_many([replace(fits, payload=bytes(2000)), fits])
        await app.link.publish(fits)
        assert [len(payload) for payload in await other.payloads(2)] == [1985, 1985]
        assert app.link.connected


async def test_a_message_that_only_the_answer_says_is_too_large(start_broker: StartBroker) -> None:
    broker = await start_broker(options=("message_size_limit 1000",))
    async with running(App(settings(broker.port))) as app:
        with pytest.raises(Rejected) as caught:
            await app.link.publish(Publication(topic="layla/a", payload=bytes(2000), qos=1))
        assert caught.value.code == reasons.TOO_LARGE
        await app.paused()
        await app.connected()


async def test_qos_and_retained_messages_that_a_broker_does_not_have(start_broker: StartBroker) -> None:
    broker = await start_broker(options=("max_qos 1", "retain_available true"))
    async with running(App(settings(broker.port))) as app:
        with pytest.raises(Rejected) as caught:
            await app.link.publish(Publication(topic="layla/a", payload=b"", qos=2))
        assert caught.value.code == reasons.QOS_NOT_SUPPORTED
    # CONNACK: retain available 0.
    async with scripted(answers(b"\x20\x05\x00\x00\x02\x25\x00")) as without:
        app = App(settings(without.port))
        app.link._on_connected = app.announce_nothing
        async with running(app):
            with pytest.raises(Rejected) as caught:
                await app.link.publish(Publication(topic="layla/a", payload=b"", retain=True))
            assert caught.value.code == reasons.RETAIN_NOT_SUPPORTED


async def test_the_broker_has_the_last_word_on_the_keepalive(start_broker: StartBroker) -> None:
    broker = await start_broker(options=("max_keepalive 10",))
    async with running(App(settings(broker.port, keepalive=60))) as app:
        assert app.link.session is not None
        assert app.link.session.keepalive == 10
        assert app.link._live()._client.keepalive == 10


@pytest.mark.mosquitto
async def test_too_large_a_message_does_not_reach_us(broker: Mosquitto) -> None:
    async with running(App(settings(broker.port), Subscription(filter="layla/in"))) as app, peer(broker.port) as other:
        await other.publish("layla/in", bytes(2 * 1024 * 1024))
        await other.publish("layla/in", b"small")
        assert (await app.heard()).payload == b"small"


# In words


@pytest.mark.parametrize("code", [*reasons.REASONS, 255])
@pytest.mark.parametrize("make", [Unwelcome, Closed, lambda code: Rejected("layla/a", code)])
def test_each_reason_is_told(code: int, make: type[Unwelcome]) -> None:
    error = make(code)
    found = trouble.of(error, settings(1883))
    assert found.text.startswith("The MQTT broker at 127.0.0.1:1883 ")
    assert found.remedy.endswith(".")
    assert str(code) in str(error)


@pytest.mark.parametrize("error", [Closed(), NotConnected(), BrokerError(), ConnectionResetError()])
def test_an_end_without_a_reason_is_told(error: Exception) -> None:
    assert trouble.of(error, settings(1883)).kind is TroubleKind.CLOSED
