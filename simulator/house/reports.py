"""Incident reports: jobs that take a while and then are done, or have failed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

_WAITS = timedelta(seconds=5)
_WORKS = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """A report that was asked for; `first` and `last` are local days of the property."""

    id: str
    property_id: str
    first: date
    last: date
    emails: tuple[str, ...]
    asked_at: datetime
    asked_on: date
    """The local day on which it was asked for."""

    @property
    def done_at(self) -> datetime:
        """When it is completed or has failed."""
        return self.asked_at + _WORKS

    @property
    def error(self) -> str | None:
        """Why it will fail, if it will: nobody can report on the future."""
        if self.first > self.asked_on:
            return f"There are no measurements after {self.asked_on.isoformat()}"
        return None

    def status(self, now: datetime) -> str:
        """Return how far it is."""
        if now < self.asked_at + _WAITS:
            return "pending"
        if now < self.done_at:
            return "processing"
        return "failed" if self.error else "completed"
