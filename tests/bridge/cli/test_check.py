"""`check` tells what does not work, and what to do about it: everything through the command, a cloud and a broker."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
import socket
import ssl
from typing import Any, Final

from aiohttp import connector
import pytest

from layla_bridge.access.token_file import store
from layla_bridge.broker import check
from layla_bridge.cloud import http
from layla_bridge.cloud.oauth.tokens import Tokens
from layla_bridge.configuration import load
from layla_bridge.outbox import Outbox
from tests.bridge import certificates
from tests.bridge.cli.command import Ended, ran
from tests.bridge.cli.conftest import Write, at, by_sign_in, by_token
from tests.bridge.conftest import StartBroker
from tests.bridge.mosquitto import Mosquitto, free_port
from tests.bridge.peer import peer
from tests.integration.cloud import Cloud

NOWHERE: Final = "no-such-host.invalid"
REFUSED: Final = "does not answer: connection refused"
ACL: Final = "Allow this user the topics of the bridge."


@pytest.fixture(autouse=True)
def _dns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A DNS that does not know that host, at once."""
    real: Callable[..., Any] = socket.getaddrinfo

    def lookup(host: Any, *others: Any, **named: Any) -> Any:
        if host == NOWHERE:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *others, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


async def checked(path: Path, *options: str) -> Ended:
    """Run the check of a configuration."""
    ended = await ran("check", "-c", path, *options)
    assert ended.err == ""
    return ended


def told(ended: Ended, title: str) -> tuple[str, str]:
    """Return what a step that failed says, and its remedy."""
    assert ended.code == 1, ended.out
    lines = ended.out.splitlines()
    number = next(number for number, line in enumerate(lines) if line.startswith(f"✗ {title}: "))
    assert f"Not all is well: {title}." in lines
    return lines[number].removeprefix(f"✗ {title}: "), lines[number + 1].strip()


def put(path: Path, content: bytes) -> None:
    """Put a file there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def there(path: Path) -> bool:
    """Tell whether there is anything."""
    return path.exists()


async def test_all_is_well(cloud: Cloud, broker: Mosquitto, write: Write, data: Path) -> None:
    path = write(account=by_token(cloud), broker=at(broker), discovery={"enabled": True})
    async with peer(broker.port, "layla/#", "homeassistant/#") as other:
        ended = await checked(path)
        written = {(await other.next()).payload for _ in range(4)}

    assert ended.code == 0, ended.out
    lines = ended.out.splitlines()
    assert lines[0] == f"✓ Configuration: {path}"
    assert lines[1] == f"✓ Data folder: {data} can be made"
    assert lines[2].startswith("✓ Cloud: 3 properties with ")
    assert lines[3] == f"✓ Broker: 127.0.0.1:{broker.port} lets the bridge in, and allows its topics"
    assert lines[4].startswith("✓ Status page: 127.0.0.1:")
    assert lines[-1] == "All is well."
    assert written == {b""}
    assert not there(data)
    for secret in (cloud.token, "robin@example.com", "\x1b"):
        assert secret not in ended.out


async def test_every_step_is_tried_whatever_became_of_the_others(write: Write) -> None:
    nobody = {"host": "127.0.0.1", "port": free_port()}
    path = write(account={"url": f"http://127.0.0.1:{free_port()}", "token": "t"}, broker=nobody)
    ended = await checked(path)

    assert [line[0] for line in ended.out.splitlines() if line.startswith(("✓", "✗"))] == ["✓", "✓", "✗", "✗", "✓"]
    assert ended.out.endswith("\nNot all is well: Cloud, Broker.\n")
    assert ended.code == 1


# The configuration


async def test_a_wrong_type_in_a_key_and_a_missing_file(write: Write, tmp_path: Path) -> None:
    path = write(
        account={"token": "t"}, broker={"port": "many", "tls": {"enabled": True, "ca": str(tmp_path / "ca.pem")}}
    )
    ended = await checked(path)

    assert ended.code == 2
    assert ended.out.splitlines()[0] == f"✗ Configuration: {path}"
    assert f"{tmp_path / 'ca.pem'} is not a file" in ended.out
    assert "- broker.port: 'many' is not a whole number" in ended.out
    assert "accepted: a port from 1 to 65535" in ended.out
    assert f"where: {path} line " in ended.out


async def test_a_missing_configuration(tmp_path: Path) -> None:
    ended = await checked(tmp_path / "nowhere.yaml")

    assert ended.code == 2
    assert "there is no such file" in ended.out
    assert "such as `init` writes" in ended.out


async def test_a_secret_file_that_is_not_there(write: Write, tmp_path: Path) -> None:
    ended = await checked(write(account={"token_file": str(tmp_path / "token")}))

    assert ended.code == 2
    assert "- account.token_file: there is no such file" in ended.out


# The cloud


@pytest.mark.parametrize(
    ("url", "text", "remedy"),
    [
        (f"http://{NOWHERE}/api", f"http://{NOWHERE}/api cannot be found by its name", "the DNS of this machine"),
        ("http://127.0.0.1:{free}/api", f"http://127.0.0.1:{{free}}/api {REFUSED}", "Check account.url with its port"),
        ("{cloud}/wrong", "{cloud}/wrong is not the address of this API", "what stands before /v1/"),
        ("{cloud}/oauth/authorize", "is not the address of this API", "what stands before /v1/"),
        ("https://{cloud.authority}/api", "does not speak TLS on this port", "whether it begins with http://"),
    ],
    ids=["dns", "refused", "no path", "a web page", "no tls"],
)
async def test_an_address_that_is_wrong(
    cloud: Cloud, broker: Mosquitto, write: Write, url: str, text: str, remedy: str
) -> None:
    authority = cloud.url.removeprefix("http://")
    names = {"free": str(free_port()), "cloud": cloud.url, "cloud.authority": authority}

    def filled(template: str) -> str:
        for name, value in names.items():
            template = template.replace(f"{{{name}}}", value)
        return template

    ended = await checked(write(account=by_token(cloud, url=filled(url)), broker=at(broker)))

    said, do = told(ended, "Cloud")
    assert filled(text) in said
    assert remedy in do


@pytest.mark.parametrize(
    ("names", "days", "text"),
    [
        (["elsewhere.example"], 30, "has a certificate that is not trusted"),
        (["localhost"], -1, "has a certificate that is not valid today"),
        (["elsewhere.example"], 30, "has a certificate for another name"),
    ],
    ids=["untrusted", "expired", "name"],
)
async def test_a_certificate_of_the_cloud_that_is_wrong(
    start_broker: StartBroker,
    write: Write,
    tmp_path: Path,
    names: list[str],
    days: int,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = certificates.make(tmp_path / "pki", *names, days=days)
    if "trusted" not in text:
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.load_verify_locations(made.ca)
        monkeypatch.setattr(connector, "_SSL_CONTEXT_VERIFIED", trusting)
    encrypted, plain = await start_broker(certificates=made), await start_broker()
    url = f"https://localhost:{encrypted.port}"
    ended = await checked(write(account={"url": url, "token": "t"}, broker=at(plain)))

    assert told(ended, "Cloud")[0] == f"{url} {text}"


async def test_a_token_that_is_wrong(cloud: Cloud, broker: Mosquitto, write: Write) -> None:
    ended = await checked(write(account=by_token(cloud, token="wr0ng"), broker=at(broker)))

    assert told(ended, "Cloud") == (
        "The cloud does not accept the token (401)",
        "Check that account.token is the whole token, or get a new one.",
    )
    assert "wr0ng" not in ended.out


async def test_a_token_that_has_expired(cloud: Cloud, broker: Mosquitto, write: Write) -> None:
    token = await cloud.new_token(ttl=0.001)
    ended = await checked(write(account=by_token(cloud, token=token), broker=at(broker)))

    assert told(ended, "Cloud") == (
        f"The token has expired, on {datetime.now(UTC):%Y-%m-%d}",
        "Get a new one, and put it into account.token.",
    )


@pytest.mark.parametrize(
    ("fault", "text", "remedy"),
    [
        ({"kind": "status", "status": 403}, "The account may not do this", "Use the account that owns the properties"),
        ({"kind": "status", "status": 422}, "The cloud declined: ", "Check account.url, and account.routes."),
        (
            {"kind": "status", "status": 429, "retry_after": 7},
            "asks for fewer requests (429)",
            "Try again in 7 seconds;",
        ),
        ({"kind": "status", "status": 429}, "asks for fewer requests (429)", "Try again in some minutes;"),
        ({"kind": "status", "status": 503}, "The cloud has a fault of its own", "Try again later"),
        ({"kind": "cut"}, "gave no whole answer (the connection was cut)", "Try again, and check account.url."),
        ({"kind": "html"}, "is not the address of this API", "Check account.url"),
    ],
    ids=["right", "declined", "quota", "quota without end", "fault", "cut", "no json"],
)
async def test_a_cloud_that_does_not_do_as_it_should(
    cloud: Cloud, broker: Mosquitto, write: Write, fault: dict[str, Any], text: str, remedy: str
) -> None:
    await cloud.fault("getCurrentUser", **fault)
    said, do = told(await checked(write(account=by_token(cloud), broker=at(broker))), "Cloud")

    assert text in said
    assert remedy in do


async def test_a_cloud_that_does_not_answer(
    cloud: Cloud, broker: Mosquitto, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "REQUEST_TIMEOUT", 0.1)
    await cloud.fault("getCurrentUser", "delay", seconds=5)
    said, do = told(await checked(write(account=by_token(cloud), broker=at(broker))), "Cloud")

    assert said == f"{cloud.base_url} did not answer in time"
    assert do == "Try again; check account.url and the firewall."


async def test_what_cannot_be_read_beside_the_units_is_no_failure(
    cloud: Cloud, broker: Mosquitto, write: Write
) -> None:
    await cloud.fault("listNotifications", "status", status=500)
    ended = await checked(write(account=by_token(cloud), broker=at(broker)))

    assert "! Cloud: not everything can be read. The cloud has a fault of its own" in ended.out
    assert ended.code == 0


async def test_what_is_published_of_the_account(cloud: Cloud, broker: Mosquitto, write: Write) -> None:
    places = (await cloud.control("GET", "state"))["properties"]
    some = {"include": [places[0]["id"]]}
    ended = await checked(write(account=by_token(cloud), broker=at(broker), properties=some))
    assert ", of which 1 property with " in ended.out
    assert ended.code == 0

    ended = await checked(write(account=by_token(cloud), broker=at(broker), properties={"include": ["Nowhere"]}))
    assert "; none is published\n    Check properties.include and properties.exclude.\n" in ended.out


async def test_what_one_of_several_bridges_publishes(cloud: Cloud, broker: Mosquitto, write: Write, data: Path) -> None:
    path = write(account=by_token(cloud), broker=at(broker))
    said = [(await checked(path, "--shard", f"{index}/8")).out for index in range(1, 9)]
    some = [text for text in said if "are published by shard " in text]
    none = [text for text in said if "; none is published by shard " in text]
    assert 1 <= len(some) <= 3
    assert len(some) + len(none) == 8
    assert "    It may be well all the same: where there are few properties, a shard can have none.\n" in none[0]
    assert f"Data folder: {data / 'shard-8'} can be made" in said[-1]


# The cloud, by a sign-in


async def test_a_sign_in_that_nobody_has_done(cloud: Cloud, broker: Mosquitto, write: Write, data: Path) -> None:
    said, do = told(await checked(write(account=by_sign_in(cloud), broker=at(broker))), "Cloud")

    assert said == f"{data / 'tokens.json'}: there are no tokens yet; sign in first"
    assert do == "Sign in: layla-bridge sign-in"


async def test_a_sign_in_that_is_good_and_one_that_is_not(
    cloud: Cloud, broker: Mosquitto, write: Write, data: Path
) -> None:
    path = write(account=by_sign_in(cloud), broker=at(broker))
    granted = await cloud.control("POST", "oauth/grants")
    store(data / "tokens.json", Tokens(granted["access_token"], granted["refresh_token"], None))
    assert (await checked(path)).code == 0

    await cloud.control("DELETE", "oauth/grants")
    said, do = told(await checked(path), "Cloud")
    assert said.startswith("The sign-in is no longer good (invalid_grant: ")
    assert do == "Sign in anew: layla-bridge sign-in"

    store(data / "tokens.json", Tokens("0paque", None, None))
    said, do = told(await checked(path), "Cloud")
    assert said == "The cloud does not accept the sign-in (401)"

    store(data / "tokens.json", Tokens("0paque", "0ther", 0.0))
    elsewhere = write(account=by_sign_in(cloud, token_url=f"http://127.0.0.1:{free_port()}/token"), broker=at(broker))
    said, do = told(await checked(elsewhere), "Cloud")
    assert said.endswith(f"/token {REFUSED}")
    assert do.startswith("Check account.token_url with its port")


async def test_an_address_of_the_other_api(cloud: Cloud, broker: Mosquitto, write: Write, data: Path) -> None:
    granted = await cloud.control("POST", "oauth/grants")
    store(data / "tokens.json", Tokens(granted["access_token"], granted["refresh_token"], None))
    _, do = told(await checked(write(account=by_sign_in(cloud, url=f"{cloud.url}/wrong"), broker=at(broker))), "Cloud")

    assert do.endswith("An account of kind sign_in has the address of the partner API.")


# The broker


async def test_a_broker_whose_name_is_not_known(cloud: Cloud, write: Write) -> None:
    said, do = told(await checked(write(account=by_token(cloud), broker={"host": NOWHERE})), "Broker")

    assert said == f"The MQTT broker at {NOWHERE}:1883 cannot be found by its name"
    assert do == "Check the host name, and the DNS."


async def test_a_broker_that_is_not_running(cloud: Cloud, write: Write) -> None:
    port = free_port()
    said, do = told(await checked(write(account=by_token(cloud), broker={"host": "127.0.0.1", "port": port})), "Broker")

    assert said == f"The MQTT broker at 127.0.0.1:{port} {REFUSED}"
    assert do == "Check that the broker is running, and its host and port."


async def test_a_broker_with_a_certificate_for_another_name(
    cloud: Cloud, write: Write, start_broker: StartBroker, tmp_path: Path
) -> None:
    made = certificates.make(tmp_path / "pki", "broker.example")
    broker = await start_broker(certificates=made)
    tls = {"enabled": True, "ca": str(made.ca)}
    said, do = told(await checked(write(account=by_token(cloud), broker=at(broker, tls=tls))), "Broker")

    assert said.endswith("has a certificate for another name")
    assert do == "Use the host name that the certificate names."


async def test_a_wrong_password(cloud: Cloud, write: Write, start_broker: StartBroker) -> None:
    broker = await start_broker(users={"bridge": "right"})
    members = at(broker, username="bridge", password="wr0ng")
    ended = await checked(write(account=by_token(cloud), broker=members))

    said, do = told(ended, "Broker")
    assert said.endswith("refused the user name or the password")
    assert do == "Correct the user name and the password, and make sure that this user may connect."
    assert "wr0ng" not in ended.out


@pytest.mark.parametrize(
    ("allowed", "topic"),
    [
        ("topic readwrite layla/bridge/#", "layla/device/check-villa"),
        ("topic read layla/#", "layla/bridge/villa/check"),
        ("topic write #", "layla/bridge/villa/check"),
        ("topic readwrite layla/#", "homeassistant/device/layla_check-villa/config"),
    ],
    ids=["no units", "no writing", "no reading", "no discovery"],
)
async def test_topics_that_the_broker_does_not_allow(
    cloud: Cloud,
    write: Write,
    start_broker: StartBroker,
    monkeypatch: pytest.MonkeyPatch,
    allowed: str,
    topic: str,
) -> None:
    monkeypatch.setattr(check, "PATIENCE", 0.5)
    broker = await start_broker(users={"bridge": "right"}, acl=("user bridge", allowed))
    members = at(broker, username="bridge", password="right")
    path = write(account=by_token(cloud), broker=members, discovery={"enabled": True})
    said, do = told(await checked(path), "Broker")

    assert said == f"The MQTT broker at 127.0.0.1:{broker.port} does not allow {topic}"
    assert do == ACL


# This machine


async def test_a_bridge_that_is_running_is_left_alone(
    cloud: Cloud, broker: Mosquitto, write: Write, data: Path
) -> None:
    path = write(account=by_token(cloud), broker=at(broker))
    page = load(path, {}).status_page
    outbox = await Outbox.opened(data / "outbox.db")
    server = await asyncio.start_server(lambda *_: None, page.host, page.port)
    try:
        ended = await checked(path)
    finally:
        await outbox.close()
        server.close()

    assert f"! Data folder: {data} is in use: a bridge is running with it" in ended.out
    assert f"! Status page: 127.0.0.1:{page.port} is in use, by the bridge that is running" in ended.out
    assert ended.code == 0

    ended = await checked(path)
    assert f"✓ Data folder: {data} can be written to" in ended.out


async def test_an_outbox_that_is_broken_is_no_other_bridges(
    cloud: Cloud, broker: Mosquitto, write: Write, data: Path
) -> None:
    put(data / "outbox.db", b"nothing of ours" * 100)

    assert (
        f"✓ Data folder: {data} can be written to"
        in (await checked(write(account=by_token(cloud), broker=at(broker)))).out
    )


async def test_an_outbox_that_is_no_file(cloud: Cloud, broker: Mosquitto, write: Write, data: Path) -> None:
    put(data / "outbox.db" / "a folder", b"")
    said, _ = told(await checked(write(account=by_token(cloud), broker=at(broker))), "Data folder")

    assert said.startswith(f"{data / 'outbox.db'} cannot be used")


async def test_a_folder_that_cannot_be_written_to(cloud: Cloud, broker: Mosquitto, write: Write, data: Path) -> None:
    put(data, b"a file")
    said, do = told(await checked(write(account=by_token(cloud), broker=at(broker))), "Data folder")

    assert said == f"{data} cannot be written to: Not a directory"
    assert do == "Give the folder to the user that the bridge runs as, or name another one as data."


async def test_a_port_that_is_in_use(cloud: Cloud, broker: Mosquitto, write: Write) -> None:
    page = {"port": broker.port}
    said, do = told(await checked(write(account=by_token(cloud), broker=at(broker), status_page=page)), "Status page")

    assert said == f"127.0.0.1:{broker.port} is in use by another program"
    assert do == "Choose another port as status_page.port."


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ({"host": NOWHERE}, f"{NOWHERE} is not an address of this machine"),
        ({"host": "192.0.2.1"}, "192.0.2.1:8751 cannot be used"),
    ],
    ids=["no name", "no address"],
)
async def test_an_address_of_the_status_page_that_is_wrong(
    cloud: Cloud, broker: Mosquitto, write: Write, page: dict[str, str], said: str
) -> None:
    path = write(account=by_token(cloud), broker=at(broker), status_page=page)

    assert told(await checked(path), "Status page")[0].startswith(said)


async def test_a_status_page_that_is_switched_off(cloud: Cloud, broker: Mosquitto, write: Write) -> None:
    path = write(account=by_token(cloud), broker=at(broker), status_page={"enabled": False})

    assert "✓ Status page: is switched off" in (await checked(path)).out
