"""Air conditioners: one frame for one command, and the user's schedule and timer as they were."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import product
import logging
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.layla.cloud import commands, http
from custom_components.layla.cloud.air_conditioner import Mode
from custom_components.layla.cloud.commands import AcCommand
from custom_components.layla.cloud.errors import CloudError, OutcomeUnknown, Refused, Unreached
from tests.cloud.server import ScriptedServer

from .ac_house import (
    CANCEL,
    OWN,
    SCHEDULE,
    SCHEDULING,
    SILENT,
    TIMER,
    UNIT,
    House,
    Killed,
    Situation,
    cooling,
    switch,
    tell,
    with_nothing,
    with_schedule_and_timer,
)

SETTLE: Final = commands.SettleAirConditioner(device_id=UNIT)
SITUATIONS: Final = pytest.mark.parametrize("situation", [with_nothing, with_schedule_and_timer])


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a silent cloud for a moment, where users wait for half a minute."""
    monkeypatch.setattr(http, "REQUEST_TIMEOUT", 1.0)


@pytest.fixture
async def house(freezer: FrozenDateTimeFactory) -> AsyncIterator[House]:
    """A unit that nobody has commanded yet; all clocks show the same."""
    async with House.standing(freezer) as standing:
        yield standing


# one frame


async def test_a_frame_reaches_an_air_conditioner_that_is_off_once_and_whole(house: House) -> None:
    await house.does(tell(22.0, swing="vertical"))
    assert house.frames == []
    await house.wait(10)
    assert house.frames == [("on", cooling(22, swing="vertical"))]
    assert house.requests == {SCHEDULING: 1, TIMER: 1}
    await house.settles()
    await house.wait(86400)
    assert len(house.frames) == 1


async def test_it_goes_out_a_moment_ahead(house: House) -> None:
    began = house.now()
    await house.does(tell())
    await house.wait(60)
    (sent,) = house.sent_at
    assert timedelta(seconds=5) <= sent - began <= timedelta(seconds=7)


@pytest.mark.parametrize("minutes", [-3, 0, 3])
async def test_it_says_when_a_command_goes_out(freezer: FrozenDateTimeFactory, minutes: int) -> None:
    async with House.standing(freezer, timedelta(minutes=minutes)) as house:
        assert house.account.going_out == {}
        await house.does(tell())
        due = house.account.going_out[UNIT] + timedelta(minutes=minutes)
        await house.wait(30)
        (sent,) = house.sent_at
        assert abs(due - sent) <= timedelta(seconds=1)
        await house.settles()
        assert house.account.going_out == {}


async def test_without_a_schedule_of_the_users_ours_switches_nothing(house: House) -> None:
    await house.does(tell())
    held = (await house.state())["schedule"]
    assert {name: held[name] for name in SILENT} == SILENT
    assert (held["days"], held["start_time"], held["end_time"]) == ([], None, None)
    assert held["appliance_config"] == cooling()


@pytest.mark.parametrize(("told", "word"), [(mode, {"fan_only": "fan"}.get(mode.value, mode.value)) for mode in Mode])
async def test_modes_are_said_in_the_vendors_words(house: House, told: Mode, word: str) -> None:
    await house.does(tell(22.5, mode=told))
    await house.wait(10)
    ((_, config),) = house.frames
    assert (config["mode"], config["temperature"]) == (word, 22.5)


async def test_members_that_no_frame_has_are_kept(house: House) -> None:
    await house.does(commands.SetAcSchedule(device_id=UNIT, schedule=SCHEDULE))
    await house.does(tell())
    await house.wait(10)
    assert house.frames == [("on", cooling(beep=False))]


async def test_the_same_frame_again_needs_the_timer_alone(house: House) -> None:
    await house.does(tell())
    await house.wait(10)
    await house.settles()
    await house.refresh()
    await house.does(tell())
    assert house.requests == {TIMER: 1}
    await house.wait(10)
    assert house.frames == 2 * [("on", cooling())]


@pytest.mark.parametrize("on", [True, False])
async def test_a_switch_needs_the_timer_alone_and_leaves_the_schedule(house: House, *, on: bool) -> None:
    await with_schedule_and_timer(house)
    before = await house.slots()
    await house.does(switch(on=on))
    assert (await house.slots())[0] == before[0]
    await house.wait(10)
    await house.settles()
    assert house.frames == [("on" if on else "off", OWN)]
    assert await house.slots() == before
    assert set(house.requests) == {TIMER}


async def test_another_unit_does_not_wait(house: House) -> None:
    await house.does(tell())
    with pytest.raises(CloudError, match="scheduleAcTimer: 404"):
        await house.does(commands.SwitchAirConditioner(device_id="other", on=True))
    await house.wait(10)
    assert len(house.frames) == 1


# the user's own


async def test_schedule_and_timer_are_as_they_were_after_a_command(house: House) -> None:
    await with_schedule_and_timer(house)
    before = await house.slots()
    await house.does(tell())
    during = await house.slots()
    assert during[0] == {**SCHEDULE, "appliance_config": cooling(beep=False)}, "switches as the user's does"
    await house.wait(10)
    await house.settles()
    assert await house.slots() == before
    assert (await house.state())["appliance_config"] == OWN
    await house.wait(2 * 3600)
    assert house.frames == [("on", cooling(beep=False)), ("off", OWN)]


@pytest.mark.parametrize("member", ["ac_schedule", "schedule"])
async def test_a_schedule_that_the_payload_tells_is_put_back(house: House, member: str) -> None:
    await house.does(commands.SetAcSchedule(device_id=UNIT, schedule=SCHEDULE))
    house.memory.pages.clear()
    house.restart()
    house.tells(**{member: SCHEDULE})
    await house.refresh()
    await house.does(tell())
    await house.wait(10)
    await house.settles()
    assert house.frames == [("on", cooling(beep=False))]
    assert (await house.slots())[0] == SCHEDULE


async def test_what_the_vendors_app_changed_is_put_back_as_it_is_now(house: House) -> None:
    await house.does(commands.SetAcSchedule(device_id=UNIT, schedule=SCHEDULE))
    newer = {**SCHEDULE, "days": ["sun"]}
    house.tells(ac_schedule=newer)
    await house.wait(300)
    await house.refresh()
    await house.does(tell())
    await house.wait(10)
    await house.settles()
    assert (await house.slots())[0] == newer


async def test_a_schedule_that_the_vendors_app_removed_is_not_put_back(house: House) -> None:
    await house.does(commands.SetAcSchedule(device_id=UNIT, schedule=SCHEDULE))
    house.tells(ac_schedule=None)
    await house.wait(300)
    await house.refresh()
    await house.does(tell())
    await house.wait(10)
    await house.settles()
    assert (await house.slots())[0] is None


async def test_a_late_payload_does_not_pass_our_schedule_off_as_the_users(house: House) -> None:
    await house.does(commands.SetAcSchedule(device_id=UNIT, schedule=SCHEDULE))
    await house.does(tell())
    house.tells(ac_schedule=(await house.slots())[0])
    await house.wait(10)
    await house.settles()
    await house.refresh()
    await house.does(tell(25))
    await house.wait(10)
    await house.settles()
    assert (await house.slots())[0] == SCHEDULE


async def test_a_config_in_the_payload_saves_no_call_but_its_own_members_are_kept(house: House) -> None:
    house.tells(appliance_config=cooling(24, louvre=3))
    await house.refresh()
    await house.does(tell(24))
    assert house.requests == {SCHEDULING: 1, TIMER: 1}
    await house.wait(10)
    assert house.frames == [("on", cooling(24, louvre=3))]


async def test_a_config_that_was_changed_elsewhere_is_told_again(house: House) -> None:
    await house.does(tell(22))
    await house.wait(300)
    await house.settles()
    house.tells(appliance_config=cooling(26))
    await house.wait(300)
    await house.refresh()
    await house.does(tell(22))
    assert house.requests == {SCHEDULING: 1, TIMER: 1}


async def test_a_timer_that_falls_into_a_command_goes_out_after_it(house: House) -> None:
    at = house.now() + timedelta(seconds=8)
    await house.does(commands.SetAcTimer(device_id=UNIT, on=False, at=at))
    await house.wait(3)
    await house.does(tell())
    await house.wait(9)
    await house.settles()
    await house.wait(20)
    assert house.frames == [("on", cooling()), ("off", cooling())]
    assert house.sent_at[1] - at < timedelta(seconds=20)
    assert await house.slots() == (None, None)


@pytest.mark.parametrize(("minutes", "goes_out"), [(14, True), (16, False)])
async def test_a_timer_that_is_held_for_too_long_is_dropped_and_said(
    house: House, caplog: pytest.LogCaptureFixture, minutes: int, *, goes_out: bool
) -> None:
    await house.does(commands.SetAcTimer(device_id=UNIT, on=False, at=house.now() + timedelta(seconds=8)))
    await house.does(tell())
    await house.wait(60 * minutes)
    await house.settles()
    await house.wait(20)
    assert [action for action, _ in house.frames] == (["on", "off"] if goes_out else ["on"])
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == (0 if goes_out else 1)
    assert house.account.unsettled == {}


async def test_a_timer_that_has_gone_out_is_not_put_back(house: House) -> None:
    await house.does(commands.SetAcTimer(device_id=UNIT, on=True, at=house.now() + timedelta(minutes=1)))
    await house.wait(90)
    await house.does(switch(on=False))
    await house.wait(10)
    await house.settles()
    await house.wait(3600)
    assert [action for action, _ in house.frames] == ["on", "off"]
    assert house.requests[TIMER] == 2


# quick successions


@pytest.mark.parametrize("situation", [with_nothing, with_schedule_and_timer])
@pytest.mark.parametrize(
    ("newer", "sent"),
    [(tell(26), ("on", 26)), (switch(on=False), ("off", 20)), (tell(20), ("on", 20))],
    ids=["other frame", "off", "same frame"],
)
async def test_a_newer_command_replaces_one_that_is_not_yet_due(
    house: House, situation: Situation, newer: AcCommand, sent: tuple[str, int]
) -> None:
    await situation(house)
    before = await house.slots()
    await house.does(tell(20))
    await house.wait(3)
    await house.does(newer)
    await house.wait(20)
    await house.settles()
    assert [(action, config["temperature"]) for action, config in house.frames] == [sent]
    assert await house.slots() == before


async def test_a_command_before_the_last_one_is_settled_changes_nothing_of_the_users(house: House) -> None:
    await with_schedule_and_timer(house)
    before = await house.slots()
    for temperature in (20, 21, 22):
        await house.does(tell(temperature))
        await house.wait(30)
    await house.settles()
    assert [config["temperature"] for _, config in house.frames] == [20, 21, 22]
    assert await house.slots() == before


async def test_settling_is_for_later(house: House) -> None:
    await with_schedule_and_timer(house)
    await house.does(tell())
    asked = house.account.request_count
    await house.does(SETTLE)
    assert house.account.request_count == asked
    due = house.account.unsettled[UNIT]
    await house.wait(6)
    await house.does(SETTLE)
    assert house.account.unsettled == {UNIT: due}, "the frame may still be leaving"
    await house.wait(10)
    await house.does(SETTLE)
    assert house.account.unsettled == {}
    asked = house.account.request_count
    await house.does(SETTLE)
    assert house.account.request_count == asked


async def test_what_the_user_sets_during_a_command_holds_after_it(house: House) -> None:
    await with_schedule_and_timer(house)
    await house.does(tell())
    await house.wait(2)
    schedule = {**SCHEDULE, "days": ["sun"]}
    at = house.now() + timedelta(hours=1)
    asked = house.account.request_count
    await house.does(commands.SetAcTimer(device_id=UNIT, on=True, at=at))
    await house.does(commands.SetAcSchedule(device_id=UNIT, schedule=schedule))
    assert house.account.request_count == asked
    await house.wait(10)
    await house.settles()
    assert house.frames == [("on", cooling(beep=False))]
    assert await house.slots() == (schedule, {"at": at.isoformat(), "action": "on"})


async def test_what_the_user_removes_during_a_command_is_gone_after_it(house: House) -> None:
    await with_schedule_and_timer(house)
    await house.does(tell())
    await house.wait(2)
    await house.does(commands.CancelAcTimer(device_id=UNIT))
    await house.does(commands.DeleteAcSchedule(device_id=UNIT))
    await house.wait(10)
    await house.settles()
    assert house.frames == [("on", cooling(beep=False))]
    assert await house.slots() == (None, None)


async def test_without_a_command_the_users_calls_go_out_at_once(house: House) -> None:
    await with_schedule_and_timer(house)
    assert await house.slots() == (
        SCHEDULE,
        {"at": (house.now() + timedelta(hours=2)).isoformat(), "action": "off"},
    )
    await house.does(commands.CancelAcTimer(device_id=UNIT))
    await house.does(commands.DeleteAcSchedule(device_id=UNIT))
    assert await house.slots() == (None, None)
    assert house.requests == {CANCEL: 1, "deleteAcSchedule": 1}
    assert house.account.unsettled == {}


async def test_a_removed_timer_is_not_put_back_by_a_later_command(house: House) -> None:
    await with_schedule_and_timer(house)
    await house.does(commands.CancelAcTimer(device_id=UNIT))
    await house.does(tell())
    await house.wait(10)
    await house.settles()
    assert await house.slots() == (SCHEDULE, None)


@pytest.mark.parametrize("busy", [True, False])
async def test_a_timer_in_the_past_is_refused(house: House, *, busy: bool) -> None:
    if busy:
        await house.does(switch(on=True))
    at = house.now() - timedelta(seconds=1)
    with pytest.raises(Refused, match="has passed"):
        await house.does(commands.SetAcTimer(device_id=UNIT, on=True, at=at))


# clocks


@pytest.mark.parametrize("minutes", [-30, -3, 3, 30])
@pytest.mark.parametrize("situation", [with_nothing, with_schedule_and_timer])
async def test_clocks_that_disagree_send_a_frame_a_moment_ahead_all_the_same(
    freezer: FrozenDateTimeFactory, situation: Situation, minutes: int
) -> None:
    async with House.standing(freezer, timedelta(minutes=minutes)) as house:
        await situation(house)
        before = await house.slots()
        began = house.now()
        await house.does(tell())
        await house.wait(60)
        await house.settles()
        (sent,) = house.sent_at
        assert timedelta(seconds=5) <= sent - began <= timedelta(seconds=7)
        assert await house.slots() == before


@pytest.mark.parametrize("minutes", [-30, 30])
async def test_a_timer_goes_out_once_by_a_clock_that_disagrees(freezer: FrozenDateTimeFactory, minutes: int) -> None:
    async with House.standing(freezer, timedelta(minutes=minutes)) as house:
        await house.does(commands.SetAcTimer(device_id=UNIT, on=True, at=house.now() + timedelta(minutes=5)))
        await house.wait(360)
        await house.does(switch(on=False))
        await house.wait(60)
        await house.settles()
        await house.wait(3600)
        assert [action for action, _ in house.frames] == ["on", "off"]


# faults

STATUSES: Final = (400, 403, 409, 429, 500)
KINDS: Final[Mapping[str, Mapping[str, Any]]] = {
    **{str(status): {"status": status} for status in STATUSES},
    "cut": {"kind": "cut"},
    "silence": {"kind": "delay", "seconds": 3600.0},
}
LOST: Final = ("500", "cut", "silence")
EACH_KIND: Final = pytest.mark.parametrize("kind", KINDS)


def bad_days(kind: str) -> Iterator[dict[str, Any]]:
    """Say in which ways such a fault may come: before or after the cloud acted, once or always."""
    for when, times in product(("before", "after"), ({"times": 1}, {})):
        yield {**KINDS[kind], "when": when, **times}


async def outcome_of(house: House, command: AcCommand) -> type[CloudError] | None:
    """Try a command in bad times that pass after a minute, let it go out, and settle."""
    failed = await house.tries(command)
    await house.wait(60)
    house.heals()
    await house.settles()
    await house.wait(60)
    return failed


def check(failed: type[CloudError] | None, sent: int) -> None:
    """Hold what was said of a command against what was sent."""
    if failed is None:
        assert sent == 1
    elif issubclass(failed, OutcomeUnknown):
        assert sent <= 1
    else:
        assert sent == 0


@SITUATIONS
@pytest.mark.parametrize("operation", [SCHEDULING, TIMER])
@EACH_KIND
async def test_a_command_that_meets_a_fault_says_what_became_of_it(
    freezer: FrozenDateTimeFactory, subtests: pytest.Subtests, kind: str, situation: Situation, operation: str
) -> None:
    for fault in bad_days(kind):
        with subtests.test(**fault):
            async with House.standing(freezer) as house:
                await situation(house)
                before = await house.slots()
                house.fails(operation, **fault)
                failed = await outcome_of(house, tell())
                check(failed, len(house.frames))
                assert all(action == "on" and config["mode"] == "cool" for action, config in house.frames)
                assert await house.slots() == before
                cannot_be_reset = situation is with_schedule_and_timer and operation == TIMER and "times" not in fault
                assert failed is not OutcomeUnknown or cannot_be_reset, "else there is a way to know"


@EACH_KIND
async def test_a_switch_that_meets_a_fault_says_what_became_of_it(
    freezer: FrozenDateTimeFactory, subtests: pytest.Subtests, kind: str
) -> None:
    for fault in bad_days(kind):
        with subtests.test(**fault):
            async with House.standing(freezer) as house:
                await with_schedule_and_timer(house)
                before = await house.slots()
                house.fails(TIMER, **fault)
                check(await outcome_of(house, switch(on=False)), len(house.frames))
                assert await house.slots() == before
                assert SCHEDULING not in house.requests


@pytest.mark.parametrize("lost", ["before", "after"])
@EACH_KIND
async def test_a_command_that_cannot_be_called_back_may_have_gone_out(
    freezer: FrozenDateTimeFactory, subtests: pytest.Subtests, kind: str, lost: str
) -> None:
    for fault in bad_days(kind):
        with subtests.test(**fault):
            async with House.standing(freezer) as house:
                await with_schedule_and_timer(house)
                await house.does(commands.CancelAcTimer(device_id=UNIT))
                before = await house.slots()
                house.fails(TIMER, status=500, when=lost)
                house.fails(CANCEL, **fault)
                failed = await outcome_of(house, tell())
                assert failed is not None
                check(failed, len(house.frames))
                assert await house.slots() == before


@pytest.mark.parametrize("operation", [SCHEDULING, TIMER])
@EACH_KIND
async def test_what_cannot_be_put_back_at_once_is_put_back_later(
    freezer: FrozenDateTimeFactory, subtests: pytest.Subtests, kind: str, operation: str
) -> None:
    for fault in bad_days(kind):
        with subtests.test(**fault):
            async with House.standing(freezer) as house:
                await with_schedule_and_timer(house)
                before = await house.slots()
                await house.does(tell())
                await house.wait(10)
                house.fails(operation, **fault)
                assert await outcome_of(house, SETTLE) is not OutcomeUnknown
                assert await house.slots() == before
                assert len(house.frames) == 1


@EACH_KIND
async def test_a_timer_that_is_put_back_late_goes_out_once(
    freezer: FrozenDateTimeFactory, subtests: pytest.Subtests, kind: str
) -> None:
    for fault in bad_days(kind):
        with subtests.test(**fault):
            async with House.standing(freezer) as house:
                await house.does(commands.SetAcTimer(device_id=UNIT, on=False, at=house.now() + timedelta(seconds=8)))
                await house.does(tell())
                await house.wait(10)
                house.fails(TIMER, **fault)
                await outcome_of(house, SETTLE)
                assert [action for action, _ in house.frames] == ["on", "off"]


@pytest.mark.parametrize("kind", LOST)
async def test_a_timer_of_which_nobody_knows_goes_out_at_most_once(
    freezer: FrozenDateTimeFactory, subtests: pytest.Subtests, kind: str
) -> None:
    for fault in bad_days(kind):
        with subtests.test(**fault):
            async with House.standing(freezer) as house:
                await house.does(commands.SetAcTimer(device_id=UNIT, on=False, at=house.now() + timedelta(seconds=8)))
                await house.does(tell())
                await house.wait(10)
                house.fails(TIMER, **fault)
                house.fails(CANCEL, status=500)
                await outcome_of(house, SETTLE)
                assert [action for action, _ in house.frames] in (["on"], ["on", "off"])
                assert house.account.unsettled == {}


@SITUATIONS
@pytest.mark.parametrize("operation", [SCHEDULING, TIMER])
@EACH_KIND
async def test_an_earlier_command_goes_out_when_the_newer_one_fails(
    freezer: FrozenDateTimeFactory, subtests: pytest.Subtests, kind: str, situation: Situation, operation: str
) -> None:
    for fault in bad_days(kind):
        with subtests.test(**fault):
            async with House.standing(freezer) as house:
                await situation(house)
                before = await house.slots()
                await house.does(tell(20))
                await house.wait(1)
                house.fails(operation, **fault)
                failed = await outcome_of(house, tell(26))
                sent = [config["temperature"] for _, config in house.frames]
                if failed is None:
                    assert sent in ([26], [20, 26]), "the newer one, and the earlier one where it was due meanwhile"
                elif failed is OutcomeUnknown:
                    assert len(sent) <= 1
                else:
                    assert sent == [20]
                assert await house.slots() == before


async def test_an_earlier_command_that_may_go_out_with_the_newer_frame_is_not_known(house: House) -> None:
    await house.does(tell(20))
    await house.wait(1)
    house.fails(TIMER, status=403)
    house.fails(SCHEDULING, status=200, kind="delay", times=1)
    house.fails(SCHEDULING, status=500)
    assert await outcome_of(house, tell(26)) is OutcomeUnknown
    assert len(house.frames) == 1


async def test_an_earlier_command_with_an_unknown_frame_is_not_known_after_a_newer_one_failed(house: House) -> None:
    await house.does(switch(on=True))
    await house.wait(1)
    house.fails(TIMER, status=403)
    assert await outcome_of(house, tell(26)) is OutcomeUnknown
    assert len(house.frames) == 1


@pytest.mark.parametrize("situation", [with_nothing, with_schedule_and_timer])
@pytest.mark.parametrize("status", [403, 409, 429])
async def test_a_cloud_that_refuses_everything_is_believed_and_left_alone(
    house: House, situation: Situation, status: int
) -> None:
    await situation(house)
    before = await house.slots()
    for operation in (SCHEDULING, TIMER, CANCEL):
        house.fails(operation, status=status)
    for command in (tell(), switch(on=True)):
        failed = await house.tries(command)
        assert failed is not None
        assert failed is not OutcomeUnknown
    assert house.account.unsettled == {}
    house.heals()
    await house.wait(60)
    assert await house.slots() == before
    assert house.frames == []


async def test_a_cloud_that_finds_the_time_past_gets_a_later_one_once(house: House) -> None:
    began = house.now()
    house.fails(TIMER, status=400, times=1)
    await house.does(switch(on=True))
    await house.wait(60)
    (sent,) = house.sent_at
    assert timedelta(seconds=15) <= sent - began <= timedelta(seconds=17)
    house.fails(TIMER, status=400)
    await house.refresh()
    assert await house.tries(switch(on=True)) is Refused
    assert house.requests[TIMER] == 2


async def test_without_a_connection_nothing_is_unknown(house: House) -> None:
    await with_schedule_and_timer(house)
    pages = dict(house.memory.pages)
    async with ScriptedServer.running() as gone:
        address = gone.url
    house.restart(address)
    for command in (
        tell(),
        switch(on=True),
        commands.SetAcTimer(device_id=UNIT, on=True, at=house.now() + timedelta(hours=1)),
        commands.CancelAcTimer(device_id=UNIT),
        commands.SetAcSchedule(device_id=UNIT, schedule=SILENT),
        commands.DeleteAcSchedule(device_id=UNIT),
    ):
        assert await house.tries(command) is Unreached
    assert house.account.unsettled == {}
    assert {unit: _undated(page) for unit, page in house.memory.pages.items()} == {
        unit: _undated(page) for unit, page in pages.items()
    }


def _undated(page: str) -> str:
    return page.partition('"written_at"')[0]


USERS: Final[Mapping[str, tuple[str, AcCommand]]] = {
    "set schedule": (SCHEDULING, commands.SetAcSchedule(device_id=UNIT, schedule={**SCHEDULE, "days": ["sun"]})),
    "delete schedule": ("deleteAcSchedule", commands.DeleteAcSchedule(device_id=UNIT)),
    "cancel timer": (CANCEL, commands.CancelAcTimer(device_id=UNIT)),
}


@pytest.mark.parametrize("name", USERS)
@pytest.mark.parametrize("status", [403, 429])
async def test_a_call_of_the_users_that_is_refused_changes_nothing(house: House, name: str, status: int) -> None:
    await with_schedule_and_timer(house)
    before = await house.slots()
    operation, command = USERS[name]
    house.fails(operation, status=status)
    assert await outcome_of(house, command) is not OutcomeUnknown
    assert await house.slots() == before


@pytest.mark.parametrize("name", USERS)
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_call_of_the_users_whose_answer_is_lost_may_have_been_carried_out(
    house: House, name: str, when: str
) -> None:
    await with_schedule_and_timer(house)
    operation, command = USERS[name]
    house.fails(operation, status=500, when=when)
    assert await outcome_of(house, command) is OutcomeUnknown
    await house.does(command)
    await house.settles()
    schedule, timer = await house.slots()
    assert {
        "set schedule": schedule == {**SCHEDULE, "days": ["sun"]} and timer is not None,
        "delete schedule": schedule is None and timer is not None,
        "cancel timer": schedule == SCHEDULE and timer is None,
    }[name]


@EACH_KIND
async def test_a_timer_of_the_users_that_fails_leaves_the_one_before(
    freezer: FrozenDateTimeFactory, subtests: pytest.Subtests, kind: str
) -> None:
    for fault in bad_days(kind):
        with subtests.test(**fault):
            async with House.standing(freezer) as house:
                await with_schedule_and_timer(house)
                before = await house.slots()
                house.fails(TIMER, **fault)
                at = house.now() + timedelta(hours=1)
                failed = await outcome_of(house, commands.SetAcTimer(device_id=UNIT, on=True, at=at))
                after = await house.slots()
                if failed is None:
                    assert after == (SCHEDULE, {"at": at.isoformat(), "action": "on"})
                elif failed is OutcomeUnknown:
                    assert after[1] in (before[1], {"at": at.isoformat(), "action": "on"})
                else:
                    assert after == before


# memory


@pytest.mark.parametrize("lives", range(24))
@SITUATIONS
async def test_a_process_that_dies_leaves_everything_to_its_successor(
    house: House, situation: Situation, lives: int
) -> None:
    await situation(house)
    before = await house.slots()
    house.lives.left = lives
    with suppress(Killed):
        await house.does(tell())
        await house.wait(10)
        await house.does(SETTLE)
    house.restart()
    await house.wait(30)
    await house.settles()
    await house.wait(60)
    assert await house.slots() == before
    assert len(house.frames) <= 1
    await house.does(tell(28))
    await house.wait(10)
    await house.settles()
    assert [config["temperature"] for _, config in house.frames[-1:]] == [28]
    assert await house.slots() == before


async def test_it_is_settled_after_a_restart(house: House) -> None:
    await with_schedule_and_timer(house)
    before = await house.slots()
    await house.does(tell())
    due = house.account.unsettled
    house.restart()
    assert house.account.unsettled == due
    await house.settles()
    assert await house.slots() == before


@pytest.mark.parametrize(
    "page",
    [
        "5",
        "[]",
        "null",
        "{}",
        '{"config": 5, "schedule": null, "timer": null, "busy": null, "written_at": null}',
        '{"config": null, "schedule": [], "timer": null, "busy": null, "written_at": null}',
        '{"config": null, "schedule": null, "timer": {"action": "on"}, "busy": null, "written_at": null}',
        '{"config": null, "schedule": null, "timer": {"action": "up", "at": "x"}, "busy": null, "written_at": null}',
        '{"config": null, "schedule": null, "timer": null, "busy": null, "written_at": "2026-11-20T12:00:00"}',
        '{"config": null, "schedule": null, "timer": null, "busy": "soon", "written_at": null}',
    ],
)
async def test_a_memory_that_cannot_be_read_is_said_and_stops_nothing(
    house: House, caplog: pytest.LogCaptureFixture, page: str
) -> None:
    house.memory.pages[UNIT] = page
    house.restart()
    assert "cannot be read" in caplog.text
    assert house.account.unsettled == {}
    await house.does(tell())
    await house.wait(10)
    assert house.frames == [("on", cooling())]
