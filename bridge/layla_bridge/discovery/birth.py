"""Home Assistant has started: everything is told once more, after a moment."""

import asyncio
from collections.abc import Callable
import random
from typing import Final

from ..contract.messages import Message, Subscription

_ONLINE: Final = b"online"
_LONGEST_PAUSE: Final = 5.0
_CHANCE: Final = random.SystemRandom()


def _jitter() -> float:
    """Let not all bridges of a broker speak at once."""
    return _CHANCE.uniform(0, _LONGEST_PAUSE)


class Birth:
    """Waits for Home Assistant to say that it is there, and calls `tell` a moment later, once for several times.

    `tell` publishes all discovery messages, then availability, then states. With retained topics it is a safety net.
    """

    def __init__(self, prefix: str, tell: Callable[[], None], pause: Callable[[], float] = _jitter) -> None:
        """Listen below the discovery prefix; `pause` gives seconds."""
        self._topic = f"{prefix}/status"
        self._tell = tell
        self._pause = pause
        self._timer: asyncio.TimerHandle | None = None

    @property
    def subscription(self) -> Subscription:
        """What to subscribe to: not what the broker keeps, which says nothing of now."""
        return Subscription(filter=self._topic, retain_handling=2)

    def heard(self, message: Message) -> bool:
        """Take a message, in the event loop; tells whether it was for us."""
        if message.topic != self._topic:
            return False
        if message.payload == _ONLINE and not message.retain and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._pause(), self._go)
        return True

    def close(self) -> None:
        """Tell nothing any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _go(self) -> None:
        self._timer = None
        self._tell()
