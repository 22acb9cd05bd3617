"""What to ask LaylaElectric for: series and alarm events within a range of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from ..http import QueryValue
from .vocabulary import Granularity, MeasureName

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsScope:
    """Which alarm events to count; the range is aware and sent in the zone whose days are counted."""

    category: str | None = None
    property_ids: Sequence[str] | None = None
    device_ids: Sequence[str] | None = None
    start: datetime | None = None
    end: datetime | None = None
    zone: ZoneInfo = _UTC

    def query(self) -> dict[str, QueryValue]:
        """Write the scope as query parameters."""
        return {
            "category": self.category,
            "property_ids": self.property_ids,
            "device_ids": self.device_ids,
            "start": local(self.start, self.zone),
            "end": local(self.end, self.zone),
            "timezone": self.zone.key,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Which series to read: aware ends, `start` included, `end` excluded, sent in the property's zone (L8, L11)."""

    measure: MeasureName
    granularity: Granularity
    start: datetime
    end: datetime
    zone: tzinfo

    def query(self) -> dict[str, QueryValue]:
        """Write the series as query parameters."""
        return {
            "measure": self.measure,
            "granularity": self.granularity,
            "start": local(self.start, self.zone),
            "end": local(self.end, self.zone),
        }


def local(instant: datetime | None, zone: tzinfo) -> str | None:
    """Write an instant the way ranges are read: local time of the zone, without offset (L8)."""
    if instant is None:
        return None
    return instant.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")
