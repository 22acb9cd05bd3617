"""The notifications of an account: each once, in order, and none lost to a failure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ..cursor import Bookmark
from ..errors import CloudError, NotSupported
from ..model import Event
from ..support import Support
from ..tolerant import Oddities
from . import parse
from .shared import SharedApi

# Notifications are asked for again over this span, and known ones dropped (L20).
_OVERLAP: Final = timedelta(minutes=10)
# How far back the first request looks, so that a cloud whose clock is behind ours is heard too.
_FIRST_LOOK: Final = timedelta(hours=1)
_OPERATION: Final = "listNotifications"


@dataclass(frozen=True, slots=True)
class Heard:
    """The notifications that the cloud told of, those of them that are news, and how far they are read now.

    Their ids are the cloud's. `asked_from` is what the bookmark reaches back to: older ones are no news.
    """

    bookmark: Bookmark
    asked_from: datetime
    events: Sequence[Event] = ()
    news: Sequence[Event] = ()
    error: CloudError | None = None


async def read(api: SharedApi, support: Support, bookmark: Bookmark | None, now: datetime, oddities: Oddities) -> Heard:
    """Read the notifications since the bookmark; a failure keeps it, so nothing is lost.

    Without a bookmark nothing is news; if that first look fails, the bookmark is now.
    A token that may read units but not notifications is no reason to ask for another one.
    """
    unread = Heard(bookmark or Bookmark(since=now), now)
    if not support.worth_trying(_OPERATION, now):
        return unread
    since = min(bookmark.since, now) if bookmark else now - _FIRST_LOOK
    start = since - _OVERLAP
    try:
        reply = await api.list_notifications(start)
    except NotSupported as error:
        support.missing(error, now)
        return unread
    except CloudError as error:
        return replace(unread, error=error)
    support.found(_OPERATION)
    events = _in_order(parse.events(reply, oddities))
    # What is older than was asked for is not in `seen`, and no news.
    news = [each for each in events if each.at >= start and each.id not in bookmark.seen] if bookmark else ()
    return Heard(_advanced(since, events, now), start, events, news)


def _in_order(events: Sequence[Event]) -> Sequence[Event]:
    """Put events in the order in which they happened, each once; they come newest first (L20)."""
    once = {event.id: event for event in reversed(events)}
    return sorted(once.values(), key=lambda event: event.at)


def _advanced(since: datetime, events: Sequence[Event], now: datetime) -> Bookmark:
    """Move the bookmark to the newest event, but not past now: an event of the future must not hide the next ones."""
    reached = min(max([since, *(event.at for event in events)]), now)
    seen = frozenset(event.id for event in events if event.at >= reached - _OVERLAP)
    return Bookmark(since=reached, seen=seen)
