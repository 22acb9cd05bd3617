"""What is wrong with a command is said by a code, the field and a remedy, before anything reaches the cloud."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest

from layla_bridge.commands import Code
from tests.bridge.commanding import CELSIUS, DEVICE, FAHRENHEIT, PLACE, Bench, bench

DEEP: Final = b'{"ac_schedule": {"appliance_config": ' + b'{"a":' * 400 + b"1" + b"}" * 402

OF_A_UNIT: Final[tuple[tuple[object, str | None, Code, str | None], ...]] = (
    (b"x" * 20_000, None, Code.TOO_LARGE, None),
    (b"{", None, Code.INVALID_PAYLOAD, None),
    (b"[1]", None, Code.INVALID_PAYLOAD, None),
    (b"5", None, Code.INVALID_PAYLOAD, None),
    ({}, None, Code.INVALID_PAYLOAD, None),
    ({"transaction": 1}, None, Code.INVALID_PAYLOAD, None),
    ({"transaction": [1], "eco_time": 5}, None, Code.WRONG_TYPE, "transaction"),
    (b'{"eco_time": NaN}', None, Code.INVALID_PAYLOAD, None),
    (b"\xff", "pillar", Code.INVALID_PAYLOAD, "pillar"),
    ({"eco_tim": 5}, None, Code.UNKNOWN_FIELD, "eco_tim"),
    (b"5", "transaction", Code.UNKNOWN_FIELD, "transaction"),
    (b"ON", "x" * 50, Code.UNKNOWN_FIELD, "x" * 40 + "…"),
    (b"NaN", "eco_time", Code.WRONG_TYPE, "eco_time"),
    (b"true", "eco_time", Code.WRONG_TYPE, "eco_time"),
    (b"1.5", "eco_time", Code.WRONG_TYPE, "eco_time"),
    (b"-1", "eco_time", Code.OUT_OF_RANGE, "eco_time"),
    (b"1e300", "eco_time", Code.OUT_OF_RANGE, "eco_time"),
    (b"water", "pillar", Code.UNKNOWN_WORD, "pillar"),
    (b"[]", "pillar", Code.UNKNOWN_WORD, "pillar"),
    (b"loud", "ir_test", Code.UNKNOWN_WORD, "ir_test"),
    (b"maybe", "power", Code.WRONG_TYPE, "power"),
    (b"2", "power", Code.WRONG_TYPE, "power"),
    (b"null", "power", Code.WRONG_TYPE, "power"),
    (b"{}", "power", Code.WRONG_TYPE, "power"),
    (b"dry", "mode", Code.UNKNOWN_WORD, "mode"),
    ({"mode": "off", "power": True}, None, Code.CONTRADICTION, "mode"),
    (b"warm", "temperature", Code.WRONG_TYPE, "temperature"),
    (b"15.9", "temperature", Code.OUT_OF_RANGE, "temperature"),
    (b"30.1", "temperature", Code.OUT_OF_RANGE, "temperature"),
    (b"2", "fan", Code.UNKNOWN_WORD, "fan"),
    (b"sideways", "swing", Code.UNKNOWN_WORD, "swing"),
    (b"5", "assume", Code.WRONG_TYPE, "assume"),
    ({"assume": {}}, None, Code.WRONG_TYPE, "assume"),
    ({"assume": {"temperature": 90}}, None, Code.OUT_OF_RANGE, "assume.temperature"),
    ({"assume": {"colour": 1}}, None, Code.UNKNOWN_FIELD, "assume.colour"),
    (b"5", "alarms", Code.WRONG_TYPE, "alarms"),
    ({"alarms": {}}, None, Code.WRONG_TYPE, "alarms"),
    ({"alarms": {"flood_alarm": True}}, None, Code.UNKNOWN_ALARM, "alarms"),
    ({"alarms": {"co_alarm": {}}}, None, Code.WRONG_TYPE, "alarms.co_alarm"),
    ({"alarms": {"co_alarm": {"armed": 7}}}, None, Code.WRONG_TYPE, "alarms.co_alarm.armed"),
    ({"alarms": {"co_alarm": {"limit": 7}}}, None, Code.UNKNOWN_FIELD, "alarms.co_alarm.limit"),
    ({"alarms": {"co_alarm": {"threshold": "7"}}}, None, Code.WRONG_TYPE, "alarms.co_alarm.threshold"),
    ({"alarms": {"co_alarm": {"threshold": -7}}}, None, Code.OUT_OF_RANGE, "alarms.co_alarm.threshold"),
    ({"alarms": {"co_alarm": {"quiet_hours": 1}}}, None, Code.WRONG_TYPE, "alarms.co_alarm.quiet_hours"),
    (
        {"alarms": {"co_alarm": {"quiet_hours": {"start_time": "24:00"}}}},
        None,
        Code.WRONG_TYPE,
        "alarms.co_alarm.quiet_hours.start_time",
    ),
    ({"alarms": {"co_alarm": True}, "noise_alarm": True}, None, Code.CONTRADICTION, "noise_alarm"),
    (b"ON", "occupancy_alarm_quiet_hours", Code.UNKNOWN_ALARM, "occupancy_alarm_quiet_hours"),
    (b"5", "ac_timer", Code.WRONG_TYPE, "ac_timer"),
    ({"ac_timer": {"on": True}}, None, Code.WRONG_TYPE, "ac_timer"),
    ({"ac_timer": {"on": True, "in": 5, "at": "2026-11-20"}}, None, Code.WRONG_TYPE, "ac_timer"),
    ({"ac_timer": {"on": True, "in": 0}}, None, Code.OUT_OF_RANGE, "ac_timer.in"),
    ({"ac_timer": {"on": True, "at": "2036-11-20T12:00:00"}}, None, Code.WRONG_TYPE, "ac_timer.at"),
    ({"ac_timer": {"on": True, "at": "soon"}}, None, Code.WRONG_TYPE, "ac_timer.at"),
    ({"ac_timer": {"on": True, "at": "0001-01-01T00:00:00+12:00"}}, None, Code.WRONG_TYPE, "ac_timer.at"),
    ({"ac_timer": {"on": True, "at": "2020-11-20T12:00:00Z"}}, None, Code.OUT_OF_RANGE, "ac_timer.at"),
    ({"ac_timer": {"on": True, "at": "9000-11-20T12:00:00Z"}}, None, Code.OUT_OF_RANGE, "ac_timer.at"),
    (b"[]", "ac_schedule", Code.WRONG_TYPE, "ac_schedule"),
    ({"ac_schedule": {"hours": 1}}, None, Code.UNKNOWN_FIELD, "ac_schedule.hours"),
    ({"ac_schedule": {"days": "mon"}}, None, Code.WRONG_TYPE, "ac_schedule.days"),
    ({"ac_schedule": {"days": ["monday"]}}, None, Code.UNKNOWN_WORD, "ac_schedule.days"),
    ({"ac_schedule": {"end_time": "9:30"}}, None, Code.WRONG_TYPE, "ac_schedule.end_time"),
    ({"ac_schedule": {"appliance_config": 1}}, None, Code.WRONG_TYPE, "ac_schedule.appliance_config"),
    (DEEP, None, Code.WRONG_TYPE, "ac_schedule.appliance_config"),
)
OF_A_PROPERTY: Final[tuple[tuple[object, str | None, Code, str | None], ...]] = (
    (b"maybe", "eco_mode", Code.WRONG_TYPE, "eco_mode"),
    (b"5", "eco_time", Code.UNKNOWN_FIELD, "eco_time"),
    (b"5", "alarms", Code.WRONG_TYPE, "alarms"),
    ({"alarms": {"co_alarm": True}}, None, Code.UNKNOWN_FIELD, "alarms.co_alarm"),
    ({"alarms": {"noise_alarm": 3}}, None, Code.WRONG_TYPE, "alarms.noise_alarm"),
    ({"alarms": {"noise_alarm": True}, "security_alarm": True}, None, Code.CONTRADICTION, "security_alarm"),
    (b"false", "notifications_seen", Code.WRONG_TYPE, "notifications_seen"),
    (b"[1]", "notifications_seen", Code.WRONG_TYPE, "notifications_seen"),
    (b"[]", "notifications_seen", Code.WRONG_TYPE, "notifications_seen"),
)


@pytest.fixture
async def at() -> AsyncIterator[Bench]:
    """Commands for the tiny home, with full control."""
    async with bench() as made:
        yield made


async def refuse(at: Bench, cases: tuple[tuple[object, str | None, Code, str | None], ...], item: Any) -> None:
    """Give every command of a table; one cloud does for all, as nothing reaches it."""
    for payload, name, code, field in cases:
        error = (await at.ask(payload, name, item=item))["error"]
        assert error is not None, (payload, name)
        assert (error["code"], error.get("field")) == (code, field), (payload, name, error)
        assert field is None or field in error["message"]
        assert len(error["message"]) < 700
    assert at.requests == {}
    assert at.told == []


async def test_a_wrong_command_for_a_unit_is_refused_with_its_code(at: Bench) -> None:
    await refuse(at, OF_A_UNIT, DEVICE)


async def test_a_wrong_command_for_a_property_is_refused_with_its_code(at: Bench) -> None:
    await refuse(at, OF_A_PROPERTY, PLACE)


async def test_one_wrong_field_holds_up_all_others(at: Bench) -> None:
    answer = await at.ask({"pillar": "noise", "eco_time": 600, "temperature": 99, "transaction": "t"})
    assert (answer["transaction"], answer["ok"], answer["error"]["field"]) == ("t", False, "temperature")
    assert at.requests == {}
    assert at.told == []


async def test_a_message_says_field_problem_and_what_is_accepted(at: Bench) -> None:
    answer = await at.ask(b"31", "temperature")
    assert answer["error"]["message"] == "temperature: 31 is out of range; accepted: a number from 16 to 30 °C"


@pytest.mark.parametrize("field", ["temperature", "fan", "swing", "ac_schedule", "mode"])
@pytest.mark.parametrize(
    ("profile", "remedy"),
    [(None, "control: full and a profile of its model"), (CELSIUS, "air_conditioners.control: full in")],
)
async def test_without_full_control_the_remedy_is_said(field: str, profile: Any, remedy: str) -> None:
    payload = {"ac_schedule": {"enabled": False}, "mode": "heat"}.get(field, 20)
    async with bench(profile, full=False) as at:
        error = (await at.ask({field: payload}))["error"]
        assert error["code"] == "no_full_control"
        assert remedy in error["message"]
        assert at.requests == {}


async def test_a_setting_that_the_model_lacks_is_unsupported() -> None:
    async with bench(FAHRENHEIT) as at:
        assert await at.code(b"auto", "fan") == "unsupported"


AC_FIELDS: Final = ("power", "assume", "ac_timer", "ac_schedule", "ir_test")
USUAL: Final = {"power": True, "assume": {"power": True}, "ac_timer": None, "ac_schedule": None, "ir_test": "smart"}


async def test_a_unit_without_an_air_conditioner_takes_none_of_its_commands(at: Bench) -> None:
    at.change(drives_ac=False)
    for field in AC_FIELDS:
        error = (await at.ask({field: USUAL[field]}))["error"]
        assert (error["code"], error["field"]) == ("unsupported", field)
        assert "smart_ac" in error["message"]
    assert at.requests == {}


async def test_what_the_account_cannot_do_is_unsupported(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at.account, "capabilities", lambda _: frozenset[str]())
    given = {**USUAL, "eco_time": 5, "pillar": "noise", "alarms": {"co_alarm": True}}
    for field, value in given.items():
        assert await at.code({field: value}) == "unsupported", field
    for field, value in {"eco_mode": True, "noise_alarm": True, "notifications_seen": True}.items():
        assert await at.code({field: value}, item=PLACE) == "unsupported", field
    assert at.requests == {}


async def test_a_unit_without_alarms_says_so(at: Bench) -> None:
    at.change(alarms={})
    error = (await at.ask({"alarms": {"co_alarm": True}}))["error"]
    assert error["message"].endswith("accepted: none, it has no alarms")
