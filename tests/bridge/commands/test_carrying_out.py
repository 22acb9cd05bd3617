"""Commands: what reaches the cloud, in which order, how often, and what the sender is told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
import json
from typing import Any

import pytest

from layla_bridge.cloud.air_conditioner import AirConditioner, Mode
from layla_bridge.commands import frames
from layla_bridge.contract.messages import Publication
from layla_bridge.contract.topics import Item, Kind
from tests.bridge.commanding import FAHRENHEIT, PLACE, UNIT, Bench, bench, clock

TIMER = "scheduleAcTimer"


@pytest.fixture
async def at() -> AsyncIterator[Bench]:
    """Commands for the tiny home, with full control."""
    async with bench() as made:
        yield made


async def test_an_answer_carries_the_transaction_and_goes_to_the_result_topic(at: Bench) -> None:
    at.give({"eco_time": 600, "transaction": 7})
    answer = await at.next()
    assert (answer.topic, answer.qos, answer.retain) == ("layla/device/unit/result", 1, False)
    assert json.loads(answer.payload) == {"transaction": 7, "ok": True, "error": None}
    assert at.unit.settings["last_PIR_detected_time_th"] == 600
    assert at.told == ["accepted"]


async def test_an_answer_goes_to_the_response_topic_with_its_correlation(at: Bench) -> None:
    at.give({"eco_time": 600}, response_topic="mine/answers", correlation=b"\x01")
    first, second = await at.next(), await at.next()
    assert second == Publication("mine/answers", first.payload, 1, correlation=b"\x01")


@pytest.mark.parametrize(
    "topic", ["", "layla", "layla/device/unit/set", "layla/device/unit", "$SYS/a", "a/+", "a/#", "a\0"]
)
async def test_no_answer_goes_where_it_would_be_taken_for_something_else(at: Bench, topic: str) -> None:
    await at.ask({"eco_time": 600}, response_topic=topic)
    assert at.published.empty()


@pytest.mark.parametrize(
    ("payload", "name", "expected"),
    [
        (b"noise", "pillar", lambda at: at.unit.pillar == "noise"),
        (b"OFF", "noise_alarm", lambda at: at.unit.setting_of("noise_alarm")["enabled"] is False),
        (b"0", "noise_alarm", lambda at: at.unit.setting_of("noise_alarm")["enabled"] is False),
        (b'{"threshold": 61}', "noise_alarm", lambda at: at.unit.setting_of("noise_alarm")["threshold"] == 61),
        (
            {"alarms": {"co_alarm": {"armed": False, "quiet_hours": {"enabled": True, "end_time": "06:00"}}}},
            None,
            lambda at: at.unit.setting_of("co_alarm")["quiet_hours"]["end_time"] == "06:00",
        ),
        (b"learn", "ir_test", lambda at: [frame.action for frame in at.unit.infrared.frames] == ["test"]),
        ({"ac_timer": {"on": True, "in": 3600}}, None, lambda at: at.unit.infrared.timer.action == "on"),
        (
            {"ac_timer": {"on": "OFF", "at": (clock() + timedelta(hours=3)).isoformat()}},
            None,
            lambda at: at.unit.infrared.timer.action == "off",
        ),
        (b"null", "ac_timer", lambda at: at.requests == {"cancelAcTimer": 1}),
        (
            {
                "ac_schedule": {
                    "enabled": True,
                    "days": ["sun", "mon"],
                    "start_time": "07:00",
                    "end_time": "09:30",
                    "change_ac_state": True,
                    "appliance_config": {"mode": "cool"},
                }
            },
            None,
            lambda at: at.unit.infrared.schedule.days == ("mon", "sun"),
        ),
        ({"ac_schedule": None}, None, lambda at: at.requests == {"deleteAcSchedule": 1}),
        ({"assume": {"power": True, "mode": "heat"}}, None, lambda at: at.requests == {}),
    ],
)
async def test_what_is_commanded_of_a_unit_reaches_the_cloud(
    at: Bench, payload: object, name: str | None, expected: Any
) -> None:
    assert (await at.ask(payload, name))["error"] is None
    assert expected(at)


@pytest.mark.parametrize(
    ("payload", "name", "requests"),
    [
        (b"ON", "eco_mode", {"setPropertyEcoMode": 1}),
        (b"off", "security_alarm", {"setPropertyAlarms": 1}),
        ({"alarms": {"noise_alarm": False, "security_alarm": True}}, None, {"setPropertyAlarms": 2}),
        (b"true", "notifications_seen", {"markNotificationsSeen": 1}),
        ({"notifications_seen": ["a", "b"]}, None, {"markNotificationsSeen": 1}),
    ],
)
async def test_what_is_commanded_of_a_property_reaches_the_cloud(
    at: Bench, payload: object, name: str | None, requests: dict[str, int]
) -> None:
    assert (await at.ask(payload, name, item=PLACE))["error"] is None
    assert at.requests == requests


async def test_a_property_without_units_can_be_commanded(at: Bench) -> None:
    assert at.snapshot is not None
    at.snapshot.devices.clear()  # type: ignore[attr-defined]  # a dict, seen as a mapping
    assert await at.code(b"ON", "eco_mode", item=PLACE) is None


async def test_what_an_air_conditioner_is_told_in_one_moment_is_one_frame(at: Bench) -> None:
    at.give(b"22.5", "temperature")
    at.give(b"cool", "mode")
    at.give({"fan": 1, "swing": "vertical", "transaction": "b"})
    answers = [await at.answer() for _ in range(3)]
    assert [answer["ok"] for answer in answers] == [True] * 3
    assert at.requests == {"putAcSchedule": 1, TIMER: 1}
    assert at.unit.infrared.config == {
        "vendor": "Daikin",
        "model": "ARC452",
        "mode": "cool",
        "temperature": 22.5,
        "fan_speed": "1",
        "swing": "vertical",
    }


async def test_power_counts_for_more_than_a_mode(at: Bench) -> None:
    await at.ask({"power": False, "mode": "heat"})
    told = at.store.states[UNIT]
    assert told is not None
    assert (told.power, told.mode) == (False, Mode.HEAT)


async def test_a_mode_of_off_switches_off(at: Bench) -> None:
    await at.ask(b"off", "mode")
    assert at.unit.infrared.timer.action == "off"


async def test_temperatures_are_celsius_for_a_remote_control_in_fahrenheit() -> None:
    async with bench(FAHRENHEIT) as at:
        assert await at.code({"temperature": 15.6, "power": True}) is None
        assert at.unit.infrared.config["temperature"] == 60
        answer = await at.ask(b"15.5", "temperature")
        assert answer["error"]["message"] == (
            "temperature: 15.5 is out of range; accepted: a number from 15.6 to 30 °C"
        )


async def test_what_is_assumed_is_remembered_and_not_sent(at: Bench) -> None:
    await at.ask({"assume": {"power": True, "mode": "heat", "temperature": 20}})
    assert at.store.states[UNIT] == AirConditioner(power=True, mode=Mode.HEAT, temperature=20, fan="auto", swing="off")


async def test_a_unit_without_full_control_is_switched_on_and_off() -> None:
    async with bench(full=False) as at:
        assert await at.code(b"cool", "mode") is None
        assert at.requests == {TIMER: 1}
        assert await at.code(b"OFF", "power") is None
        assert at.unit.infrared.timer.action == "off"


async def test_a_burst_of_two_hundred_beeps_once_per_gap_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[float] = []
    loop = asyncio.get_running_loop()
    async with bench(gap=0.4) as at:
        execute = at.account.execute

        async def recorded(command: Any) -> None:
            await execute(command)
            sent.append(loop.time())

        monkeypatch.setattr(at.account, "execute", recorded)
        for number in range(200):
            at.give({"temperature": 16 + number % 20 / 2, "power": True})
            await asyncio.sleep(0.004)
        answers = [await at.answer() for _ in range(200)]
    codes = {answer["error"] and answer["error"]["code"] for answer in answers}
    assert codes <= {None, "too_many"}
    assert all(later - earlier >= 0.4 for earlier, later in pairwise(sent))
    assert 1 < len(sent) < 20  # however slow the machine: the gap is kept, and most of them share a frame


async def test_what_goes_out_last_is_what_was_asked_for_last(at: Bench) -> None:
    for temperature in (18, 19, 20, 21):
        at.give({"power": True, "temperature": temperature})
        await asyncio.sleep(frames.JOINING / 2)
    assert all([(await at.answer())["ok"] for _ in range(4)])
    assert at.unit.infrared.config["temperature"] == 21


async def test_infrared_tests_keep_the_gap_as_well() -> None:
    async with bench(gap=0.2) as at:
        begun = asyncio.get_running_loop().time()
        for _ in range(3):
            at.give(b"smart", "ir_test")
        for _ in range(3):
            assert (await at.answer())["ok"]
        assert asyncio.get_running_loop().time() - begun >= 0.4


async def test_too_many_that_wait_are_refused() -> None:
    async with bench(most_waiting=2) as at:
        for _ in range(3):
            at.give(b"600", "eco_time")
        codes = [(await at.answer())["error"] for _ in range(3)]
        assert [code and code["code"] for code in codes] == ["too_many", None, None]


async def test_commands_of_a_unit_are_carried_out_in_their_order(at: Bench) -> None:
    for number in range(5):
        at.give({"eco_time": number, "transaction": number})
        at.give({"alarms": {"noise_alarm": number % 2}, "transaction": f"alarm {number}"})
    order = [(await at.answer())["transaction"] for _ in range(10)]
    assert order == [each for number in range(5) for each in (number, f"alarm {number}")]
    assert at.unit.settings["last_PIR_detected_time_th"] == 4


async def test_a_timer_waits_for_the_frame_before_it_and_the_next_frame_for_the_timer(at: Bench) -> None:
    at.give({"power": True, "transaction": 1})
    at.give({"ac_timer": {"on": False, "in": 600}, "transaction": 2})
    at.give({"temperature": 20, "transaction": 3})
    assert [(await at.answer())["transaction"] for _ in range(3)] == [1, 2, 3]


async def test_fields_of_one_command_are_carried_out_in_a_fixed_order_until_one_fails(at: Bench) -> None:
    at.fails("setDeviceEcoThreshold", status=409)
    answer = await at.ask({"ir_test": "smart", "eco_time": 5, "alarms": {"noise_alarm": False}})
    assert (answer["error"]["code"], answer["error"]["field"]) == ("refused", "eco_time")
    assert answer["error"]["message"].endswith("Carried out before: alarms")
    assert at.requests == {"getDevice": 1, "updateDevice": 1, "setDeviceEcoThreshold": 1}


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        ({"status": 401}, "unauthorised", "unauthorised"),
        ({"status": 409}, "refused", None),
        ({"status": 500}, "unavailable", None),
        ({"status": 405}, "unsupported", None),
        ({"kind": "cut"}, "unavailable", None),
    ],
)
async def test_what_the_cloud_answers_is_told_by_a_code(
    at: Bench, fault: dict[str, Any], code: str, told: str | None
) -> None:
    at.fails("setDevicePillar", **fault)
    answer = await at.ask(b"noise", "pillar")
    assert (answer["error"]["code"], answer["error"]["field"]) == (code, "pillar")
    assert at.cloud.token not in answer["error"]["message"]
    assert [each for each in at.told if isinstance(each, str)] == ([told] if told else [])


async def test_a_rate_limit_says_when_to_try_again_and_slows_the_pace(at: Bench) -> None:
    at.fails("setDevicePillar", status=429, retry_after=30)
    assert (await at.ask(b"noise", "pillar"))["error"]["retry_after"] == 30
    assert [limit.retry_after for limit in at.limits] == [30]
    at.fails(TIMER, status=429, retry_after=40)
    assert (await at.ask(b"ON", "power"))["error"]["retry_after"] == 40
    assert [limit.retry_after for limit in at.limits] == [30, 40]


async def test_a_unit_that_the_cloud_lost_meanwhile_is_gone(at: Bench) -> None:
    at.account._latest = None
    at.cloud.world.remove_device(UNIT)
    assert await at.code(b"noise", "pillar") == "gone"


async def test_an_answer_that_was_lost_leaves_the_outcome_open(at: Bench) -> None:
    at.fails("deleteAcSchedule", kind="cut")
    assert await at.code(b"null", "ac_schedule") == "outcome_unknown"


async def test_a_full_disk_is_said_and_nothing_is_sent(at: Bench) -> None:
    at.store.full = True
    answer = await at.ask({"power": True})
    assert answer["error"]["code"] == "storage"
    assert "No space left on device" in answer["error"]["message"]
    assert at.requests == {}


async def test_a_fault_of_our_own_is_answered_and_logged(
    at: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(at.account, "execute", None)
    assert await at.code(b"noise", "pillar") == "internal"
    assert "A command could not be carried out" in caplog.text


async def test_a_retained_command_is_erased_and_not_carried_out(at: Bench) -> None:
    at.give({"eco_time": 5, "transaction": 1}, retain=True)
    assert await at.next() == Publication("layla/device/unit/set", b"", qos=1, retain=True)
    answer = await at.answer()
    assert (answer["transaction"], answer["error"]["code"]) == (1, "retained")
    assert at.requests == {}


@pytest.mark.parametrize("retain", [True, False])
async def test_an_erasure_is_no_command(at: Bench, *, retain: bool) -> None:
    at.give(b"", retain=retain)
    assert at.published.empty()


async def test_what_another_bridge_serves_is_left_to_it(at: Bench) -> None:
    at.selected = False
    at.give(b"5", "eco_time", retain=True)
    at.give(b"ON", "eco_mode", item=PLACE)
    at.snapshot = None
    await at.refresh()
    at.selected = True
    at.give(b"5", "eco_time", item=PLACE._replace(id="elsewhere"))
    at.give(b"5", "eco_time", item=Item(Kind.DEVICE, "elsewhere"))
    assert at.published.empty()


async def test_before_the_account_was_read_nothing_is_ready(at: Bench) -> None:
    at.snapshot = None
    assert await at.code(b"5", "eco_time") == "not_ready"


async def test_a_stop_lets_what_is_being_sent_be_answered_and_sends_no_more() -> None:
    async with bench(gap=60) as at:
        at.give({"power": True, "transaction": 1})
        assert (await at.answer())["ok"]
        at.give({"temperature": 20, "transaction": 2})
        at.give(b"noise", "pillar")
        await asyncio.sleep(0)
        await at.commands.close()
        codes = [(await at.answer())["error"]["code"] for _ in range(2)]
        assert codes == ["stopping", "stopping"]
        assert await at.code(b"5", "eco_time") == "stopping"
        assert TIMER in at.requests
        assert "setDevicePillar" not in at.requests
