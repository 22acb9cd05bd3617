"""The commands of one unit or property, each after those before it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection


class Line:
    """Commands in order. Those that go out `together` wait for all others before them, but not for each other."""

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[None], bool] = {}

    def __len__(self) -> int:
        """Return how many are not done."""
        return len(self._tasks)

    @property
    def tasks(self) -> Collection[asyncio.Task[None]]:
        """What is not done."""
        return tuple(self._tasks)

    def add(self, work: Callable[[], Awaitable[None]], *, together: bool) -> None:
        """Let a command wait for its turn. `work` raises nothing."""
        before = [task for task, other in self._tasks.items() if not (together and other)]
        task = asyncio.create_task(_after(before, work))
        self._tasks[task] = together
        task.add_done_callback(self._tasks.pop)


async def _after(before: Collection[asyncio.Task[None]], work: Callable[[], Awaitable[None]]) -> None:
    if before:
        await asyncio.wait(before)
    await work()
