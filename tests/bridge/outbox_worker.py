"""Processes that append and confirm until they are killed: `outbox_worker FILE`.

For every line `SEED STATEMENTS` of input there is one. It says on the output who it is, what was stored and what was
confirmed. At so many statements of SQL it kills itself in the middle of one; 0 is never. Then `died` is said.
"""

from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
import random
import signal
import sys

from layla_bridge.cloud.cursor import Bookmark, Cursor, History
from layla_bridge.cloud.model import Event, Phase
from layla_bridge.outbox.store import Limits, Store


def cursor(count: int) -> Cursor:
    """Make the cursor that goes with so many events."""
    now = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=count)
    return Cursor(bookmark=Bookmark(since=now, seen=frozenset({str(count)})), history=History(forgotten=now))


def event(number: int) -> Event:
    """Make the event with a number."""
    at = datetime(2026, 11, 20, tzinfo=UTC)
    return Event(id=f"e{number}", property_id=None, device_id="u", alarm="co_alarm", phase=Phase.STARTED, at=at)


def told(cursor: Cursor | None) -> int:
    """Return how many events a cursor goes with."""
    return int(next(iter(cursor.bookmark.seen))) if cursor else 0


def say(*words: object) -> None:
    """Write a line that is on its way before anything else happens."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def live(path: Path, seed: str, statements: int) -> None:
    """Work until the end."""
    say("lives", os.getpid())
    chance, left = random.Random(seed), statements
    store = Store(path, Limits(), datetime(2026, 11, 20, tzinfo=UTC))

    def count(statement: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    store._connection.set_trace_callback(count)
    while True:
        known = told(store.cursor)
        # Some were told before: a list that is behind, or a fetch that was made again.
        found = [event(number) for number in range(max(0, known - 2), known + chance.randint(1, 4))]
        after = cursor(int(found[-1].id[1:]) + 1)
        for stored in store.append(found, after, datetime(2026, 11, 20, tzinfo=UTC)):
            say("stored", stored.event.id, stored.seq)
        for stored in store.pending(0, chance.randint(0, 3)):
            store.confirm(stored.seq)
            say("confirmed", stored.event.id, stored.seq)


def main() -> None:
    """Let one process live after the other."""
    for line in sys.stdin:
        seed, statements = line.split()
        child = os.fork()
        if child == 0:
            live(Path(sys.argv[1]), seed, int(statements))
        os.waitpid(child, 0)
        say("died", child)


if __name__ == "__main__":
    main()
