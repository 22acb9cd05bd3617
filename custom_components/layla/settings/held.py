"""What was asked for and accepted is shown at once, and a stale reply does not revert it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

# A cloud that shows something else for longer than this, and in as many replies, has not done what it accepted.
LONGEST: Final = timedelta(seconds=60)
FEWEST_REPLIES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Held[Value]:
    """A value that the cloud accepted at `since`; `reply` is the last that was looked at, `replies` how many came."""

    value: Value
    since: datetime
    reply: object
    replies: int = 0

    def after(self, reply: object, told: Value | None, now: datetime) -> Self | None:
        """Look at what a reply tells; return None when it is to be believed. The same reply twice is one."""
        if reply is self.reply:
            return self
        if told == self.value:
            return None
        replies = self.replies + 1
        if replies >= FEWEST_REPLIES and now - self.since >= LONGEST:
            return None
        return replace(self, reply=reply, replies=replies)
