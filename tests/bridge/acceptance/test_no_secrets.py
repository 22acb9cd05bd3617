"""Tokens, passwords and personal data appear nowhere: no topic, no payload, no log, no page, no metric."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
import json
import time
from typing import Any, Final
from urllib.parse import quote

import pytest

from layla_bridge.access.token_file import store
from layla_bridge.cloud.oauth.tokens import Tokens, renewal_time
from simulator import World
from simulator.oauth import CLIENT_ID, CLIENT_SECRET
from tests.bridge.acceptance.indiscreet import ECHO, Answer, Indiscreet, indiscreet
from tests.bridge.conftest import StartBroker
from tests.bridge.mosquitto import GENEROUS, Mosquitto, free_port
from tests.bridge.status_stream import streaming
from tests.bridge.whole import BridgeProcess, Listener, Setting, listening
from tests.integration.cloud import Cloud

PASSWORD: Final = 'p@ss:w/ör%d#"1'
WRONG: Final = "not-the-right-one-4711"
READER: Final = {"username": "reader", "password": "reads"}
PERSON: Final = {
    "name": "Philippa Featherstonehaugh",
    "email": "philippa@featherstonehaugh.example",
    "phone": "+44 20 7946 0958",
    "address": "77 Cholmondeley Crescent",
    "company": "Featherstonehaugh Lettings",
}
ADDRESSES: Final = ("1 Hidden Harbour Road", "2 Secret Mews", "3 Private Passage")
OF_HOMES: Final = dict(zip(("villa", "flat", "office"), ADDRESSES, strict=True))
# What its owner calls a unit is told, so this one has no name.
UNIT: Final = {**PERSON, "id": "villa-kitchen", "property_id": "villa", "name": None, "owner": PERSON}
WHOLE: Final = json.dumps({**PERSON, "addresses": ADDRESSES}).encode()


@pytest.fixture
def world() -> World:
    """Homes with addresses, and an owner with a name."""
    made = World.demo()
    made.profile |= PERSON
    for place, address in OF_HOMES.items():
        made.properties[place].address = address
    return made


@pytest.fixture
async def broker(start_broker: StartBroker) -> Mosquitto:
    """A broker that asks for passwords."""
    return await start_broker(users={"bridge": PASSWORD, READER["username"]: READER["password"]})


@pytest.fixture
async def listener(broker: Mosquitto) -> AsyncIterator[Listener]:
    """Everybody else on the broker."""
    async with listening(broker.port, **READER) as other:
        yield other


@pytest.fixture
async def gossip(cloud: Cloud) -> AsyncIterator[Indiscreet]:
    """A cloud that can be made to say too much."""
    async with indiscreet(cloud.session, cloud.url) as made:
        yield made


def talkative(setting: Setting, gossip: Indiscreet, **more: str) -> Setting:
    """Have a bridge tell as much as it ever does."""
    return replace(
        setting,
        more={
            "LAYLA_ACCOUNT__URL": setting.cloud.base_url.replace(setting.cloud.url, gossip.url),
            "LAYLA_BROKER__USERNAME": "bridge",
            "LAYLA_BROKER__PASSWORD": PASSWORD,
            "LAYLA_LOG_LEVEL": "debug",
            "LAYLA_PUBLISH__LOG": "true",
            "LAYLA_DISCOVERY__ENABLED": "true",
            "LAYLA_STATUS_PAGE__ENABLED": "true",
            "LAYLA_STATUS_PAGE__PORT": str(free_port()),
            **more,
        },
    )


def seen(listener: Listener) -> list[str]:
    """Return every topic and payload that the bridge published."""
    return [
        f"{message.topic} {bytes(message.payload).decode(errors='replace')}"
        for message in listener.heard
        if "/request/" not in message.topic and "/set" not in message.topic
    ]


async def pages(setting: Setting) -> list[str]:
    """Return everything that the status page shows."""
    url = f"http://127.0.0.1:{setting.more['LAYLA_STATUS_PAGE__PORT']}/"
    found = []
    for path in ("", "healthz", "healthz?ready", "metrics", "nowhere"):
        async with setting.cloud.session.get(f"{url}{path}") as response:
            found.append(f"{response.headers} {await response.text()}")
    async with streaming(setting.cloud.session, url) as stream:
        first = await stream.message()
        found.append(json.dumps(first, ensure_ascii=False))
        if "properties" in first:
            found.append(json.dumps(await stream.message(), ensure_ascii=False))
    return found


def found(secrets: Iterable[str], texts: Iterable[str]) -> list[tuple[str, str]]:
    """Return what secrets appear in texts, also as they are written in JSON and in addresses."""
    written = {form for secret in secrets for form in (secret, json.dumps(secret)[1:-1], quote(secret, safe=""))}
    return [(form, text[:300]) for text in texts for form in written if form in text]


SAID: Final = json.dumps({"message": f"{ECHO.decode()} of {PERSON['email']} is no good"}).encode()
INDISCRETIONS: Final[Mapping[str, tuple[str, Answer]]] = {
    "broken": ("/devices", Answer(200, WHOLE[:-20])),
    "another shape": ("/devices", Answer(200, WHOLE)),
    "wrong members": ("/devices", Answer(200, json.dumps([{**UNIT, "readings": PERSON, "alarms": PERSON}]).encode())),
    "a page": ("/devices", Answer(200, b"<html>" + WHOLE, "text/html")),
    "unauthorized": ("/devices", Answer(401, json.dumps({"message": f"{PERSON['email']} has no such token"}).encode())),
    "forbidden": ("/devices", Answer(403, json.dumps({"message": f"not {PERSON['email']}"}).encode())),
    "a fault": ("/devices", Answer(500, b"Traceback\n" + WHOLE, "text/plain")),
    "an echo": ("/devices", Answer(400, SAID)),
    "an echo of a fault": ("/devices", Answer(503, SAID)),
    "broken events": ("/notifications", Answer(200, WHOLE[:-20])),
    "refused profile": ("/users/self", Answer(400, json.dumps({"message": f"who is {PERSON['email']}"}).encode())),
}


async def gossiped(gossip: Indiscreet, listener: Listener) -> None:
    """Have the cloud say everything that it should not, and the bridge tell what it makes of that."""
    for ending, answer in INDISCRETIONS.values():
        gossip.answers = {ending: answer}
        await listener.ask("refresh")
        await listener.ask("health")
    gossip.answers = {"/eco_mode": Answer(409, SAID)}
    await listener.say("layla/device/villa-kitchen/set", {"eco_time": 60})
    await listener.say("layla/property/villa/set", {"eco_mode": True})
    await listener.say("layla/device/villa-kitchen/set", {"colour": "red"})
    for item in ("device/villa-kitchen", "property/villa"):
        await listener.document(f"layla/{item}/result", lambda answer: not answer["ok"])


async def worked(setting: Setting, listener: Listener) -> None:
    """Have the bridge do everything once."""
    await listener.document("layla/property/office")
    await setting.cloud.alarm("villa-kitchen", "smoke_alarm")
    for verb in ("refresh", "health", "republish", "events", "options", "clean", "history", "nonsense"):
        await listener.ask(verb)
    await listener.document("layla/device/villa-kitchen/event")


@pytest.mark.slow
async def test_by_token_nothing_secret_and_nothing_personal_is_told(
    setting: Setting, gossip: Indiscreet, listener: Listener
) -> None:
    setting = talkative(setting, gossip)
    token = setting.cloud.token
    async with BridgeProcess(setting) as bridge:
        await worked(setting, listener)
        texts = await pages(setting)
        await gossiped(gossip, listener)
        texts += await pages(setting)
        gossip.answers.clear()
        await listener.ask("refresh")
        assert await bridge.terminate() == 0
    assert gossip.authorizations == {f"Bearer {token}"}
    assert "DEBUG" in bridge.output
    assert listener.counts["layla/bridge/layla/log"] > 2
    secrets = (token, *token.split("."), PASSWORD, *PERSON.values(), *ADDRESSES, PERSON["name"].split()[1])
    assert found(secrets, (*texts, *seen(listener), bridge.output)) == []


@pytest.mark.slow
@pytest.mark.parametrize("opaque", [False, True], ids=["readable tokens", "opaque tokens"])
async def test_by_sign_in_neither_access_nor_refresh_tokens_are_told_whether_renewed_or_refused(
    setting: Setting, gossip: Indiscreet, listener: Listener, *, opaque: bool
) -> None:
    cloud = setting.cloud
    await cloud.control("PATCH", "oauth", opaque=opaque, access_lifetime=3600)
    answer: dict[str, Any] = await cloud.control("POST", "oauth/grants", sub="demo-owner")
    access = answer["access_token"]
    renewal = renewal_time(access, float(answer["expires_in"]), time.time())
    setting = talkative(
        setting,
        gossip,
        LAYLA_ACCOUNT__KIND="sign_in",
        LAYLA_ACCOUNT__URL=cloud.partner_url.replace(cloud.url, gossip.url),
        LAYLA_ACCOUNT__TOKEN_URL=f"{gossip.url}/oauth/token",
        LAYLA_ACCOUNT__CLIENT_ID=CLIENT_ID,
        LAYLA_ACCOUNT__CLIENT_SECRET=CLIENT_SECRET,
        LAYLA_ACCOUNT__TOKEN="",
    )
    store(setting.folder / "layla" / "tokens.json", Tokens(access, answer["refresh_token"], renewal))
    tokens = {access, answer["refresh_token"]}

    async def collect() -> None:
        for grant in await cloud.control("GET", "oauth/grants"):
            tokens.update((grant["access_token"], grant["refresh_token"]))

    async with BridgeProcess(setting) as bridge:
        units = await first_unit(listener)
        assert units
        await listener.ask("refresh")
        # The access token is no longer good, and is renewed.
        await cloud.expire(access)
        assert (await listener.ask("refresh"))["status"] == "ok"
        await collect()
        assert len(tokens) > 2
        said = f'{{"error": "invalid_request", "error_description": "{ECHO.decode()} of {PERSON["email"]}"}}'.encode()
        for ending, status, body in (
            *(("/devices", status, SAID) for status in (400, 401, 500)),
            *(("/token", status, said) for status in (500, 400)),
        ):
            gossip.answers = {ending: Answer(status, body)}
            for grant in await cloud.control("GET", "oauth/grants"):
                await cloud.expire(grant["access_token"])
            assert (await listener.ask("refresh"))["status"] == "error"
            await listener.ask("health")
            await collect()
        texts = await pages(setting)
        await collect()
        assert await bridge.terminate() == 0
    parts = {part for each in tokens for part in each.split(".") if len(part) > 8}
    secrets = (*tokens, *parts, CLIENT_SECRET, PASSWORD, *PERSON.values(), *ADDRESSES)
    assert found(secrets, (*texts, *seen(listener), bridge.output)) == []


async def first_unit(listener: Listener) -> str:
    """Wait for the state of any unit."""

    def states() -> list[str]:
        return [topic for topic in listener.latest if topic.startswith("layla/device/") and topic.count("/") == 2]

    await listener.until(lambda: bool(states()))
    return states()[0]


async def test_a_password_that_is_wrong_is_not_told_either(setting: Setting, gossip: Indiscreet) -> None:
    setting = talkative(setting, gossip, LAYLA_BROKER__PASSWORD=WRONG)
    broker = setting.broker
    assert isinstance(broker, Mosquitto)
    async with BridgeProcess(setting) as bridge:
        async with asyncio.timeout(GENEROUS):
            while not any("not authorised" in line for line in broker.log):  # noqa: ASYNC110  # it tells nobody else
                await asyncio.sleep(0.05)
            url = f"http://127.0.0.1:{setting.more['LAYLA_STATUS_PAGE__PORT']}/healthz"
            while True:
                async with setting.cloud.session.get(url) as response:
                    told = await response.text()
                if json.loads(told)["broker"]["trouble"]:
                    break
                await asyncio.sleep(0.05)
        texts = [told, *await pages(setting)]
        assert await bridge.terminate() == 0
    assert "password" in bridge.output
    assert found((WRONG, setting.cloud.token, *PERSON.values(), *ADDRESSES), (*texts, bridge.output)) == []
