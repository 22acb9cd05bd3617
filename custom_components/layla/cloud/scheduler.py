"""Tasks and time, which belong to the program that uses this client: here nothing starts or waits by itself."""

from asyncio import Task
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

type Later = Callable[[datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduler:
    """What a program gives to what both programs share.

    `now` is in aware UTC, `sleep` takes seconds. `call_at` calls once, at an instant or soon after it, with that
    instant, and returns how to call it off. `create_task` starts a task of a name, and keeps it until it is done.
    """

    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    call_at: Callable[[datetime, Later], Callable[[], None]]
    create_task: Callable[[Coroutine[Any, Any, None], str], Task[None]]
