"""Requests to the whole bridge: what each verb does, and that whoever asks badly is told so."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
import json
import logging
from typing import Any

import pytest

from tests.bridge.whole import Listener, Setting, bridging, kept

REQUEST = "layla/bridge/layla/request"
RESPONSE = "layla/bridge/layla/response"
VERBS = "refresh, health, republish, events, history, options, clean"
LAST = "layla/property/office/availability"


async def mirrored(listener: Listener) -> None:
    """Wait until everything was published once."""
    await listener.document("layla/property/office")
    await listener.until(lambda: LAST in listener.latest)


async def test_refresh_asks_the_cloud_and_what_it_says_is_published_before_the_answer(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await mirrored(listener)
        await setting.cloud.change("villa-kitchen", readings={"noise": 77})
        await setting.cloud.requests()
        assert (await listener.ask("refresh"))["data"] == {}
        assert listener.json("layla/device/villa-kitchen")["readings"]["noise"] == 77
        assert (await setting.cloud.requests())["listDevices"] == 1


async def test_refresh_says_when_the_cloud_does_not_answer(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await mirrored(listener)
        await setting.cloud.fault("listDevices", "status", status=500)
        answer = await listener.ask("refresh")
    assert answer["status"] == "error"
    assert answer["error"].startswith("listDevices: 500")


async def test_refresh_leaves_a_cloud_alone_that_asked_for_it(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await mirrored(listener)
        await setting.cloud.fault("listDevices", "status", status=429, retry_after=600)
        assert (await listener.ask("refresh"))["status"] == "error"
        await setting.cloud.requests()
        assert (await listener.ask("refresh"))["status"] == "error"
        assert not await setting.cloud.requests()
        assert (await listener.ask("health"))["data"]["cloud"]["state"] == "resting"


async def test_health_answers_with_the_document_of_its_topic(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await mirrored(listener)
        told = (await listener.ask("health"))["data"]
    assert told.keys() == listener.json("layla/bridge/layla/health").keys()
    assert (told["cloud"]["state"], told["broker"]["connected"]) == ("online", True)
    assert (told["units"], told["properties"]) == (10, 3)


async def test_republish_publishes_every_state_and_availability_anew(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await mirrored(listener)
        await listener.ask("health")
        before = {topic: count for topic, count in listener.counts.items() if "/bridge/" not in topic}
        assert (await listener.ask("republish"))["status"] == "ok"
        after = {topic: count for topic, count in listener.counts.items() if "/bridge/" not in topic}
    assert len(before) == 2 * (10 + 3)
    assert after == {topic: count + 1 for topic, count in before.items()}


async def test_events_replays_what_was_missed_in_its_order(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await mirrored(listener)
        for unit in ("villa-kitchen", "flat-hallway"):
            await setting.cloud.alarm(unit, "smoke_alarm")
            await listener.ask("refresh")
            await listener.document(f"layla/device/{unit}/event")
        data = (await listener.ask("events", {"after": 0}))["data"]
        assert [event["device_id"] for event in data["events"]] == ["villa-kitchen", "flat-hallway"]
        assert data["events"][-1].items() >= listener.json("layla/device/flat-hallway/event").items()
        later = (await listener.ask("events", {"after": data["last"]}))["data"]
    assert (later["events"], later["more"]) == ([], False)


async def test_options_change_the_interval_until_the_next_start_and_info_and_the_next_poll_know_it(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting) as bridge:
        await mirrored(listener)
        assert (await listener.ask("options"))["data"]["interval"] == 60
        assert (await listener.ask("options", {"interval": 300}))["data"]["interval"] == 300
        await listener.document("layla/bridge/layla/info", lambda info: info["interval"] == 300)
        assert bridge.poller.next_at is not None
        health = (await listener.ask("health"))["data"]
        assert health["cloud"]["next_poll"] > health["cloud"]["last_success"]
    async with bridging(setting):
        await listener.document("layla/bridge/layla/info", lambda info: info["interval"] == 60)


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"interval": 5}, "interval: accepted are seconds from 60 to 900"),
        ({"interval": True}, "interval: accepted are seconds from 60 to 900"),
        ({"log_level": "loud"}, "log_level: accepted are debug, info, warning, error"),
        ({"log_level": ["debug"]}, "log_level: accepted are debug, info, warning, error"),
        ({"log_level": {}}, "log_level: accepted are debug, info, warning, error"),
        ({"colour": "red"}, "colour: there is no such option; there are interval and log_level"),
    ],
)
async def test_an_option_that_is_not_accepted_changes_nothing(
    setting: Setting, listener: Listener, members: Mapping[str, object], error: str
) -> None:
    async with bridging(setting):
        await mirrored(listener)
        answer = await listener.ask("options", {"interval": 120, **members} if "interval" not in members else members)
        assert (answer["status"], answer["error"]) == ("error", error)
        assert (await listener.ask("options"))["data"]["interval"] == 60


async def test_the_log_level_is_changed_until_the_next_start(
    setting: Setting, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    async with bridging(setting):
        await mirrored(listener)
        # Puts the level of the tests back in the end.
        caplog.set_level(logging.INFO)
        assert (await listener.ask("options", {"log_level": "warning"}))["data"]["log_level"] == "warning"
        assert logging.getLogger().level == logging.WARNING


async def test_clean_says_that_there_was_nothing_to_remove(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await mirrored(listener)
        assert (await listener.ask("clean"))["data"] == {"removed": []}


@pytest.mark.parametrize(
    ("verb", "payload", "error"),
    [
        ("refresh", b"{", "the request is no JSON; send an object, or nothing"),
        ("refresh", b"\xff\xfe", "the request is no JSON; send an object, or nothing"),
        ("refresh", b"[1]", "the request is no JSON object"),
        ("health", b'"x"', "the request is no JSON object"),
        ("health", b'{"x": "' + b"a" * 70_000 + b'"}', "the request has 70009 bytes; 65536 are the most"),
        ("self_destruct", b"{}", f"there is no request of that name; there are {VERBS}"),
        ("history", b'{"begin": 1}', None),
        ("history", b'{"start": "yesterday"}', None),
        ("events", b'{"after": "x"}', None),
    ],
    ids=["half", "bytes", "list", "text", "large", "unknown", "member", "instant", "number"],
)
async def test_a_request_that_cannot_be_read_is_told_why(
    setting: Setting, listener: Listener, verb: str, payload: bytes, error: str | None
) -> None:
    async with bridging(setting):
        await mirrored(listener)
        await setting.cloud.requests()
        await listener.give(f"{REQUEST}/{verb}", payload)
        answer = await listener.document(f"{RESPONSE}/{verb}")
        assert (answer["status"], answer["transaction"]) == ("error", None)
        assert answer["error"] == error if error else answer["error"]
        # It is still there for others.
        assert (await listener.ask("health"))["status"] == "ok"
        assert not await setting.cloud.requests()


async def test_nothing_at_all_is_a_request_as_well(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await mirrored(listener)
        await listener.give(f"{REQUEST}/health", b"")
        assert (await listener.document(f"{RESPONSE}/health"))["status"] == "ok"


@pytest.mark.parametrize("transaction", ["a", 7, 1.5, None, True])
async def test_a_transaction_comes_back_on_both_topics_whether_it_went_well_or_not(
    setting: Setting, listener: Listener, transaction: object
) -> None:
    async with bridging(setting):
        await mirrored(listener)
        for verb, members, status in (("health", {}, "ok"), ("options", {"interval": 1}, "error")):
            mine = f"mine/{verb}"
            content = {**members, "transaction": transaction}
            await listener.say(f"{REQUEST}/{verb}", content, ResponseTopic=mine, CorrelationData=verb.encode())
            answer: Any = await listener.document(mine)
            assert (answer["status"], answer["transaction"]) == (status, transaction)
            assert await listener.document(f"{RESPONSE}/{verb}") == answer
            (message,) = [each for each in listener.heard if each.topic == mine]
            assert vars(message.properties)["CorrelationData"] == verb.encode()


async def test_nobody_can_have_an_answer_written_as_a_command_or_a_state(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await mirrored(listener)
        for topic in ("layla/device/villa-kitchen/set", "layla/device/villa-kitchen"):
            before = listener.counts[topic]
            await listener.say(f"{REQUEST}/health", {"transaction": topic}, ResponseTopic=topic)
            # What is asked later is answered later.
            await listener.ask("health")
            assert listener.counts[topic] == before


@pytest.mark.mosquitto
async def test_a_retained_request_is_refused_and_erased(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await mirrored(listener)
        await setting.cloud.requests()
        topic = f"{REQUEST}/refresh"
        await listener.say(topic, {"transaction": "kept"}, retain=True, ResponseTopic="mine")
        answer = await listener.document("mine")
        assert answer == {
            "status": "error",
            "error": "a retained request is never carried out; it is erased",
            "transaction": "kept",
        }
        assert await listener.document(f"{RESPONSE}/refresh") == answer
        await listener.until(lambda: listener.latest[topic] == b"")
        assert topic not in await kept(setting.broker.port)
        assert not await setting.cloud.requests()


async def test_of_thirty_three_requests_at_once_one_has_to_come_again(setting: Setting, listener: Listener) -> None:
    topic = f"{RESPONSE}/refresh"
    async with bridging(setting):
        await mirrored(listener)
        await setting.cloud.requests()
        await setting.cloud.fault("listDevices", "delay", seconds=5.0, times=1)
        # Each as fast as it goes: the first ones are still being carried out when the last one comes.
        await asyncio.gather(*(listener.say(f"{REQUEST}/refresh", {"transaction": number}) for number in range(33)))
        await listener.until(lambda: listener.counts[topic] == 33)
        asked = (await setting.cloud.requests())["listDevices"]
    answers = [json.loads(message.payload) for message in listener.heard if message.topic == topic]
    assert {answer["transaction"] for answer in answers} == set(range(33))
    assert [answer["error"] for answer in answers if answer["status"] == "error"] == [
        "32 requests are being carried out; try again later"
    ]
    assert asked <= 2


async def test_another_bridges_requests_are_not_answered(setting: Setting, listener: Listener) -> None:
    async with bridging(replace(setting, more={"LAYLA_INSTANCE": "villa"})):
        await mirrored(listener)
        await listener.say("layla/bridge/other/request/health", {})
        assert (await listener.ask("health", instance="villa"))["status"] == "ok"
    assert "layla/bridge/other/response/health" not in listener.latest
