"""What a face can ask of an account beside its snapshot: frozen values, answered in plain JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

type Answer = Mapping[str, Any]
"""Plain JSON in Layla's words: SI units and °C, instants in ISO 8601 with an offset. Empty where nothing was told.

It names units and properties by their ids, and no persons.
"""
type Granularity = Literal["minutes", "15min", "hours", "days", "months", "years"]

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    """A measure's series of one unit or of one property, of which exactly one is named.

    `start` is included, `end` is not; both are aware.
    """

    measure: str
    start: datetime
    end: datetime
    granularity: Granularity
    device_id: str | None = None
    property_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What to count: within a range, everywhere or in some properties or units, or where premises are of a category.

    Days and months are those of `zone`.
    """

    start: datetime
    end: datetime
    zone: ZoneInfo = _UTC
    property_ids: Sequence[str] = ()
    device_ids: Sequence[str] = ()
    category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Energy, money and alarms of a rolling period, a row for each property; with `trends` also how they changed."""

    period: str
    currency: str | None = None
    category: str | None = None
    property_id: str | None = None
    device_id: str | None = None
    trends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmEvents:
    """How often an alarm was raised, by bucket."""

    alarm: str
    scope: Scope
    granularity: Granularity


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTotal:
    """How often an alarm was raised."""

    alarm: str
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTotalsByProperty:
    """How often some alarms were raised in each property; without names all alarms."""

    alarms: Sequence[str]
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """What was saved: energy in kWh, money, CO₂ in kg, trees; by bucket, without a granularity altogether."""

    scope: Scope
    granularity: Granularity | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EfficiencyGains:
    """By how many percent less energy was needed; by bucket, without a granularity altogether."""

    scope: Scope
    granularity: Granularity | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifications:
    """The notifications of a range, the newest first."""

    start: datetime
    end: datetime
    property_id: str | None = None
    seen: bool | None = None
    types: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestNotifications:
    """The newest notification of each property since an instant."""

    start: datetime
    property_ids: Sequence[str] = ()
    types: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """What the vendor's app shows first, its alarms counted within a range."""

    zone: ZoneInfo
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyStatus:
    """Whether properties are online; without ids all."""

    property_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Units with all their settings: one, those of a property, or all."""

    device_id: str | None = None
    property_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReport:
    """How far an incident report is."""

    report_id: str = field(repr=False)


type Question = (
    Measurements
    | Statistics
    | AlarmEvents
    | AlarmTotal
    | AlarmTotalsByProperty
    | Savings
    | EfficiencyGains
    | Notifications
    | LatestNotifications
    | Dashboard
    | PropertyStatus
    | Units
    | IncidentReport
)
