"""What was commanded is shown until the cloud confirms it, for a while; what failed is not."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, strategies as st

from layla_bridge.cloud.model import Device, Snapshot
from layla_bridge.commands.holds import LENGTH, Holds
from layla_bridge.commands.steps import Held
from tests.bridge.commanding import DEVICE, PLACE, UNIT, bench, clock
from tests.bridge.world import NOW, QUIET, device, snapshot

DISARM = Held("unit-1", "noise_alarm", value=False)
SMART = Held("unit-1", None, "smart_ac")


def armed(shown: Snapshot) -> bool | None:
    return shown.devices["unit-1"].alarms["noise_alarm"].armed


def test_while_nothing_is_held_the_snapshot_is_the_same() -> None:
    before = snapshot(device(1))
    assert Holds().shown(before, NOW) is before


def test_what_is_held_covers_the_unit_and_leaves_the_others_the_same_objects() -> None:
    holds, before = Holds(), snapshot(device(1), device(2))
    holds.begin([DISARM, SMART, Held("elsewhere", None, "noise"), Held("unit-1", "no_alarm", value=True)], NOW)
    shown = holds.shown(before, NOW)
    assert (armed(shown), shown.devices["unit-1"].pillar) == (False, "smart_ac")
    assert shown.devices["unit-2"] is before.devices["unit-2"]
    assert armed(before) is True
    again = holds.shown(replace(before), NOW)
    assert again.devices["unit-1"] is shown.devices["unit-1"]


def test_a_hold_ends_when_the_cloud_confirms_it() -> None:
    holds, before = Holds(), snapshot(device(1))
    begun = holds.begin([DISARM], NOW)
    confirmed = snapshot(device(1, alarms={"noise_alarm": replace(QUIET, armed=False)}))
    assert holds.shown(confirmed, NOW) is confirmed
    assert armed(holds.shown(before, NOW)) is False  # not accepted yet: it may have been so before
    holds.keep(begun, NOW)
    assert holds.shown(confirmed, NOW) is confirmed
    assert holds.shown(before, NOW) is before


def test_a_hold_ends_after_a_while_that_begins_when_the_cloud_accepted() -> None:
    holds, before = Holds(), snapshot(device(1))
    begun = holds.begin([DISARM], NOW)
    later = NOW + LENGTH - timedelta(seconds=1)
    holds.keep(begun, later)
    assert armed(holds.shown(before, NOW + LENGTH)) is False
    assert holds.shown(before, later + LENGTH) is before


def test_a_failed_command_is_rolled_back_to_the_one_before_it() -> None:
    holds, before = Holds(), snapshot(device(1))
    holds.keep(holds.begin([DISARM], NOW), NOW)
    second = holds.begin([replace(DISARM, value=True)], NOW)
    assert armed(holds.shown(before, NOW)) is True
    holds.end(second)
    assert armed(holds.shown(before, NOW)) is False


VALUES = st.tuples(st.sampled_from(["noise_alarm", None]), st.booleans())


@given(st.lists(st.tuples(VALUES, st.sampled_from(["keep", "end", "wait"])), max_size=8))
def test_whatever_is_held_only_armed_and_pillar_are_shown_otherwise(
    script: list[tuple[tuple[str | None, bool], str]],
) -> None:
    holds, before = Holds(), snapshot(device(1), device(2))
    for (alarm, value), fate in script:
        begun = holds.begin([Held("unit-1", alarm, value if alarm else str(value))], NOW)
        if fate == "keep":
            holds.keep(begun, NOW)
        elif fate == "end":
            holds.end(begun)
        shown = holds.shown(before, NOW)
        assert _without(shown.devices["unit-1"]) == _without(before.devices["unit-1"])
        assert shown.devices["unit-2"] is before.devices["unit-2"]
    assert holds.shown(before, NOW + 2 * LENGTH) is before


def _without(unit: Device) -> Device:
    return replace(unit, pillar=None, alarms={key: replace(alarm, armed=None) for key, alarm in unit.alarms.items()})


async def test_a_command_is_shown_at_once_and_taken_back_when_it_fails() -> None:
    async with bench() as at:
        assert at.snapshot is not None
        at.fails("setDevicePillar", status=409)
        at.give(b"noise", "pillar")
        assert at.told == [{UNIT}]
        assert at.holds.shown(at.snapshot, clock()).devices[DEVICE.id].pillar == "noise"
        assert not (await at.answer())["ok"]
        assert at.told == [{UNIT}, {UNIT}]
        assert at.holds.shown(at.snapshot, clock()) is at.snapshot


async def test_an_alarm_of_a_property_is_shown_at_its_units_until_the_cloud_confirms_it() -> None:
    async with bench() as at:
        answer = await at.ask(b"OFF", "noise_alarm", item=PLACE)
        assert answer["ok"]
        assert at.snapshot is not None
        assert at.holds.shown(at.snapshot, clock()).devices[UNIT].alarms["noise_alarm"].armed is False
        confirmed = await at.refresh()
        assert at.holds.shown(confirmed, clock()) is confirmed
        assert confirmed.devices[UNIT].alarms["noise_alarm"].armed is False
