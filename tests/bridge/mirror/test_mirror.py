"""Nothing unchanged travels; what is retained is refreshed before it is dropped; what is gone says so."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
import json
import logging
from typing import Any, Final

import pytest

from layla_bridge.cloud.air_conditioner import AirConditioner, Mode
from layla_bridge.cloud.model import AlarmState, Reading, Snapshot
from layla_bridge.contract.level import LONGEST_LEVEL
from layla_bridge.contract.messages import Publication
from layla_bridge.contract.topics import Item, Kind, Topics
from layla_bridge.mirror.ledger import KeyLedger
from layla_bridge.mirror.mirror import Mirror, Selection
from tests.bridge.world import HOME, MINUTE, NOW, device, place, snapshot

HOUR: Final = timedelta(hours=1)
UNIT: Final = Item(Kind.DEVICE, "unit-1")


def mirror(ledger: KeyLedger | None = None, **selection: Any) -> Mirror:
    """Make a mirror that has published nothing yet."""
    return Mirror(Topics("villa"), Selection(**selection), ledger or KeyLedger())


def topics(messages: Iterable[Publication]) -> list[str]:
    """Name the topics without their base."""
    return [message.topic.removeprefix("layla/") for message in messages]


def changed(before: Snapshot, *, seen: Any = NOW, **members: Any) -> Snapshot:
    """Change the first unit of an account."""
    unit = next(iter(before.devices.values()))
    return replace(
        before,
        devices={**before.devices, unit.id: replace(unit, **members)},
        last_seen={**before.last_seen, unit.id: seen},
    )


def test_the_first_time_everything_is_published() -> None:
    messages = mirror().changes(snapshot(device(1), device(2, online=False)), None, NOW)
    assert topics(messages) == [
        "device/unit-1",
        "device/unit-1/availability",
        "device/unit-2",
        "device/unit-2/availability",
        "property/home",
        "property/home/availability",
    ]
    assert [each.payload for each in messages if each.topic.endswith("availability")] == [
        b"online",
        b"offline",
        b"online",
    ]
    assert all(each.retain and each.expiry == 3600 for each in messages)
    assert [each.qos for each in messages] == [0, 1] * 3


def test_a_mirror_that_has_published_nothing_takes_any_snapshot_for_its_first() -> None:
    first = snapshot(device())
    assert len(mirror().changes(first, first, NOW)) == 4


def test_an_unchanged_refresh_publishes_nothing() -> None:
    first = snapshot(*(device(number) for number in range(400)))
    ours = mirror(expiry=timedelta(days=365))
    assert len(ours.changes(first, None, NOW)) == 802
    ledger = ours.ledger
    assert ours.changes(first, first, NOW + MINUTE) == []
    assert ours.changes(replace(first, devices=dict(first.devices)), first, NOW + 2 * MINUTE) == []
    assert ours.ledger is ledger


def test_a_changed_reading_is_one_message_for_the_unit_and_one_for_what_its_property_comes_to() -> None:
    first, ours = snapshot(device(1), device(2)), mirror(expiry=timedelta(days=365))
    ours.changes(first, None, NOW)
    louder = changed(first, readings={"noise": Reading(value=70.0)})
    assert topics(ours.changes(louder, first, NOW)) == ["device/unit-1", "property/home"]
    humid = changed(louder, readings={"noise": Reading(value=70.0), "humidity": Reading(value=50.0)})
    messages = ours.changes(humid, louder, NOW)
    assert topics(messages) == ["device/unit-1"]
    assert json.loads(messages[0].payload)["readings"] == {"noise": 70.0, "humidity": 50.0}


def test_a_unit_that_goes_offline_says_so() -> None:
    first, ours = snapshot(device()), mirror()
    ours.changes(first, None, NOW)
    lost = changed(first, online=False)
    assert topics(ours.changes(lost, first, NOW)) == ["device/unit-1", "device/unit-1/availability", "property/home"]
    assert "device/unit-1/availability" in topics(ours.changes(first, lost, NOW))


def test_last_seen_travels_in_the_steps_of_the_snapshot() -> None:
    first, ours = snapshot(device(1), device(2)), mirror(expiry=timedelta(days=365))
    ours.changes(first, None, NOW)
    later = NOW + 10 * MINUTE
    messages = ours.changes(replace(first, last_seen={**first.last_seen, "unit-2": later}), first, later)
    assert topics(messages) == ["device/unit-2"]
    assert json.loads(messages[0].payload)["last_seen"] == "2026-11-20T12:10:00+00:00"


def test_a_changed_property_is_published() -> None:
    first, ours = snapshot(device()), mirror()
    ours.changes(first, None, NOW)
    renamed = replace(first, properties={"home": replace(HOME, name="Cottage")})
    assert topics(ours.changes(renamed, first, NOW)) == ["property/home"]


def test_every_unit_is_refreshed_once_in_half_the_expiry_and_evenly() -> None:
    account, ours = snapshot(*(device(number) for number in range(600))), mirror()
    ours.changes(account, None, NOW)
    passes = [topics(ours.changes(account, account, NOW + minute * MINUTE)) for minute in range(1, 61)]
    halves = [Counter(topic for each in half for topic in each) for half in (passes[:30], passes[30:])]
    assert halves[0] == halves[1]
    assert set(halves[0].values()) == {1}
    assert len(halves[0]) == 2 * 601
    assert max(map(len, passes)) < 2 * 60


def test_a_refresh_and_a_change_are_one_message() -> None:
    account, ours = snapshot(device()), mirror()
    ours.changes(account, None, NOW)
    louder = changed(account, readings={"noise": Reading(value=70.0)})
    found = topics(ours.changes(louder, account, NOW + 2 * HOUR))
    assert len(found) == len(set(found))
    assert {"device/unit-1", "property/home"} <= set(found)


def test_a_clock_that_goes_back_refreshes_nothing_and_one_that_jumps_everything() -> None:
    account, ours = snapshot(device()), mirror()
    ours.changes(account, None, NOW)
    assert ours.changes(account, account, NOW - HOUR) == []
    assert len(ours.changes(account, account, NOW + 24 * HOUR)) == 4


def test_a_unit_that_is_no_longer_listed_is_unreachable_until_it_is_removed() -> None:
    first, ours = snapshot(device(1), device(2)), mirror()
    ours.changes(first, None, NOW)
    without = snapshot(device(1))
    without = replace(without, devices={"unit-1": first.devices["unit-1"]})
    messages = ours.changes(without, first, NOW)
    assert topics(messages) == ["device/unit-2", "device/unit-2/availability"]
    assert messages[1].payload == b"offline"
    half = [each for minute in range(1, 31) for each in ours.changes(without, without, NOW + minute * MINUTE)]
    assert [each for each in half if "unit-2" in each.topic] == messages
    gone = Item(Kind.DEVICE, "unit-2")
    assert ours.changes(without, without, NOW + 30 * MINUTE, removed={gone}) == [
        Publication("layla/device/unit-2", b"", 0, retain=True, expiry=None),
        Publication("layla/device/unit-2/availability", b"", 1, retain=True, expiry=None),
    ]
    assert gone not in ours.ledger.known
    later = [each for minute in range(31, 91) for each in ours.changes(without, without, NOW + minute * MINUTE)]
    assert not [each for each in later if "unit-2" in each.topic]


def test_what_is_listed_is_not_erased_whoever_says_that_it_was_removed() -> None:
    first, ours = snapshot(device()), mirror()
    ours.changes(first, None, NOW)
    assert ours.changes(first, first, NOW, removed={UNIT, Item(Kind.PROPERTY, "home")}) == []
    assert UNIT in ours.ledger.known


def test_a_unit_that_comes_back_is_published_whole() -> None:
    first, ours, without = snapshot(device()), mirror(), snapshot()
    ours.changes(first, None, NOW)
    ours.changes(without, first, NOW)
    assert {"device/unit-1", "device/unit-1/availability"} <= set(topics(ours.changes(first, without, NOW)))


def test_a_property_that_is_no_longer_listed_is_unreachable_and_erased_when_removed() -> None:
    first, ours = snapshot(places=(HOME, place("office"))), mirror()
    ours.changes(first, None, NOW)
    without = replace(first, properties={"home": HOME})
    messages = ours.changes(without, first, NOW, removed=())
    assert [(each.topic, each.payload) for each in messages] == [("layla/property/office/availability", b"offline")]
    erased = ours.changes(without, without, NOW, removed={Item(Kind.PROPERTY, "office")})
    assert [each.payload for each in erased] == [b"", b""]


def test_what_an_earlier_run_published_and_is_missing_at_the_start_is_unreachable() -> None:
    earlier = mirror()
    earlier.changes(snapshot(device(1), device(2)), None, NOW)
    messages = mirror(earlier.ledger).changes(snapshot(device(1)), None, NOW)
    found = {each.topic: each.payload for each in messages if "unit-2" in each.topic}
    assert found["layla/device/unit-2/availability"] == b"offline"
    state = json.loads(found["layla/device/unit-2"])
    assert (state["bridge"], state["id"], state["reachable"], state["online"]) == ("villa", "unit-2", False, None)
    assert (state["readings"], state["alarms"]["noise_alarm"]["active"]) == ({"noise": None}, None)


def test_a_unit_that_is_no_longer_listed_is_shown_as_it_was_but_cannot_be_reached() -> None:
    first, ours = snapshot(device(1), device(2, drives_ac=True)), mirror()
    was = {each.topic: json.loads(each.payload) for each in ours.changes(first, None, NOW) if each.qos == 0}
    without = replace(first, devices={"unit-1": first.devices["unit-1"]}, last_seen={"unit-1": NOW})
    found = json.loads(ours.changes(without, first, NOW)[0].payload)
    assert found == {**was["layla/device/unit-2"], "online": None, "reachable": False}
    # Whatever else comes and goes meanwhile, and when the cloud was lost in between.
    more = replace(without, devices={**without.devices, "unit-3": device(3)})
    ours.changes(more, without, NOW)
    ours.unreachable()
    again = {each.topic: each.payload for each in ours.changes(more, None, NOW)}
    assert json.loads(again["layla/device/unit-2"]) == found


def test_when_the_cloud_is_lost_everything_is_unreachable_as_it_was_last_also_what_was_missing() -> None:
    first, ours = snapshot(device(1), device(2)), mirror()
    ours.changes(first, None, NOW)
    without = replace(first, devices={"unit-1": first.devices["unit-1"]})
    ours.changes(without, first, NOW)
    louder = changed(without, readings={"noise": Reading(value=70.0)})
    ours.changes(louder, without, NOW)
    messages = ours.unreachable()
    assert sorted(topics(messages)) == [
        "device/unit-1",
        "device/unit-1/availability",
        "device/unit-2",
        "device/unit-2/availability",
        "property/home/availability",
    ]
    assert {each.payload for each in messages if each.qos} == {b"offline"}
    states = {each["id"]: each for each in (json.loads(each.payload) for each in messages if not each.qos)}
    assert {key: each["readings"]["noise"] for key, each in states.items()} == {"unit-1": 70.0, "unit-2": 38.0}
    assert {(each["online"], each["reachable"]) for each in states.values()} == {(None, False)}
    assert all(each.retain and each.expiry == 3600 for each in messages)


def test_when_the_cloud_is_lost_from_the_start_what_an_earlier_run_published_is_unreachable_and_unknown() -> None:
    earlier = mirror()
    earlier.changes(snapshot(device()), None, NOW)
    state, *availability = mirror(earlier.ledger).unreachable()
    assert [each.payload for each in availability] == [b"offline", b"offline"]
    found = json.loads(state.payload)
    assert (found["id"], found["reachable"], found["readings"]) == ("unit-1", False, {"noise": None})


def test_a_unit_that_was_removed_is_not_remembered() -> None:
    first, ours, without = snapshot(device()), mirror(), snapshot()
    ours.changes(first, None, NOW)
    ours.changes(without, first, NOW)
    ours.changes(without, without, NOW, removed={UNIT})
    assert topics(ours.unreachable()) == ["property/home/availability"]


def test_a_restart_forgets_no_member() -> None:
    earlier = mirror()
    earlier.changes(snapshot(device(readings={"power": Reading(value=5.0)})), None, NOW)
    ledger = KeyLedger.from_dict(json.loads(json.dumps(earlier.ledger.as_dict())))
    messages = mirror(ledger).changes(snapshot(device(alarms={})), None, NOW)
    found = json.loads(messages[0].payload)
    assert found["readings"] == {"noise": 38.0, "power": None}
    assert list(found["alarms"]) == ["noise_alarm"]


def test_a_property_that_is_not_selected_is_never_published() -> None:
    office = place("office")
    units = (device(1), device(2, property_id="office"), device(3, property_id=None))
    first = snapshot(*units, places=(HOME, office))
    ours = mirror(selected=lambda property_id: property_id == "home")
    found = topics(ours.changes(first, None, NOW))
    for minute in range(1, 61):
        found += topics(ours.changes(first, first, NOW + minute * MINUTE))
    assert {topic.removesuffix("/availability") for topic in found} == {"device/unit-1", "property/home"}


def test_a_unit_that_moves_changes_both_properties() -> None:
    office = place("office")
    first, ours = snapshot(device(1), places=(HOME, office)), mirror()
    ours.changes(first, None, NOW)
    assert topics(ours.changes(changed(first, property_id="office"), first, NOW)) == [
        "device/unit-1",
        "property/home",
        "property/office",
    ]


def test_a_unit_that_moves_out_of_the_selection_is_left_alone_and_one_that_moves_in_is_published_whole() -> None:
    first = snapshot(device(1), places=(HOME, place("office")))
    moved = changed(first, property_id="office")
    ours = mirror(selected=lambda property_id: property_id == "home")
    ours.changes(first, None, NOW)
    assert topics(ours.changes(moved, first, NOW)) == ["property/home"]
    later = [each for minute in range(61) for each in topics(ours.changes(moved, moved, NOW + minute * MINUTE))]
    assert not [each for each in later if "device" in each]
    back = ours.changes(first, moved, NOW + HOUR)
    assert topics(back) == ["device/unit-1", "device/unit-1/availability", "property/home"]


def test_a_ledger_with_a_property_that_is_no_longer_selected_publishes_nothing_of_it() -> None:
    earlier = mirror()
    earlier.changes(snapshot(places=(HOME, place("office"))), None, NOW)
    ours = mirror(earlier.ledger, selected=lambda property_id: property_id == "home")
    assert topics(ours.changes(snapshot(), None, NOW)) == ["property/home", "property/home/availability"]


def test_a_unit_whose_id_fits_no_topic_is_left_out_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    endless = "x" * (LONGEST_LEVEL + 1)
    first = snapshot(device(1), device(2, id=endless))
    ours = mirror()
    with caplog.at_level(logging.WARNING):
        assert len(ours.changes(first, None, NOW)) == 4
        assert len(ours.changes(first, None, NOW)) == 4
    assert [record.getMessage() for record in caplog.records] == [
        "A device is left out: its id of 32769 characters fits no topic"
    ]
    assert ours.changes(snapshot(), snapshot(), NOW, removed={Item(Kind.DEVICE, endless)}) == []


def test_a_command_shows_at_once_what_the_air_conditioner_was_told() -> None:
    told: dict[str, AirConditioner] = {}
    unit = device(drives_ac=True)
    account = snapshot(unit)
    ours = Mirror(Topics("villa"), Selection(), KeyLedger(), told.get)
    assert json.loads(ours.changes(account, None, NOW)[0].payload)["ac"]["power"] is None
    told["unit-1"] = AirConditioner(power=True, mode=Mode.COOL)
    message = ours.state(account, unit)
    assert (message.topic, message.retain, message.expiry) == ("layla/device/unit-1", True, 3600)
    assert json.loads(message.payload)["ac"]["power"] is True


def test_an_alarm_on_reaches_unit_and_property() -> None:
    first, ours = snapshot(device()), mirror()
    ours.changes(first, None, NOW)
    burning = changed(first, alarms={"smoke_alarm": AlarmState(active=True, armed=None, snoozed=False, since=NOW)})
    unit, home = (json.loads(each.payload) for each in ours.changes(burning, first, NOW))
    assert unit["alarms"]["smoke_alarm"]["active"] is True
    assert unit["alarms"]["noise_alarm"] == {"active": None, "armed": None, "snoozed": None, "since": None}
    assert home["alarms"] == [
        {"id": "unit-1", "unit": "Room 1", "alarm": "smoke_alarm", "since": "2026-11-20T12:00:00+00:00"}
    ]
