"""Nothing unchanged travels: a new snapshot keeps the old objects of whatever is as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.layla.cloud.continuity import LAST_SEEN_STEP, continued, with_alarms
from custom_components.layla.cloud.model import AlarmState, Device, Property, Reading, Snapshot

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)


def device(number: int = 1, *, noise: float = 38.0, at: datetime = NOW, **alarms: AlarmState) -> Device:
    """Make a unit whose every time is `at`."""
    return Device(
        id=f"unit-{number}",
        property_id="home",
        name=f"Room {number}",
        category="SP",
        serial_number=f"LY{number}",
        online=True,
        enabled=True,
        pillar="noise",
        drives_ac=False,
        readings={"noise": Reading(value=noise, at=at)},
        alarms={"noise_alarm": AlarmState(active=True, armed=True, snoozed=False, since=at), **alarms},
    )


def snapshot(*devices: Device, seen: datetime = NOW) -> Snapshot:
    """Make the snapshot of one home."""
    home = Property(id="home", name="Home", category="house", zone=ZoneInfo("Europe/Berlin"))
    return Snapshot(
        properties={home.id: home},
        devices={each.id: each for each in devices},
        last_seen=dict.fromkeys([each.id for each in devices], seen),
        oddities={},
    )


def test_the_first_snapshot_is_taken_as_it_is() -> None:
    first = snapshot(device())
    assert continued(first, None) is first


def test_what_did_not_change_is_the_same_object_though_every_time_moved_on() -> None:
    before = snapshot(*(device(number) for number in range(400)))
    after = continued(snapshot(*(device(number, at=NOW + MINUTE) for number in range(400)), seen=NOW + MINUTE), before)

    assert list(after.devices) == list(before.devices)
    assert all(after.devices[unit] is before.devices[unit] for unit in before.devices)
    assert after.properties["home"] is before.properties["home"]
    assert after.last_seen == before.last_seen


def test_one_changed_unit_of_four_hundred_is_the_only_new_object() -> None:
    before = snapshot(*(device(number) for number in range(400)))
    now = [device(number, noise=71.0 if number == 123 else 38.0, at=NOW + MINUTE) for number in range(400)]
    after = continued(snapshot(*now, seen=NOW + MINUTE), before)

    assert [unit for unit in after.devices if after.devices[unit] is not before.devices[unit]] == ["unit-123"]
    assert after.devices["unit-123"].readings["noise"] == Reading(value=71.0)
    assert [unit for unit in after.last_seen if after.last_seen[unit] != NOW] == ["unit-123"]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Kitchen"},
        {"online": False},
        {"enabled": False},
        {"pillar": "smart_ac"},
        {"drives_ac": True},
        {"property_id": "office"},
        {"readings": {}},
        {"readings": {"noise": Reading(value=None)}},
        {"alarms": {"noise_alarm": AlarmState(active=False, armed=True, snoozed=False)}},
        {"alarms": {"noise_alarm": AlarmState(active=True, armed=False, snoozed=False)}},
        {"alarms": {"noise_alarm": AlarmState(active=True, armed=True, snoozed=True)}},
        {"alarms": {"noise_alarm": AlarmState(active=None, armed=True, snoozed=False)}},
    ],
    ids=str,
)
def test_every_change_but_of_times_is_one(change: dict[str, object]) -> None:
    before = snapshot(device())
    changed = replace(device(), **change)  # type: ignore[arg-type]  # one member of Device each
    assert continued(snapshot(changed), before).devices["unit-1"] is changed


def test_a_changed_property_is_a_new_object() -> None:
    before = snapshot(device())
    moved = replace(before, properties={"home": replace(before.properties["home"], zone=ZoneInfo("Asia/Tokyo"))})
    assert continued(moved, before).properties == moved.properties


def test_a_new_unit_appears_and_a_lost_one_is_gone() -> None:
    after = continued(snapshot(device(2)), snapshot(device(1)))
    assert list(after.devices) == ["unit-2"]
    assert after.last_seen == {"unit-2": NOW}


def test_last_seen_moves_in_steps_of_ten_minutes() -> None:
    moving = snapshot(device())
    shown = []
    for minute in range(21):
        seen = NOW + minute * MINUTE
        moving = continued(snapshot(device(at=seen), seen=seen), moving)
        shown.append((moving.last_seen["unit-1"] - NOW) // MINUTE)
    assert shown == [0] * 10 + [10] * 10 + [20]
    assert timedelta(minutes=10) == LAST_SEEN_STEP


def test_last_seen_goes_back_with_the_clouds_clock_in_the_same_steps() -> None:
    before = snapshot(device())
    assert continued(snapshot(device(), seen=NOW - 9 * MINUTE), before).last_seen["unit-1"] == NOW
    assert continued(snapshot(device(), seen=NOW - 10 * MINUTE), before).last_seen["unit-1"] == NOW - 10 * MINUTE


def test_a_unit_that_was_never_seen_before_is_seen_at_once() -> None:
    before = replace(snapshot(device()), last_seen={})
    assert continued(snapshot(device()), before).last_seen == {"unit-1": NOW}


def test_an_alarm_once_seen_stays_and_is_quiet_when_the_cloud_no_longer_names_it() -> None:
    radon = AlarmState(active=True, armed=None, snoozed=False)
    before = snapshot(device(radon_alarm=radon))
    after = continued(snapshot(device()), before)
    assert after.devices["unit-1"].alarms["radon_alarm"] == AlarmState(active=False, armed=None, snoozed=False)
    again = continued(snapshot(device()), after)
    assert again.devices["unit-1"] is after.devices["unit-1"]


def test_an_alarm_once_seen_is_unknown_when_the_cloud_tells_no_alarms_at_all() -> None:
    smoke = AlarmState(active=True, armed=None, snoozed=False)
    before = snapshot(device(smoke_alarm=smoke))
    untold = replace(device(), alarms={})
    after = continued(snapshot(untold), before, untold={"unit-1"})
    assert {name: state.active for name, state in after.devices["unit-1"].alarms.items()} == {
        "noise_alarm": None,
        "smoke_alarm": None,
    }


def test_a_known_alarm_is_added_to_a_unit_and_one_that_it_has_is_left_alone() -> None:
    unit = device()
    assert with_alarms(unit, ["noise_alarm"]) is unit
    assert with_alarms(unit, ["mold_alarm"]).alarms == {
        **unit.alarms,
        "mold_alarm": AlarmState(active=False, armed=None, snoozed=False),
    }
    assert with_alarms(unit, ["mold_alarm"], told=False).alarms["mold_alarm"].active is None


def test_the_oddities_are_those_of_the_new_snapshot() -> None:
    before = replace(snapshot(device()), oddities={"old": 1})
    assert continued(replace(snapshot(device()), oddities={"new": 2}), before).oddities == {"new": 2}
