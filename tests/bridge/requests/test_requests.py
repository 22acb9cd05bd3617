"""Requests to the bridge itself: read, answered, and never carried out because a broker kept them."""

import asyncio
import json
from typing import Any

import pytest

from layla_bridge.contract.messages import Message, Publication
from layla_bridge.contract.topics import BridgeRequest, Topics
from layla_bridge.requests.requests import Asked, BadRequest, Members, Requests
from tests.bridge.mosquitto import GENEROUS
from tests.bridge.whole import Listener, Setting, bridging

TOPICS = Topics("villa")


class Desk:
    """Requests, who carries them out, and what is sent."""

    def __init__(self, *, echoes: bool = False) -> None:
        self.sent: asyncio.Queue[Publication] = asyncio.Queue()
        self.asked: list[Members] = []
        self.requests = Requests(
            TOPICS,
            {"do": self._do, "fail": self._fail, "refuse": self._refuse, "wait": self._wait},
            self.sent.put_nowait,
            lambda: echoes,
        )

    async def _do(self, asked: Asked) -> Members:
        self.asked.append(asked.members)
        return {"done": True}

    async def _fail(self, asked: Asked) -> Members:
        raise KeyError(asked)

    async def _refuse(self, asked: Asked) -> Members:
        del asked
        raise BadRequest("no")

    async def _wait(self, asked: Asked) -> Members:
        await asyncio.Event().wait()
        return asked.members

    def take(self, verb: str, payload: bytes = b"", *, retain: bool = False, **members: Any) -> None:
        """Take a request."""
        message = Message(topic=TOPICS.request(verb), payload=payload, qos=1, retain=retain, **members)
        self.requests.take(message, BridgeRequest(verb))

    async def next(self) -> Publication:
        """Return what is sent next."""
        async with asyncio.timeout(GENEROUS):
            return await self.sent.get()

    async def answer(self) -> dict[str, Any]:
        """Return the next answer."""
        answer: dict[str, Any] = json.loads((await self.next()).payload)
        return answer


async def test_it_answers_with_the_transaction_and_where_it_is_asked_to() -> None:
    desk = Desk()
    desk.take("do", b'{"transaction": 7, "a": 1}', response_topic="my/answers", correlation=b"x")
    first, second = await desk.next(), await desk.next()
    assert json.loads(first.payload) == {"status": "ok", "data": {"done": True}, "transaction": 7}
    assert (first.topic, first.retain) == ("layla/bridge/villa/response/do", False)
    assert second == Publication("my/answers", first.payload, qos=1, correlation=b"x")
    assert desk.asked == [{"a": 1}]


async def test_nothing_is_published_below_the_base_because_somebody_asks_for_it() -> None:
    desk = Desk()
    desk.take("do", response_topic="layla/device/1/set")
    desk.take("do")
    assert [(await desk.next()).topic for _ in range(2)] == ["layla/bridge/villa/response/do"] * 2


@pytest.mark.parametrize(
    ("verb", "payload", "error"),
    [
        ("nothing", b"", "there is no request of that name; there are do, fail, refuse, wait"),
        ("do", b"{", "the request is no JSON; send an object, or nothing"),
        ("do", b"[]", "the request is no JSON object"),
        ("do", b" " * 70_000, "the request has 70000 bytes; 65536 are the most"),
        ("do", b'{"transaction": {}}', "transaction: accepted are a text, a number, true, false and null"),
        ("refuse", b"", "no"),
        ("fail", b"", "the bridge has a fault; its log says more"),
    ],
)
async def test_whoever_asks_is_told_what_is_wrong(verb: str, payload: bytes, error: str) -> None:
    desk = Desk()
    desk.take(verb, payload)
    answer = await desk.answer()
    assert (answer["status"], answer["error"]) == ("error", error)


async def test_a_kept_request_is_erased_and_refused() -> None:
    desk = Desk()
    desk.take("do", b"{}", retain=True)
    assert await desk.next() == Publication(TOPICS.request("do"), b"", qos=1, retain=True)
    assert "never carried out" in (await desk.answer())["error"]
    # That somebody erases one is no request.
    desk.take("do", retain=True)
    assert desk.asked == []
    assert desk.sent.empty()


async def test_too_many_at_once_are_told_so_and_a_stop_ends_all() -> None:
    desk = Desk()
    for _ in range(33):
        desk.take("wait")
    assert "try again later" in (await desk.answer())["error"]
    async with asyncio.timeout(GENEROUS):
        await desk.requests.close()
    desk.take("do")
    await asyncio.sleep(0)
    assert desk.asked == []
    assert desk.sent.empty()


async def test_an_erasure_that_comes_back_is_no_request() -> None:
    desk = Desk(echoes=True)
    desk.take("do", b"{}", retain=True)
    desk.take("do")
    await asyncio.sleep(0)
    assert desk.asked == []
    desk.take("do")
    await asyncio.sleep(0)
    assert desk.asked == [{}]


async def test_a_cloud_that_is_lost_has_nothing_cleaned_away_and_nothing_said_to_be_there(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting) as bridge:
        await listener.document("layla/property/office")
        await setting.cloud.fault("listDevices", "status", status=503)
        for _ in range(2):
            assert (await listener.ask("refresh"))["status"] == "error"
        topic = "layla/device/villa-kitchen/availability"
        await listener.until(lambda: listener.latest[topic] == b"offline")
        answer = await listener.ask("clean")
        assert "the cloud does not answer" in answer["error"]
        await bridge.outgoing.emptied()
        await listener.ask("health")
        assert listener.latest[topic] == b"offline"
        await setting.cloud.heal()
        await listener.ask("refresh")
        await listener.until(lambda: listener.latest[topic] == b"online")
        assert (await listener.ask("clean"))["data"] == {"removed": []}


async def test_options_are_changed_until_the_next_start(setting: Setting, listener: Listener) -> None:
    async with bridging(setting) as bridge:
        await bridge.link.wait_connected()
        answer = await listener.ask("options", {"interval": 300})
        assert answer["data"]["interval"] == 300
        for wrong in ({"interval": 1}, {"interval": True}, {"log_level": "loud"}, {"colour": "red"}):
            assert next(iter(wrong)) in (await listener.ask("options", wrong))["error"]
        assert (await listener.ask("options"))["data"]["interval"] == 300


async def test_everything_is_published_anew_when_somebody_asks_for_it(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await listener.until(lambda: "layla/property/office/availability" in listener.latest)
        before = dict(listener.counts)
        await listener.ask("republish")
        topics = [topic for topic in before if topic.startswith(("layla/device/", "layla/property/"))]
        await listener.until(lambda: all(listener.counts[topic] == before[topic] + 1 for topic in topics))
