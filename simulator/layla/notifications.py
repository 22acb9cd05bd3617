"""The notification history."""

from collections.abc import Iterator
from typing import Any

from simulator.house.notifications import Notification

from . import payload
from .flavour import TOLD
from .ranges import zone_of
from .requests import Call, moment


def listed(call: Call) -> list[dict[str, Any]]:
    """Return the notifications that fit, the newest first."""
    return [payload.notification(item, call.view()) for item in _matching(call)]


def latest(call: Call) -> list[dict[str, Any]]:
    """Return the newest one that fits of each property."""
    newest: dict[str, Notification] = {}
    for item in _matching(call):
        newest.setdefault(item.property_id, item)
    return [payload.notification(item, call.view()) for item in newest.values()]


def mark_seen(call: Call) -> dict[str, Any]:
    """Mark notifications as read, by their ids or all of a property."""
    call.world.notifications.mark_seen(call.body.get("ids", ()), call.body.get("property_id"))
    return {}


def _matching(call: Call) -> Iterator[Notification]:
    zone = zone_of(call)
    start, end = (None if call.get(name) is None else moment(call.get(name), zone) for name in ("start", "end"))
    places = {call.get("property_id")} if call.get("property_id") else set(call.get("property_ids", ()))
    for item in call.world.notifications.newest_first(call.now):
        wanted = (
            call.flavour.shows(TOLD, item.type)
            and (not places or item.property_id in places)
            and call.get("seen", item.seen) == item.seen
            and item.type in (call.get("types") or [item.type])
            and (start is None or item.created_at >= start)
            and (end is None or item.created_at < end)
        )
        if wanted:
            yield item


HANDLERS = {
    "listNotifications": listed,
    "listLatestNotifications": latest,
    "markNotificationsSeen": mark_seen,
}
