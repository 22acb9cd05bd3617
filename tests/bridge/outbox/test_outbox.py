"""The outbox: stored with its cursor or not at all, numbered once, confirmed, replayed, bounded."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
import logging
from pathlib import Path
import sqlite3
import subprocess
import sys
from typing import Final

import pytest

from layla_bridge.cloud.cursor import Bookmark, Cursor, History
from layla_bridge.outbox import Limits, Outbox, OutboxFailed, OutboxLocked, Stored
from tests.bridge.world import MINUTE, NOW, event

DAY: Final = timedelta(days=1)


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        """Begin now."""
        self.now = NOW

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


def cursor(number: int = 1) -> Cursor:
    """Make a cursor."""
    return Cursor(bookmark=Bookmark(since=NOW + number * MINUTE), history=History(forgotten=NOW))


def ids(found: list[Stored]) -> list[str]:
    """Name the events."""
    return [stored.event.id for stored in found]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the outbox is, in a folder that is not there yet."""
    return tmp_path / "data" / "outbox.db"


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands."""
    return Clock()


@pytest.fixture
async def outbox(path: Path, clock: Clock) -> AsyncIterator[Outbox]:
    """Open an outbox that keeps ten events."""
    opened = await Outbox.opened(path, Limits(number=10), clock)
    yield opened
    await opened.close()


async def test_events_are_numbered_in_order_and_wait_until_they_are_confirmed(outbox: Outbox) -> None:
    stored = await outbox.append([event(1), event(2), event(3)], cursor())
    assert [each.event for each in stored] == [event(1), event(2), event(3)]
    assert stored == sorted(stored, key=lambda each: each.seq)
    assert await outbox.pending() == stored
    assert outbox.depth == 3
    await outbox.confirm(stored[1].seq)
    await outbox.confirm(stored[1].seq)
    await outbox.confirm(99)
    assert ids(await outbox.pending()) == ["event-1", "event-3"]
    assert outbox.depth == 2
    assert ids(await outbox.pending(after=stored[0].seq)) == ["event-3"]
    assert ids(await outbox.pending(limit=1)) == ["event-1"]


async def test_an_event_that_was_stored_before_is_no_news_after_a_restart_either(path: Path, clock: Clock) -> None:
    first = await Outbox.opened(path, clock=clock)
    assert first.cursor() is None
    stored = await first.append([event(1), event(1)], cursor(1))
    assert len(stored) == 1
    await first.confirm(stored[0].seq)
    await first.close()
    second = await Outbox.opened(path, clock=clock)
    assert second.cursor() == cursor(1)
    more = await second.append([event(1), event(2)], cursor(2))
    assert ids(more) == ["event-2"]
    assert more[0].seq > stored[0].seq
    assert (second.depth, second.cursor()) == (1, cursor(2))
    await second.close()


async def test_an_unchanged_refresh_writes_nothing(outbox: Outbox, path: Path) -> None:
    await outbox.append([event(1)], cursor())
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    assert await outbox.append([], cursor()) == []
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before
    assert await outbox.append([], cursor(2)) == []
    assert outbox.cursor() == cursor(2)


async def test_who_missed_events_gets_them_again_for_seven_days(outbox: Outbox, clock: Clock) -> None:
    old = await outbox.append([event(1)], cursor(1))
    clock.now += 4 * DAY
    new = await outbox.append([event(2), event(3)], cursor(2))
    for stored in (*old, *new):
        await outbox.confirm(stored.seq)
    assert await outbox.after(0) == old + new
    assert await outbox.after(old[0].seq, limit=1) == new[:1]
    clock.now += 4 * DAY
    assert await outbox.after(0) == new


async def test_what_was_too_old_to_deliver_is_dropped_and_counted(outbox: Outbox, clock: Clock) -> None:
    stored = await outbox.append([event(1), event(2)], cursor())
    await outbox.confirm(stored[0].seq)
    clock.now += 8 * DAY
    assert await outbox.append([], cursor()) == []
    assert (outbox.depth, outbox.dropped) == (0, 1)
    assert await outbox.pending() == []
    assert ids(await outbox.append([event(1)], cursor(2))) == ["event-1"]


async def test_the_oldest_go_when_there_are_too_many_and_their_numbers_are_not_used_again(
    path: Path, clock: Clock
) -> None:
    outbox = await Outbox.opened(path, Limits(number=10), clock)
    stored = await outbox.append([event(number) for number in range(10)], cursor(1))
    await outbox.confirm(stored[0].seq)
    more = await outbox.append([event(number) for number in range(10, 13)], cursor(2))
    assert ids(await outbox.pending()) == [f"event-{number}" for number in range(3, 13)]
    assert (outbox.depth, outbox.dropped) == (10, 2)
    await outbox.close()
    again = await Outbox.opened(path, Limits(number=10), clock)
    assert (again.depth, again.dropped) == (10, 2)
    assert ids(await again.append([event(1), event(13)], cursor(3))) == ["event-13"]
    assert (await again.after(more[-1].seq))[0].seq == more[-1].seq + 1
    await again.close()


async def test_the_file_stops_growing(outbox: Outbox, path: Path, clock: Clock) -> None:
    sizes = []
    for number in range(600):
        clock.now += MINUTE
        await outbox.append([event(number)], cursor(number))
        sizes.append(sum(each.stat().st_size for each in path.parent.iterdir()))
    assert max(sizes[300:]) <= max(sizes[:300]) + 100_000
    assert outbox.depth == 10


def modes(path: Path) -> dict[str, int]:
    """Return who may do what with the files of an outbox."""
    return {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}


async def test_the_file_is_its_owners_alone(path: Path, clock: Clock) -> None:
    outbox = await Outbox.opened(path, clock=clock)
    await outbox.append([event(1)], cursor())
    assert modes(path) == {"outbox.db": 0o600, "outbox.db-wal": 0o600}
    await outbox.close()
    await asyncio.to_thread(path.chmod, 0o644)
    again = await Outbox.opened(path, clock=clock)
    assert modes(path)["outbox.db"] == 0o600
    await again.close()


def scribbled(path: Path) -> None:
    """Write something that is no database."""
    path.write_text("this is no database " * 500)


def foreign(path: Path) -> None:
    """Write the database of another program."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE states (state)")
    connection.close()


def newer(path: Path) -> None:
    """Write a database as a later version may."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE events (seq)")
        connection.execute("PRAGMA application_id = 0x4C61796C")
        connection.execute("PRAGMA user_version = 2")
    connection.close()


def without_a_table(path: Path) -> None:
    """Write a database that says that it is ours, and is not."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE events (seq)")
        connection.execute("PRAGMA application_id = 0x4C61796C")
        connection.execute("PRAGMA user_version = 1")
    connection.close()


def damaged(path: Path) -> None:
    """Damage a page of a file of ours."""

    async def fill() -> None:
        outbox = await Outbox.opened(path)
        await outbox.append([event(number) for number in range(500)], cursor())
        await outbox.close()

    asyncio.run(fill())
    pages = bytearray(path.read_bytes())
    pages[-8192:-4096] = b"\xff" * 4096
    path.write_bytes(pages)


@pytest.mark.parametrize("spoil", [scribbled, foreign, newer, without_a_table, damaged])
async def test_a_file_that_cannot_be_read_is_set_aside_with_one_warning(
    spoil: Callable[[Path], None], path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.with_name("outbox.db.broken-20261120T120000Z").write_text("an earlier one")
    await asyncio.to_thread(spoil, path)
    spoiled = await asyncio.to_thread(path.read_bytes)
    with caplog.at_level(logging.WARNING):
        outbox = await Outbox.opened(path, clock=clock)
    assert len([record for record in caplog.records if record.name.startswith("layla_bridge")]) == 1
    assert "outbox.db.broken-20261120T120000Z-2" in caplog.text
    assert path.with_name("outbox.db.broken-20261120T120000Z-2").read_bytes() == spoiled
    assert path.with_name("outbox.db.broken-20261120T120000Z").read_text() == "an earlier one"
    assert len(await outbox.append([event(1)], cursor())) == 1
    await outbox.close()


async def test_numbers_go_up_also_when_the_file_is_lost(path: Path, clock: Clock) -> None:
    first = await Outbox.opened(path, clock=clock)
    before = await first.append([event(number) for number in range(5)], cursor())
    await first.close()
    await asyncio.to_thread(path.unlink)
    clock.now += MINUTE
    second = await Outbox.opened(path, clock=clock)
    assert (await second.append([event(9)], cursor()))[0].seq > before[-1].seq
    await second.close()


async def test_an_empty_file_is_as_good_as_none(path: Path, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    await asyncio.to_thread(path.touch)
    await (await Outbox.opened(path, clock=clock)).close()
    assert not caplog.records


async def garble(path: Path, clock: Clock, statement: str) -> Outbox:
    """Store two events, change what is on disk, and open it again."""
    outbox = await Outbox.opened(path, clock=clock)
    await outbox.append([event(1), event(2)], cursor())
    await outbox.close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()
    return await Outbox.opened(path, clock=clock)


async def test_an_event_that_cannot_be_read_is_dropped_and_stops_nothing(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    garbled = "UPDATE events SET record = CAST(x'FF7B' AS TEXT) WHERE seq = (SELECT min(seq) FROM events)"
    outbox = await garble(path, clock, garbled)
    assert ids(await outbox.pending()) == ["event-2"]
    assert (outbox.depth, outbox.dropped) == (1, 1)
    assert ids(await outbox.after(0)) == ["event-2"]
    assert [record.getMessage().split()[0] for record in caplog.records] == ["Event"]
    await outbox.close()


async def test_a_cursor_that_cannot_be_read_is_said_and_costs_no_event(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = await garble(path, clock, "UPDATE facts SET value = '{}' WHERE name = 'cursor'")
    assert outbox.cursor() is None
    assert outbox.depth == 2
    assert "The cursor in" in caplog.text
    await outbox.close()


async def test_a_file_that_fails_at_the_start_is_let_go(path: Path, clock: Clock) -> None:
    stubborn = "CREATE TRIGGER stubborn BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'not today'); END"
    await (await garble(path, clock, stubborn)).close()
    clock.now += 8 * DAY
    for _ in range(2):
        with pytest.raises(OutboxFailed, match="not today"):
            await Outbox.opened(path, clock=clock)


async def test_more_events_at_once_than_are_kept_are_numbered_and_the_newest_stay(outbox: Outbox) -> None:
    found = [event(number) for number in range(50)]
    assert len(await outbox.append(found, cursor(1))) == 50
    assert ids(await outbox.pending()) == [f"event-{number}" for number in range(40, 50)]
    assert await outbox.append(found[10:], cursor(2)) == []
    assert (outbox.depth, outbox.dropped) == (10, 40)


HOLDER: Final = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from layla_bridge.outbox.store import Limits, Store
store = Store(Path(sys.argv[1]), Limits(), datetime.now(UTC))
print("open", flush=True)
sys.stdin.read()
"""


async def test_a_second_process_is_told_which_file_is_taken_and_what_to_do(path: Path, clock: Clock) -> None:
    root = Path(__file__).parents[3]
    holder = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLDER, str(path)),
        cwd=root / "bridge",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    assert await holder.stdout.readline() == b"open\n"
    with pytest.raises(OutboxLocked, match=rf"{path} is in use by another process; stop the other bridge"):
        await Outbox.opened(path, clock=clock)
    holder.kill()
    await holder.wait()
    await (await Outbox.opened(path, clock=clock)).close()


async def test_a_place_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(OutboxFailed, match=rf"{tmp_path} cannot be used .*belongs to this user and has room"):
        await Outbox.opened(tmp_path, clock=clock)
    (tmp_path / "file").touch()
    with pytest.raises(OutboxFailed, match="cannot be used"):
        await Outbox.opened(tmp_path / "file" / "outbox.db", clock=clock)


async def test_a_full_disk_changes_nothing_and_is_said(outbox: Outbox) -> None:
    await outbox.append([event(1)], cursor(1))
    pages = outbox._store._connection.execute("PRAGMA page_count").fetchone()[0]
    outbox._store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OutboxFailed, match="has room"):
        await outbox.append([event(2, alarm="x" * 100_000)], cursor(2))
    assert outbox.cursor() == cursor(1)
    assert ids(await outbox.pending()) == ["event-1"]
    outbox._store._connection.execute("PRAGMA max_page_count = 100000")
    assert ids(await outbox.append([event(1), event(2)], cursor(2))) == ["event-2"]
    assert outbox.depth == 2


async def test_calls_are_carried_out_in_the_order_in_which_they_were_made(outbox: Outbox) -> None:
    await asyncio.gather(*(outbox.append([event(number)], cursor(number)) for number in range(10)))
    assert ids(await outbox.pending()) == [f"event-{number}" for number in range(10)]
    assert outbox.cursor() == cursor(9)
