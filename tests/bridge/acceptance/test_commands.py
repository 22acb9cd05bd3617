"""Commands through the whole bridge: what reaches the cloud and the unit, what is shown, and what is answered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
import json
from typing import Any, Final

import pytest

from simulator import World
from tests.bridge.whole import Listener, Setting, bridging, kept

UNIT: Final = "layla/device/unit"
SET: Final = f"{UNIT}/set"
RESULT: Final = f"{UNIT}/result"
PROFILE: Final = {
    "vendor": "Daikin",
    "model": "ARC452",
    "units": ["unit"],
    "modes": ["cool", "heat"],
    "lowest": 16,
    "highest": 30,
    "step": 0.5,
    "fans": ["auto", "low"],
    "swings": ["off", "vertical"],
}
COOL_21: Final = {"power": True, "mode": "cool", "temperature": 21, "fan": "low"}


@pytest.fixture
def world() -> World:
    """One unit with everything."""
    return World.tiny()


@pytest.fixture
def setting(setting: Setting) -> Setting:
    """A bridge that controls its air conditioner in full."""
    return replace(
        setting,
        more={
            "LAYLA_AIR_CONDITIONERS__CONTROL": "full",
            "LAYLA_AIR_CONDITIONERS__PROFILES": json.dumps([PROFILE]),
        },
    )


async def frames(setting: Setting) -> list[dict[str, Any]]:
    """Return the frames that the unit has sent, those included that are due within a minute."""
    await setting.cloud.advance(60)
    sent: Mapping[str, list[dict[str, Any]]] = (await setting.cloud.control("GET", "counters"))["ir_frames"]
    return sent.get("unit", [])


async def test_an_air_conditioner_shows_what_it_was_told_and_is_told_it_with_one_frame(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await listener.document(UNIT, lambda state: state["ac"]["power"] is None)
        await listener.say(SET, {**COOL_21, "transaction": "cool"})
        assert await listener.document(RESULT) == {"transaction": "cool", "ok": True, "error": None}
        state = await listener.document(UNIT, lambda state: state["ac"]["power"])
        assert state["ac"] == {**COOL_21, "swing": "off", "assumed": True}
        (frame,) = await frames(setting)
        assert frame["action"] == "on"
        assert frame["appliance_config"].items() >= {"mode": "cool", "temperature": 21, "fan_speed": "low"}.items()
        # The cloud says nothing of it, and that is no reason to show anything else.
        await listener.ask("refresh")
    assert listener.json(UNIT)["ac"] == state["ac"]


async def test_scalars_of_one_moment_are_one_frame_and_each_is_answered(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await listener.document(UNIT)
        for field, value in (("mode", "heat"), ("temperature", 19.5), ("fan", "auto")):
            await listener.give(f"{SET}/{field}", str(value).encode())
        await listener.next(RESULT, 2)
        (frame,) = await frames(setting)
    assert frame["appliance_config"].items() >= {"mode": "heat", "temperature": 19.5, "fan_speed": "auto"}.items()
    assert [json.loads(message.payload)["ok"] for message in listener.heard if message.topic == RESULT] == [True] * 3


async def test_a_frame_that_fails_is_said_and_what_was_shown_before_is_shown_again(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await listener.document(UNIT)
        await listener.say(SET, COOL_21)
        before = await listener.document(UNIT, lambda state: state["ac"]["power"])
        await listener.document(RESULT)
        await setting.cloud.fault("*", "status", status=503, times=1)
        await listener.say(SET, {"temperature": 28, "transaction": 2})
        told = await listener.document(RESULT, lambda answer: answer["transaction"] == 2)
        assert (told["ok"], told["error"]["code"]) == (False, "unavailable")
        await listener.document(UNIT, lambda state: state["ac"]["temperature"] == 21)
        temperatures = [json.loads(each.payload)["ac"]["temperature"] for each in listener.heard if each.topic == UNIT]
        assert temperatures[-3:] == [21, 28, 21]
        await setting.cloud.heal()
        assert len(await frames(setting)) == 1
    assert listener.json(UNIT)["ac"] == before["ac"]


async def test_what_is_commanded_is_shown_at_once_and_goes_back_when_the_cloud_refuses(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        before = await listener.document(UNIT)
        armed = before["alarms"]["smoke_alarm"]["armed"]
        await setting.cloud.fault("*", "status", status=400, times=1)
        await listener.say(SET, {"alarms": {"smoke_alarm": {"armed": not armed}}, "transaction": 3})
        told = await listener.document(RESULT, lambda answer: answer["transaction"] == 3)
        assert (told["ok"], told["error"]["code"]) == (False, "refused")
        await listener.document(UNIT, lambda state: state["alarms"]["smoke_alarm"]["armed"] == armed)
        assert listener.counts[UNIT] == 3


async def test_an_answer_comes_on_the_result_topic_and_where_it_was_asked_for(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await listener.document(UNIT)
        await listener.say(SET, {"eco_time": 77, "transaction": 1}, ResponseTopic="mine", CorrelationData=b"42")
        told = await listener.document("mine")
        assert told == await listener.document(RESULT) == {"transaction": 1, "ok": True, "error": None}
        (answer,) = [message for message in listener.heard if message.topic == "mine"]
        assert vars(answer.properties)["CorrelationData"] == b"42"


@pytest.mark.mosquitto
@pytest.mark.parametrize(
    ("topic", "payload"),
    [(SET, b'{"power": true, "transaction": 4}'), (f"{SET}/power", b"ON")],
    ids=["object", "scalar"],
)
async def test_a_retained_command_is_erased_and_reported_and_never_carried_out(
    setting: Setting, listener: Listener, topic: str, payload: bytes
) -> None:
    # What is kept already when the bridge begins is not even heard.
    await listener.give(f"{SET}/temperature", b"30", retain=True)
    async with bridging(setting):
        await listener.document(UNIT)
        await setting.cloud.requests()
        await listener.give(topic, payload, retain=True)
        told = await listener.document(RESULT)
        assert (told["ok"], told["error"]["code"]) == (False, "retained")
        await listener.until(lambda: listener.latest[topic] == b"")
        await listener.ask("health")
        assert not await setting.cloud.requests()
        assert await frames(setting) == []
        assert topic not in await kept(setting.broker.port)
    assert listener.counts[RESULT] == 1


async def test_a_command_that_is_not_valid_never_reaches_the_cloud(setting: Setting, listener: Listener) -> None:
    invalid: list[tuple[str, bytes, str]] = [
        (SET, b"{", "invalid_payload"),
        (SET, b"[]", "invalid_payload"),
        (SET, b"{}", "invalid_payload"),
        (SET, b'"' + b"x" * 20_000 + b'"', "too_large"),
        (SET, b'{"colour": "red"}', "unknown_field"),
        (SET, b'{"power": true, "colour": "red"}', "unknown_field"),
        (f"{SET}/colour", b"red", "unknown_field"),
        (f"{SET}/temperature", b"31", "out_of_range"),
        (f"{SET}/temperature", b"warm", "wrong_type"),
        (f"{SET}/mode", b"dry", "unknown_word"),
        (f"{SET}/fan", b"\xff", "invalid_payload"),
        (f"{SET}/power", b"perhaps", "wrong_type"),
        (SET, b'{"power": true, "mode": "off"}', "contradiction"),
        (SET, b'{"alarms": {"flood_alarm": true}}', "unknown_alarm"),
        (SET, b'{"eco_time": -1}', "out_of_range"),
        (SET, b'{"pillar": "kitchen"}', "unknown_word"),
        ("layla/property/home/set", b'{"eco_mode": "perhaps"}', "wrong_type"),
        ("layla/property/home/set/colour", b"red", "unknown_field"),
    ]
    async with bridging(setting):
        shown = await listener.document(UNIT)
        await listener.document("layla/property/home")
        await setting.cloud.requests()
        for topic, payload, code in invalid:
            result = f"{topic.partition('/set')[0]}/result"
            before = listener.counts[result]
            await listener.give(topic, payload)
            told = await listener.next(result, before)
            assert (told["ok"], told["error"]["code"]) == (False, code), payload
        assert not await setting.cloud.requests()
        assert await frames(setting) == []
    assert (listener.counts[UNIT], listener.json(UNIT)) == (1, shown)


async def test_a_command_for_nobodys_unit_is_left_to_others(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await listener.document(UNIT)
        await setting.cloud.requests()
        await listener.say("layla/device/elsewhere/set", {"power": True})
        await listener.ask("health")
        assert not await setting.cloud.requests()
    assert "layla/device/elsewhere/result" not in listener.latest


@pytest.mark.slow
async def test_two_hundred_commands_in_a_second_beep_once_in_two_seconds_at_most(
    setting: Setting, listener: Listener
) -> None:
    async with bridging(setting):
        await listener.document(UNIT)
        for number in range(200):
            # Half of them change the temperature of one that is on, half of them switch it.
            command = {"power": True, "temperature": 16 + number % 20 / 2} if number % 2 else {"power": number % 4 == 0}
            await listener.say(SET, {**command, "transaction": number})
        await listener.until(lambda: listener.counts[RESULT] == 200)
        sent = await frames(setting)
    answers = [json.loads(message.payload) for message in listener.heard if message.topic == RESULT]
    assert {answer["transaction"] for answer in answers} == set(range(200))
    assert {answer["error"] and answer["error"]["code"] for answer in answers} <= {None, "too_many"}
    assert sum(answer["ok"] for answer in answers) >= 100
    times = [datetime.fromisoformat(frame["time"]) for frame in sent]
    assert times
    assert all(later - earlier >= timedelta(seconds=2) for earlier, later in pairwise(times))
