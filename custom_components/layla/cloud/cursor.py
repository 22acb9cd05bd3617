"""What an account has to remember on disk, so that every alarm is told once, whatever happens between two refreshes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Self

from .stored import Record


class Subject(NamedTuple):
    """Which alarm of what: a unit's, or that of a whole property; then there is no unit."""

    device_id: str | None
    property_id: str | None
    alarm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An alarm from its start to its end, as it was told.

    `started` is the start as it was told, which names its events for good. `startless` is an end that came without a
    start; it is named by its own time. `since` is when the cloud says that it began; None while only we noticed it.
    Without `ended` it goes on. `start_heard` and `end_heard` say whether the notification of that end was heard, so
    that the next one belongs to another episode. `missed_since` is when the unit of an open one left the list.
    """

    subject: Subject
    started: datetime
    startless: bool = False
    since: datetime | None = None
    ended: datetime | None = None
    start_heard: bool = False
    end_heard: bool = False
    missed_since: datetime | None = None

    @property
    def first(self) -> datetime:
        """When it began, as well as we know."""
        return self.since or self.started

    def as_dict(self) -> dict[str, object]:
        """Write it as plain JSON."""
        return {
            **self.subject._asdict(),
            "started": _written(self.started),
            "startless": self.startless,
            "since": _written(self.since),
            "ended": _written(self.ended),
            "start_heard": self.start_heard,
            "end_heard": self.end_heard,
            "missed_since": _written(self.missed_since),
        }

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read it again. Raises InvalidRecord."""
        return cls(
            subject=Subject(record.text_or_none("device_id"), record.text_or_none("property_id"), record.text("alarm")),
            started=record.instant("started"),
            startless=record.flag("startless"),
            since=record.instant_or_none("since"),
            ended=record.instant_or_none("ended"),
            start_heard=record.flag("start_heard"),
            end_heard=record.flag("end_heard"),
            missed_since=record.instant_or_none("missed_since"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The alarms that go on and those that ended lately; of what is older than `forgotten` nothing is known any more.

    Episodes of one subject stand together, in the order in which they happened.
    """

    forgotten: datetime
    episodes: Sequence[Episode] = ()

    @property
    def open(self) -> int:
        """How many alarms go on."""
        return sum(episode.ended is None for episode in self.episodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """How far the notifications were read: the newest one's instant and the ids around it (L20)."""

    since: datetime
    seen: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Everything that the next refresh needs from disk. Equal cursors: there is nothing to save."""

    bookmark: Bookmark
    history: History

    def as_dict(self) -> dict[str, object]:
        """Write it as plain JSON."""
        return {
            "since": self.bookmark.since.isoformat(),
            "seen": sorted(self.bookmark.seen),
            "forgotten": self.history.forgotten.isoformat(),
            "episodes": [episode.as_dict() for episode in self.history.episodes],
        }

    @classmethod
    def from_dict(cls, members: object) -> Self:
        """Read it again from decoded JSON. Raises InvalidRecord; the caller then begins without a cursor."""
        record = Record.of(members, "cursor")
        return cls(
            bookmark=Bookmark(since=record.instant("since"), seen=frozenset(record.texts("seen"))),
            history=History(
                forgotten=record.instant("forgotten"),
                episodes=tuple(Episode.from_record(item) for item in record.records("episodes")),
            ),
        )


def _written(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
