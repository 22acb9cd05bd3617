"""What the messages say: every member, its unit, and null for what nobody knows."""

from dataclasses import replace
from datetime import timedelta, timezone
import json
from typing import Any, Final

import pytest

from layla_bridge.cloud.air_conditioner import AirConditioner, Appliance, Mode
from layla_bridge.cloud.model import AlarmState, Device, Reading
from layla_bridge.contract import payloads
from layla_bridge.contract.payloads import Payloads
from layla_bridge.mirror.home import Home
from layla_bridge.mirror.ledger import Keys
from tests.bridge.world import HOME, MINUTE, NOW, QUIET, device, event

NAMED: Final = Payloads("villa")
UNNAMED: Final = Payloads("villa", names=False)
UNKNOWN_ALARM: Final = {"active": None, "armed": None, "snoozed": None, "since": None}
UNKNOWN_AC: Final = {
    "power": None,
    "mode": None,
    "temperature": None,
    "fan": None,
    "swing": None,
    "assumed": True,
}


def state(unit: Device, told: AirConditioner | None = None, keys: Keys | None = None) -> dict[str, Any]:
    """Read a unit's state as a subscriber does."""
    written: dict[str, Any] = json.loads(NAMED.device(unit, NOW, keys or Keys.of_device(unit), told))
    return written


def test_a_units_state_is_one_object_with_sorted_members() -> None:
    east = timezone(timedelta(hours=2))
    alarm = AlarmState(active=True, armed=None, snoozed=False, since=NOW.astimezone(east))
    unit = device(alarms={"smoke_alarm": alarm})
    assert NAMED.device(unit, NOW, Keys.of_device(unit)) == (
        b'{"alarms":{"smoke_alarm":{"active":true,"armed":null,"since":"2026-11-20T12:00:00+00:00","snoozed":false}},'
        b'"bridge":"villa","category":"SP","enabled":true,"id":"unit-1","last_seen":"2026-11-20T12:00:00+00:00",'
        b'"name":"Room 1","online":true,"pillar":"noise","property_id":"home","reachable":true,'
        b'"readings":{"noise":38.0}}'
    )


def test_what_a_unit_ever_had_stays_and_is_null() -> None:
    keys = Keys(frozenset({"noise", "power"}), frozenset({"noise_alarm", "radon_alarm"}), ac=True)
    found = state(device(readings={"noise": Reading(value=None)}), keys=keys)
    assert found["readings"] == {"noise": None, "power": None}
    assert found["alarms"]["radon_alarm"] == UNKNOWN_ALARM
    assert found["ac"] == UNKNOWN_AC


def test_a_unit_that_was_never_seen_says_so() -> None:
    assert json.loads(NAMED.device(device(), None, Keys()))["last_seen"] is None


def test_without_names_nothing_is_called_by_its_owners_words() -> None:
    unit = device(online=False, alarms={"smoke_alarm": AlarmState(active=True, armed=None, snoozed=False)})
    written = UNNAMED.device(unit, NOW, Keys.of_device(unit)) + UNNAMED.home(Home(HOME, [unit]), Keys())
    assert b"Room" not in written
    assert b'"name"' not in written
    assert b"LY1" not in written
    home = json.loads(UNNAMED.home(Home(HOME, [unit]), Keys()))
    assert home["offline_units"] == ["unit-1"]
    assert home["alarms"] == [{"id": "unit-1", "unit": "unit-1", "alarm": "smoke_alarm", "since": None}]


TOLD: Final = AirConditioner(power=True, mode=Mode.COOL, temperature=21.5, fan="low", swing=None)


def test_an_air_conditioner_shows_what_it_was_told_last() -> None:
    unit = device(drives_ac=True, appliance=Appliance(mode=Mode.HEAT))
    assert state(unit, TOLD)["ac"] == {
        "power": True,
        "mode": "cool",
        "temperature": 21.5,
        "fan": "low",
        "swing": None,
        "assumed": True,
    }
    assert state(device(), TOLD).get("ac") is None
    assert state(device(), TOLD, Keys(ac=True))["ac"] == UNKNOWN_AC


def test_an_air_conditioner_that_was_told_nothing_shows_what_the_cloud_says_of_it() -> None:
    unit = device(drives_ac=True, appliance=Appliance(mode=Mode.HEAT, temperature=70.0, fan="2"))
    assert state(unit)["ac"] == UNKNOWN_AC | {"mode": "heat", "temperature": 21.1, "fan": "2"}
    assert state(replace(unit, appliance=None))["ac"] == UNKNOWN_AC


def test_a_remote_control_that_counts_fahrenheit_shows_celsius() -> None:
    unit = device(drives_ac=True)
    assert state(unit, replace(TOLD, temperature=61.0))["ac"]["temperature"] == 16.1
    assert state(unit, replace(TOLD, temperature=32.0))["ac"]["temperature"] == 32.0


@pytest.mark.parametrize(("online", "said"), [(True, b"online"), (None, b"online"), (False, b"offline")])
def test_a_unit_is_offline_only_when_the_cloud_says_so(online: object, said: bytes) -> None:
    assert payloads.availability(device(online=online)) == said
    assert state(device(online=online))["reachable"] is (said == b"online")


def test_a_unit_that_is_offline_is_so_with_an_alarm_as_well() -> None:
    unit = device(online=False, alarms={"smoke_alarm": replace(QUIET, active=True), "noise_alarm": QUIET})
    assert payloads.availability(unit) == b"offline"
    assert (state(unit)["online"], state(unit)["reachable"]) == (False, False)


def test_a_unit_of_which_the_cloud_tells_nothing_is_as_it_was_but_for_its_connection() -> None:
    unit = device(drives_ac=True, alarms={"smoke_alarm": replace(QUIET, active=True)})
    found = json.loads(NAMED.absent("unit-1", unit, NOW, Keys.of_device(unit), TOLD))
    assert found == {**state(unit, TOLD), "online": None, "reachable": False}


def test_a_unit_of_which_nothing_is_left_but_its_keys_has_them_all_and_knows_nothing() -> None:
    unit = device(drives_ac=True)
    keys = Keys(frozenset({"noise"}), frozenset({"radon_alarm"}), ac=True)
    found = json.loads(NAMED.absent("unit-1", None, None, keys, TOLD))
    assert found.keys() == state(unit).keys()
    known = {"bridge": "villa", "id": "unit-1", "reachable": False}
    members = {"readings": {"noise": None}, "alarms": {"radon_alarm": UNKNOWN_ALARM}, "ac": UNKNOWN_AC}
    assert found == {**dict.fromkeys(found), **known, **members}
    assert b'"name"' not in UNNAMED.absent("unit-1", None, None, keys)


def test_an_event_says_which_alarm_and_when() -> None:
    assert json.loads(payloads.event(event(property_id=None), 7, NOW)) == {
        "id": "event-1",
        "seq": 7,
        "event_type": "smoke_alarm_started",
        "alarm": "smoke_alarm",
        "phase": "started",
        "at": "2026-11-20T12:00:00+00:00",
        "late": False,
        "device_id": "unit-1",
        "property_id": None,
    }


def test_an_event_is_late_when_it_is_delivered_more_than_a_quarter_of_an_hour_after_it_happened() -> None:
    late = [json.loads(payloads.event(event(), 1, NOW + passed))["late"] for passed in (15 * MINUTE, 16 * MINUTE)]
    assert late == [False, True]


def test_half_a_character_in_a_name_costs_that_character() -> None:
    unit = device(id="\ud800", readings={"\udfff": Reading(value=1.0)}, online=None)
    found = json.loads(NAMED.home(Home(HOME, [replace(unit, online=False)]), Keys()))
    assert found["offline_units"] == ["Room 1"]
    found = state(unit)
    assert (found["id"], found["readings"], found["online"]) == ("?", {"?": 1.0}, None)
    assert json.loads(payloads.as_json({"a": ["\ud800", 1, None]})) == {"a": ["?", 1, None]}


def test_a_number_that_is_none_is_null() -> None:
    assert payloads.as_json(float("nan")) == b"null"
