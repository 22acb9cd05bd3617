"""A weekly air conditioner schedule and the instants at which it switches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

type Switch = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class AcSchedule:
    """Days and local times in the property's zone; an end before the start is on the next day."""

    enabled: bool = True
    days: tuple[str, ...] = ()
    start: time | None = None
    end: time | None = None
    change_ac_state: bool = False
    config: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return every member as the API takes it; a time that it does not have is null."""
        return {
            "enabled": self.enabled,
            "days": list(self.days),
            "start_time": self.start and self.start.isoformat(timespec="minutes"),
            "end_time": self.end and self.end.isoformat(timespec="minutes"),
            "change_ac_state": self.change_ac_state,
            "appliance_config": dict(self.config),
        }

    def switches(self, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[Switch]:
        """Yield when it switches `on` or `off`, later than `after`, not later than `until`."""
        if not (self.enabled and self.change_ac_state):
            return
        day = after.astimezone(zone).date() - timedelta(days=2)
        last = until.astimezone(zone).date()
        while day <= last:
            if WEEKDAYS[day.weekday()] in self.days:
                yield from (switch for switch in self._on_day(day, zone) if after < switch[0] <= until)
            day += timedelta(days=1)

    def _on_day(self, day: date, zone: ZoneInfo) -> Iterator[Switch]:
        if self.start is not None:
            yield _instant(day, self.start, zone), "on"
        if self.end is not None:
            overnight = self.start is not None and self.end <= self.start
            yield _instant(day + timedelta(days=overnight), self.end, zone), "off"


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
