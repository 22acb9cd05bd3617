"""The notifications of an account as events: each once, in order, and none lost to a failure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..account import Cursor
from ..errors import CloudError, NotSupported
from ..model import Event
from ..support import Support
from ..tolerant import Oddities
from . import parse
from .owner import OwnerApi

# Notifications are asked for again over this span, and known ones dropped (L20).
_OVERLAP: Final = timedelta(minutes=10)
# How far back the first request looks, so that a cloud whose clock is behind ours is heard too.
_FIRST_LOOK: Final = timedelta(hours=1)
_OPERATION: Final = "listNotifications"


@dataclass(frozen=True, slots=True)
class Heard:
    """The events that the cloud told of, those of them that are news, and how far they are read now."""

    cursor: Cursor | None
    events: Sequence[Event] = ()
    news: Sequence[Event] = ()
    error: CloudError | None = None


async def read(api: OwnerApi, support: Support, cursor: Cursor | None, now: datetime, oddities: Oddities) -> Heard:
    """Read the notifications since the cursor; a failure keeps the cursor, so nothing is lost.

    A token that may read units but not notifications is no reason to ask for another one.
    """
    if not support.worth_trying(_OPERATION, now):
        return Heard(cursor)
    since = min(cursor.since, now) if cursor else now - _FIRST_LOOK
    start = since - _OVERLAP
    try:
        reply = await api.list_notifications(start)
    except NotSupported as error:
        support.missing(error, now)
        return Heard(cursor)
    except CloudError as error:
        return Heard(cursor, error=error)
    support.found(_OPERATION)
    events = _in_order(parse.events(reply, oddities))
    # What is older than was asked for is not in `seen`, and no news.
    news = [event for event in events if event.at >= start and event.id not in cursor.seen] if cursor else ()
    return Heard(_advanced(since, events, now), events, news)


def _in_order(events: Sequence[Event]) -> Sequence[Event]:
    """Put events in the order in which they happened, each once; they come newest first (L20)."""
    once = {event.id: event for event in reversed(events)}
    return sorted(once.values(), key=lambda event: event.at)


def _advanced(since: datetime, events: Sequence[Event], now: datetime) -> Cursor:
    """Move the cursor to the newest event, but not past now: an event of the future must not hide the next ones."""
    reached = min(max([since, *(event.at for event in events)]), now)
    return Cursor(reached, frozenset(event.id for event in events if event.at >= reached - _OVERLAP))
