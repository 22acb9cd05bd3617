"""What an account counts slowly: savings, alarms and statistics, in frozen values that no refresh brings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .errors import CloudError


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What was saved: kWh, money in the currency of the figures, kg of CO₂, trees; None where the cloud tells none."""

    energy: float | None
    money: float | None
    co2: float | None
    trees: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyFigures:
    """One property: what it saved this month and in all, its gain in percent, and the alarms of 30 days by name."""

    month: Saving | None
    total: Saving | None
    efficiency_gain: float | None
    alarms: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A whole account over the last 30 days, with the change in percent against the 30 days before.

    `energy` in kWh, `costs` in the currency of the figures.
    """

    energy: float | None
    costs: float | None
    saved: Saving
    energy_trend: float | None
    saved_trend: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Notifications of the last 30 days that nobody has marked as seen; `by_property` has those of a property."""

    count: int
    by_property: Mapping[str, int]

    def without(self, property_id: str) -> Unread:
        """Return what is left when those of a property are marked."""
        others = {home: count for home, count in self.by_property.items() if home != property_id}
        return Unread(count=self.count - self.by_property.get(property_id, 0), by_property=others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All of them as read at one moment, an aware UTC time; None before that.

    A part is None that this cloud does not have, or that failed this time; `setback` is what failed then.
    `currency` is an ISO 4217 code, None where nobody tells which.
    """

    read_at: datetime | None = None
    currency: str | None = None
    properties: Mapping[str, PropertyFigures] | None = None
    usage: Usage | None = None
    unread: Unread | None = None
    setback: CloudError | None = None
    oddities: Mapping[str, int] = field(default_factory=dict)
