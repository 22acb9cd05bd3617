"""A unit's slots as we know them: pure."""

from collections.abc import Mapping
from datetime import UTC, timedelta
import json
from typing import Any, Final

from hypothesis import given, strategies as st
import pytest

from custom_components.layla.cloud.air_conditioner import Frame, Mode
from custom_components.layla.cloud.layla import ac_slots
from custom_components.layla.cloud.layla.ac_slots import Busy, Slots, Timer
from tests.cloud.conftest import NOW
from tests.cloud.strategies import anything

from .ac_house import OWN, SCHEDULE, cooling

instants = st.datetimes(timezones=st.just(UTC))
texts = st.text(max_size=5)
objects = st.dictionaries(texts, st.none() | st.booleans() | st.integers() | texts | st.lists(texts), max_size=4)
timers = st.builds(Timer, st.sampled_from(["on", "off"]), instants, st.booleans())
slots = st.builds(
    Slots,
    config=st.none() | objects,
    schedule=st.none() | objects,
    timer=st.none() | timers,
    busy=st.none()
    | st.builds(Busy, until=instants, command=st.none() | timers, schedule=st.booleans(), timer=st.booleans()),
    written_at=st.none() | instants,
)
MINUTE: Final = timedelta(minutes=1)


@given(slots)
def test_slots_survive_being_written_as_json(before: Slots) -> None:
    assert Slots.from_document(json.loads(json.dumps(before.as_document()))) == before


@given(slots, st.sampled_from(["config", "schedule", "timer", "busy", "written_at"]), anything)
def test_a_document_is_read_or_refused_but_raises_nothing_else(before: Slots, member: str, wrong: object) -> None:
    try:
        Slots.from_document({**before.as_document(), member: wrong})
    except KeyError, TypeError, ValueError:
        return


@given(slots, timers, instants, instants)
def test_a_command_takes_the_slot_and_what_was_in_it_is_set_aside(
    before: Slots, command: Timer, until: Any, now: Any
) -> None:
    after = before.occupied(command, until, now)
    assert after.busy is not None
    assert (after.busy.command, after.busy.until) == (command, until)
    assert after.busy.timer == (before.pending_timer(now) is not None)
    assert after.busy.schedule == bool(before.busy and before.busy.schedule)
    assert (after.config, after.schedule) == (before.config, before.schedule)


@given(slots)
def test_a_borrowed_schedule_is_the_users_but_for_the_config(before: Slots) -> None:
    borrowed = dict(before.borrowed(cooling()))
    assert borrowed.pop("appliance_config") == cooling()
    expected = dict(before.schedule) if before.schedule else {"enabled": False, "change_ac_state": False}
    expected.pop("appliance_config", None)
    assert borrowed == expected


@given(objects, st.none() | st.floats(10, 40), st.none() | texts, st.none() | texts)
def test_a_config_says_the_frame_and_keeps_what_no_frame_has(
    known: dict[str, Any], temperature: float | None, fan: str | None, swing: str | None
) -> None:
    frame = Frame(vendor="Acme", model="X1", mode=Mode.COOL, temperature=temperature, fan=fan, swing=swing)
    config = ac_slots.appliance_config(frame, known)
    told = {"temperature": temperature, "fan_speed": fan, "swing": swing}
    expected = {**known, "vendor": "Acme", "model": "X1", "mode": "cool"}
    assert config == expected | {name: value for name, value in told.items() if value is not None}
    assert ac_slots.appliance_config(frame, config) == config


@given(st.sampled_from(Mode))
def test_modes_come_back_from_the_vendors_words(mode: Mode) -> None:
    frame = Frame(vendor="", model="", mode=mode, temperature=None, fan=None, swing=None)
    assert ac_slots.mode(ac_slots.appliance_config(frame, None)["mode"]) is mode


@given(slots, st.dictionaries(st.sampled_from(["ac_schedule", "schedule", "appliance_config"]), anything), instants)
def test_no_settings_raise(before: Slots, settings: dict[str, Any], read_at: Any) -> None:
    after = ac_slots.taken_over(before, settings, read_at)
    ac_slots.known_members(after, settings)
    assert (after.timer, after.busy) == (before.timer, before.busy)


HELD: Final = Slots(config=cooling(), schedule={"enabled": False})


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, HELD),
        ({"ac_schedule": SCHEDULE}, Slots(schedule=dict(SCHEDULE))),  # type: ignore[arg-type]
        ({"schedule": SCHEDULE}, Slots(schedule=dict(SCHEDULE))),  # type: ignore[arg-type]
        ({"schedule": {"start_time": "22:00"}}, HELD),
        ({"schedule": {"appliance_config": 5}}, HELD),
        ({"ac_schedule": "none"}, HELD),
        ({"ac_schedule": None}, Slots()),
        ({"schedule": None}, HELD),
        ({"ac_schedule": {"enabled": False}}, HELD),
        ({"appliance_config": cooling()}, HELD),
        ({"appliance_config": OWN}, Slots(schedule=HELD.schedule)),
        ({"appliance_config": None}, HELD),
    ],
)
def test_settings_tell_the_schedule_and_can_disprove_the_config(settings: Mapping[str, Any], expected: Slots) -> None:
    assert ac_slots.taken_over(HELD, settings, NOW) == expected


def test_settings_from_before_our_own_write_tell_nothing() -> None:
    written = Slots(written_at=NOW)
    settings = {"ac_schedule": SCHEDULE}
    assert ac_slots.taken_over(written, settings, NOW - MINUTE) is written
    assert ac_slots.taken_over(written, settings, NOW + MINUTE / 2) is written, "a reply may be late"
    assert ac_slots.taken_over(written, settings, NOW + MINUTE).schedule == SCHEDULE
    busy = Slots(busy=Busy(until=NOW))
    assert ac_slots.taken_over(busy, settings, NOW + 2 * MINUTE) is busy


def test_a_timer_is_pending_until_its_time_and_longer_where_it_was_set_aside() -> None:
    timer = Timer("on", NOW)
    aside = Busy(until=NOW, timer=True)
    assert Slots().pending_timer(NOW) is None
    assert Slots(timer=timer).pending_timer(NOW - MINUTE) == timer
    assert Slots(timer=timer).pending_timer(NOW) is None
    assert Slots(timer=timer, busy=aside).pending_timer(NOW + MINUTE) == timer
    sent = Timer("on", NOW, sent=True)
    assert Slots(timer=sent, busy=aside).pending_timer(NOW + MINUTE) is None
