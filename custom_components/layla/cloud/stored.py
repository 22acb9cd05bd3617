"""What is kept on disk, as plain JSON, and reading it again without trusting it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .model import Event, Phase


class InvalidRecord(ValueError):
    """What was kept cannot be read: the member that does not fit. Remedy: begin without it."""

    def __init__(self, member: str, expected: str) -> None:
        """Name the member and what should be there, never its value."""
        super().__init__(f"{member}: {expected} expected")


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object from disk. Every reader raises InvalidRecord."""

    members: Mapping[str, object]

    @classmethod
    def of(cls, value: object, name: str) -> Record:
        """Take a decoded value that has to be an object."""
        if isinstance(value, Mapping):
            return cls(value)
        raise InvalidRecord(name, "object")

    def records(self, name: str) -> Iterator[Record]:
        """Walk a list of objects."""
        return (Record.of(item, name) for item in self._list(name))

    def texts(self, name: str) -> Iterator[str]:
        """Walk a list of texts."""
        return (_text(item, name) for item in self._list(name))

    def text(self, name: str) -> str:
        """Return a text."""
        return _text(self.members.get(name), name)

    def text_or_none(self, name: str) -> str | None:
        """Return a text; None where there is none."""
        return None if self.members.get(name) is None else self.text(name)

    def flag(self, name: str) -> bool:
        """Return a boolean."""
        value = self.members.get(name)
        if isinstance(value, bool):
            return value
        raise InvalidRecord(name, "boolean")

    def instant(self, name: str) -> datetime:
        """Return an instant in UTC."""
        try:
            found = datetime.fromisoformat(self.text(name))
            if found.tzinfo is not None:
                return found.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise InvalidRecord(name, "time") from error
        raise InvalidRecord(name, "time with offset")

    def instant_or_none(self, name: str) -> datetime | None:
        """Return an instant in UTC; None where there is none."""
        return None if self.members.get(name) is None else self.instant(name)

    def _list(self, name: str) -> list[object]:
        value = self.members.get(name)
        if isinstance(value, list):
            return value
        raise InvalidRecord(name, "list")


def event_record(event: Event) -> dict[str, str | None]:
    """Write an event as plain JSON."""
    return {
        "id": event.id,
        "property_id": event.property_id,
        "device_id": event.device_id,
        "alarm": event.alarm,
        "phase": event.phase.value,
        "at": event.at.isoformat(),
    }


def event_from(record: Record) -> Event:
    """Read an event again. Raises InvalidRecord."""
    phase = record.text("phase")
    if phase not in list(Phase):
        raise InvalidRecord("phase", "started or ended")
    return Event(
        id=record.text("id"),
        property_id=record.text_or_none("property_id"),
        device_id=record.text_or_none("device_id"),
        alarm=record.text("alarm"),
        phase=Phase(phase),
        at=record.instant("at"),
    )


def _text(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    raise InvalidRecord(name, "text")
