"""What is no longer listed: offline at once, removed after a day of replies that can be believed, over restarts too."""

from collections.abc import Collection
from datetime import datetime, timedelta
import json
import logging
from pathlib import Path
from typing import Any, Final

import pytest

from layla_bridge.cloud.model import Snapshot
from layla_bridge.contract.topics import Item, Kind
from layla_bridge.mirror.absences import Absences, Missing, departed
from layla_bridge.mirror.ledger import KeyLedger, Keys
from layla_bridge.mirror.state_file import State, StateFile
from tests.bridge.world import HOME, MINUTE, NOW, device, place, snapshot

DAY: Final = timedelta(hours=24)
STEP: Final = timedelta(minutes=30)
UNITS: Final = [device(number) for number in range(10)]
FULL: Final = snapshot(*UNITS)
WITHOUT_ONE: Final = snapshot(*UNITS[1:])
GONE: Final = Item(Kind.DEVICE, "unit-0")


def ledger(account: Snapshot) -> KeyLedger:
    """Remember an account as published."""
    items = [Item(Kind.DEVICE, each) for each in account.devices] + [Item(Kind.PROPERTY, p) for p in account.properties]
    return KeyLedger().learned((item, Keys()) for item in items)


def hear(
    absences: Absences, account: Snapshot, known: KeyLedger, since: datetime, lasting: timedelta
) -> Collection[Item]:
    """Let replies come every half hour; return what the last one removes."""
    removed: Collection[Item] = ()
    for count in range(lasting // STEP + 1):
        assert not removed, f"removed after {count - 1} replies"
        removed = absences.heard(account, known, since + count * STEP)
    return removed


def test_a_unit_is_removed_after_a_day_of_replies_without_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    absences = Absences()
    assert hear(absences, WITHOUT_ONE, ledger(FULL), NOW, DAY - STEP) == []
    assert absences.missing_units == 1
    assert absences.heard(WITHOUT_ONE, ledger(FULL), NOW + DAY) == [GONE]
    assert absences.missing_units == 0
    assert caplog.messages == ["Removed 1 units and 0 properties that LaylaElectric no longer lists"]


def test_a_unit_that_is_listed_again_starts_anew() -> None:
    absences, known = Absences(), ledger(FULL)
    hear(absences, WITHOUT_ONE, known, NOW, DAY - STEP)
    assert absences.heard(FULL, known, NOW + DAY) == []
    assert hear(absences, WITHOUT_ONE, known, NOW + DAY + STEP, DAY - STEP) == []


@pytest.mark.parametrize("listed", [0, 7])
def test_a_reply_that_lost_more_than_a_fifth_removes_nothing_and_says_so_once(
    listed: int, caplog: pytest.LogCaptureFixture
) -> None:
    absences, short = Absences(), snapshot(*UNITS[:listed])
    assert hear(absences, short, ledger(FULL), NOW, 2 * DAY) == []
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert f"no longer lists {10 - listed} of 10 units" in caplog.text
    assert "request `clean`" in caplog.text
    first = absences.doubted
    absences.heard(FULL, ledger(FULL), NOW + 3 * DAY)
    assert (first, absences.doubted) == (True, False)
    absences.heard(short, ledger(FULL), NOW + 3 * DAY + MINUTE)
    assert len(caplog.records) == 2


def test_a_user_who_says_so_has_everything_that_is_missing_removed() -> None:
    absences, short = Absences(), snapshot(*UNITS[:7])
    absences.heard(short, ledger(FULL), NOW)
    assert absences.remove_missing(short) == [Item(Kind.DEVICE, f"unit-{number}") for number in (7, 8, 9)]
    assert (absences.missing_units, absences.doubted) == (0, False)
    assert absences.remove_missing(short) == []


def test_a_property_goes_by_the_same_rule_unless_units_live_there() -> None:
    other = place("barn")
    known = ledger(snapshot(*UNITS, places=(HOME, other)))
    assert hear(Absences(), snapshot(*UNITS, places=(HOME,)), known, NOW, DAY) == [Item(Kind.PROPERTY, "barn")]
    inhabited = snapshot(*UNITS[:9], device(9, property_id="barn"), places=(HOME,))
    assert hear(Absences(), inhabited, known, NOW, 2 * DAY) == []


def test_no_property_is_removed_where_the_list_of_properties_is_empty() -> None:
    nowhere = snapshot(*(device(number, property_id=None) for number in range(10)), places=())
    assert hear(Absences(), nowhere, ledger(FULL), NOW, 2 * DAY) == []


def test_an_outage_is_no_evidence() -> None:
    absences, known = Absences(), ledger(FULL)
    absences.heard(WITHOUT_ONE, known, NOW)
    assert absences.heard(WITHOUT_ONE, known, NOW + 30 * DAY) == []


def test_what_belongs_to_another_bridge_now_is_told_apart() -> None:
    account = snapshot(device(1), device(2, property_id="barn"), places=(HOME, place("barn")))
    known = ledger(account).learned([(GONE, Keys())])
    elsewhere = departed(account, known, lambda property_id: property_id == "home")
    assert sorted(elsewhere) == [Item(Kind.DEVICE, "unit-2"), Item(Kind.PROPERTY, "barn")]


async def test_a_restart_goes_on_counting(tmp_path: Path) -> None:
    path, known = tmp_path / "data" / "state.json", ledger(FULL)
    absences = Absences()
    hear(absences, WITHOUT_ONE, known, NOW, DAY / 2)
    await StateFile(path).keep(State(known, absences.missing))
    saved = StateFile(path).saved
    assert saved.ledger == known
    again = Absences(saved.missing)
    assert hear(again, WITHOUT_ONE, saved.ledger, NOW + DAY, DAY / 2) == [GONE]
    assert path.stat().st_mode & 0o777 == 0o600


async def test_only_what_changed_is_written(tmp_path: Path) -> None:
    path, known, absences = tmp_path / "state.json", ledger(FULL), Absences()
    file = StateFile(path)

    async def written(last: bool = False) -> bool:  # noqa: FBT001, FBT002 - a word of this test
        before = path.stat().st_mtime_ns if path.exists() else None
        await file.keep(State(known, absences.missing), last=last)
        return (path.stat().st_mtime_ns if path.exists() else None) != before

    assert await written()
    assert not await written()
    absences.heard(WITHOUT_ONE, known, NOW)
    assert await written()
    absences.heard(WITHOUT_ONE, known, NOW + 14 * MINUTE)
    assert not await written()
    assert await written(last=True)
    known = known.without([GONE])
    assert await written()


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_damaged_file_is_said_and_costs_what_it_held(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(content)
    assert StateFile(path).saved == State()
    assert f"{path} is damaged" in caplog.text


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("missing", {"device": {"unit-0": -1}, "property": {}}),
        ("missing", {"device": {"unit-0": "long"}, "property": {}}),
        ("missing", {"device": {}}),
        ("ledger", []),
    ],
)
def test_a_damaged_member_costs_itself_alone(
    member: str, value: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, whole = tmp_path / "state.json", State(ledger(FULL), Missing())
    path.write_text(json.dumps(whole.as_dict() | {member: value}))
    saved = StateFile(path).saved
    assert f"its member {member} is damaged" in caplog.text
    assert saved == State(KeyLedger() if member == "ledger" else whole.ledger, Missing())


async def test_a_file_that_cannot_be_written_is_said_once_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "folder" / "state.json"
    (tmp_path / "folder").write_text("in the way")
    file, state = StateFile(path), State(ledger(FULL))
    await file.keep(state)
    await file.keep(state)
    assert len([text for text in caplog.messages if "cannot be written" in text]) == 1
    (tmp_path / "folder").unlink()
    await file.keep(state)
    assert StateFile(path).saved == state
