"""Whatever is asked of the outbox in whatever order, it is as a list in memory would be."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, override

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from layla_bridge.cloud.cursor import Bookmark, Cursor, History
from layla_bridge.outbox.store import Limits, Store, Stored
from tests.bridge.world import NOW, event

LIMITS: Final = Limits(age=timedelta(days=7), number=8)


class OutboxMachine(RuleBasedStateMachine):
    """An outbox of eight events, and the same as plain lists."""

    def __init__(self) -> None:
        """Take a folder."""
        super().__init__()
        self.folder = TemporaryDirectory()
        self.now = NOW
        self.rows: list[tuple[Any, Stored]] = []
        self.confirmed: set[int] = set()
        self.seen: dict[str, Any] = {}
        self.cursor: Cursor | None = None
        self.dropped = 0
        self.last = 0

    @initialize()
    def open(self) -> None:
        """Open the file."""
        self.store = Store(Path(self.folder.name) / "outbox.db", LIMITS, self.now)

    @rule()
    def restart(self) -> None:
        """Close it and open it again."""
        self.store.close()
        self.open()
        self.trim(number=None)

    @rule(hours=st.integers(1, 100))
    def pass_time(self, hours: int) -> None:
        """Let time go on; what became too old is dropped."""
        self.now += timedelta(hours=hours)
        self.store.tidy(self.now)
        self.trim(number=None)

    @rule(numbers=st.lists(st.integers(0, 25), max_size=12), minutes=st.integers(0, 3))
    def append(self, numbers: list[int], minutes: int) -> None:
        """Append events, some of which it knows."""
        cursor = Cursor(bookmark=Bookmark(since=NOW + timedelta(minutes=minutes)), history=History(forgotten=NOW))
        stored = self.store.append([event(number) for number in numbers], cursor, self.now)
        news = [name for name in dict.fromkeys(f"event-{number}" for number in numbers) if name not in self.seen]
        assert [each.event.id for each in stored] == news
        numbers_given = [self.last, *(each.seq for each in stored)]
        assert numbers_given == sorted(set(numbers_given))
        self.last = numbers_given[-1]
        self.rows += [(self.now, each) for each in stored]
        self.seen |= dict.fromkeys(news, self.now)
        unchanged = not numbers and cursor == self.cursor
        self.cursor = cursor
        self.trim(number=None if unchanged else LIMITS.number)

    @rule(place=st.integers(0, 12))
    def confirm(self, place: int) -> None:
        """Confirm one, or one that there is not."""
        seq = self.rows[place][1].seq if place < len(self.rows) else self.last + 1000
        self.store.confirm(seq)
        self.confirmed.add(seq)

    @rule(place=st.integers(0, 12), limit=st.integers(1, 5))
    def replay(self, place: int, limit: int) -> None:
        """Ask for what was missed."""
        seq = self.rows[place][1].seq if place < len(self.rows) else 0
        missed = [each for _, each in self.rows if each.seq > seq]
        assert self.store.after(seq, limit, self.now) == missed[:limit]
        pending = [each for each in missed if each.seq not in self.confirmed]
        assert self.store.pending(seq, limit) == pending[:limit]

    @invariant()
    def agrees(self) -> None:
        """Compare everything."""
        if not hasattr(self, "store"):
            return
        waiting = [each for _, each in self.rows if each.seq not in self.confirmed]
        assert self.store.pending(0, 100) == waiting
        assert self.store.depth == len(waiting)
        assert self.store.dropped == self.dropped
        assert self.store.cursor == self.cursor

    def trim(self, number: int | None) -> None:
        """Drop what is too old or too much."""
        horizon = self.now - LIMITS.age
        kept = [row for row in self.rows if row[0] >= horizon]
        kept = kept if number is None else kept[-number:]
        self.dropped += sum(each.seq not in self.confirmed for _, each in self.rows[: len(self.rows) - len(kept)])
        self.rows = kept
        self.seen = {name: at for name, at in self.seen.items() if at >= horizon}

    @override
    def teardown(self) -> None:
        """Clean up."""
        if hasattr(self, "store"):
            self.store.close()
        self.folder.cleanup()


OutboxMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestOutboxModel = OutboxMachine.TestCase
