"""The notification history: newest first, kept for thirty days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .chance import seed_of

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Notification:
    """Something the user was told. `type` is an alarm's name with `_start` or `_end`, or `eco_mode_enabled`."""

    type: str
    property_id: str
    device_id: str | None
    created_at: datetime
    title: str
    message: str
    seen: bool = False
    id: str = ""


@dataclass(slots=True)
class Notifications:
    """All notifications by their ids."""

    _items: dict[str, Notification] = field(default_factory=dict)

    def add(self, told: Notification) -> None:
        """Add one; its id depends on what happened, and on the order within one instant."""
        number = 0
        what = (told.type, told.property_id, told.device_id, told.created_at.isoformat())
        while (name := f"{seed_of(*what, number):016x}") in self._items:
            number += 1
        self._items[name] = replace(told, id=name)

    def newest_first(self, now: datetime) -> Iterator[Notification]:
        """Yield those not yet forgotten, the newest first; of the same instant, the last made first."""
        self._forget(now)
        ordered = sorted(self._items.values(), key=lambda item: item.created_at)
        yield from reversed(ordered)

    def mark_seen(self, ids: Iterable[str], property_id: str | None) -> None:
        """Mark those with these ids, and all of one property."""
        wanted = set(ids)
        for item in list(self._items.values()):
            if item.id in wanted or item.property_id == property_id:
                self._items[item.id] = replace(item, seen=True)

    def _forget(self, now: datetime) -> None:
        oldest = now - KEPT
        for item in list(self._items.values()):
            if item.created_at < oldest:
                del self._items[item.id]
