"""Tasks and time by asyncio, for what both programs share."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from ..cloud.scheduler import Later, Scheduler


def on_asyncio(now: Callable[[], datetime]) -> Scheduler:
    """Let the running event loop keep tasks and time; `now` is in aware UTC."""
    loop = asyncio.get_running_loop()
    # The loop itself would let a task go that nobody waits for.
    tasks: set[asyncio.Task[None]] = set()

    def call_at(at: datetime, later: Later) -> Callable[[], None]:
        return loop.call_later((at - now()).total_seconds(), later, at).cancel

    def create_task(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = loop.create_task(work, name=name)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    return Scheduler(now=now, sleep=asyncio.sleep, call_at=call_at, create_task=create_task)
