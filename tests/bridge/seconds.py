"""Seconds that pass when somebody sleeps, and at no other time."""

import asyncio
from collections.abc import Callable
from typing import Any

from layla_bridge.budget import Budget


class Seconds:
    """A clock and a sleep that belong together; `meanwhile` happens in every sleep."""

    def __init__(self) -> None:
        self.now = 0.0
        self.meanwhile: Callable[[], object] = lambda: None

    async def sleep(self, seconds: float) -> None:
        """Let time pass, and others have their turn."""
        self.now += seconds
        await asyncio.sleep(0)
        self.meanwhile()

    def budget(self, **options: Any) -> Budget:
        """Make a budget that waits by this clock."""
        return Budget(clock=lambda: self.now, sleep=self.sleep, **options)
