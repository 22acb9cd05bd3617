"""Whenever the process is killed: no event is lost, none has two numbers, and the cursor agrees with the events."""

from collections.abc import Iterator
import os
from pathlib import Path
import random
import signal
import subprocess
import sys

import pytest

from layla_bridge.outbox.store import Limits, Store
from tests.bridge.outbox_worker import told
from tests.bridge.world import NOW

ROOT = Path(__file__).parents[3]


class Life:
    """What the processes of one file said over all their lives."""

    def __init__(self, path: Path, parent: subprocess.Popen[str]) -> None:
        """Begin with a file that is not there."""
        self.path = path
        self.parent = parent
        self.numbers: dict[str, int] = {}
        self.confirmed: set[int] = set()

    def live(self, seed: int, *, statements: int = 0, lines: int | None = None) -> None:
        """Let a process live until it kills itself, or for so many lines of output."""
        assert self.parent.stdin
        assert self.parent.stdout
        self.parent.stdin.write(f"{seed} {statements}\n")
        self.parent.stdin.flush()
        child = int(self.parent.stdout.readline().removeprefix("lives "))
        for heard, line in enumerate(self.parent.stdout):
            if line == f"died {child}\n":
                return
            self.hear(line)
            if heard == lines:
                os.kill(child, signal.SIGKILL)
        pytest.fail("the processes have no parent any more")

    def hear(self, line: str) -> None:
        """Take note of what was stored and confirmed; a number is never given twice."""
        match line.split():
            case ["stored", name, seq]:
                assert name not in self.numbers
                assert int(seq) not in self.numbers.values()
                self.numbers[name] = int(seq)
            case ["confirmed", _, seq]:
                self.confirmed.add(int(seq))
            case other:
                pytest.fail(f"not understood: {other}")

    def check(self) -> int:
        """Compare the file with what was said; returns how many events there are."""
        store = Store(self.path, Limits(), NOW)
        everything = store.after(0, 100_000, NOW)
        pending = {stored.seq for stored in store.pending(0, 100_000)}
        store.close()
        count = told(store.cursor)
        assert [stored.event.id for stored in everything] == [f"e{number}" for number in range(count)]
        numbers = [stored.seq for stored in everything]
        assert numbers == sorted(set(numbers))
        written = {stored.event.id: stored.seq for stored in everything}
        assert written | self.numbers == written
        # One may have been confirmed without a word of it.
        assert pending <= set(numbers) - self.confirmed
        assert len(pending) >= len(numbers) - len(self.confirmed) - 1
        self.numbers, self.confirmed = written, set(numbers) - pending
        return count


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """Return the lives of a file."""
    path = tmp_path / "outbox.db"
    command = [sys.executable, "-m", "tests.bridge.outbox_worker", str(path)]
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'bridge'}", "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(  # noqa: S603  # our own
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        yield Life(path, parent)


def test_a_kill_at_any_statement_loses_nothing_and_doubles_nothing(life: Life) -> None:
    counts = []
    for statements in range(1, 61):
        life.live(statements, statements=statements)
        counts.append(life.check())
    assert counts == sorted(counts)
    assert counts[-1] > 60


def test_a_kill_at_any_moment_loses_nothing_and_doubles_nothing(life: Life) -> None:
    chance = random.Random(7)
    for seed in range(40):
        life.live(seed, lines=chance.randint(1, 60))
        assert life.check() > seed
