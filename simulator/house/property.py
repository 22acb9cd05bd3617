"""A property: a home, an office, anything that has an address and units."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

# The alarms that a property switches for all its units.
PROPERTY_ALARMS = ("noise_alarm", "noise_alarm_quiet_hours", "occupancy_alarm", "security_alarm")

CROWD_IN_QUIET_HOURS = "occupancy_alarm_quiet_hours"
"""Another switch of theirs. It is kept in the settings, and only halves the limit of `occupancy_alarm` at night."""


@dataclass(slots=True)
class EcoPeriod:
    """A time during which eco mode was on; it still is while there is no end."""

    start: datetime
    end: datetime | None = None


@dataclass(slots=True)
class Property:
    """A property. Its zone is the one in which range parameters are read."""

    id: str
    name: str
    timezone: str
    installed_at: datetime
    category: str = "house"
    address: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    enabled: int = 1
    role: str = "admin"
    armed: set[str] = field(default_factory=lambda: set(PROPERTY_ALARMS))
    eco_periods: list[EcoPeriod] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)

    @property
    def eco(self) -> bool:
        """Whether eco mode is on."""
        return bool(self.eco_periods) and self.eco_periods[-1].end is None

    def set_eco(self, *, on: bool, at: datetime) -> bool:
        """Switch eco mode; return whether that changed anything."""
        if on == self.eco:
            return False
        if on:
            self.eco_periods.append(EcoPeriod(at))
        else:
            self.eco_periods[-1].end = at
        return True

    def was_eco(self, at: datetime) -> bool:
        """Return whether eco mode was on at this instant."""
        return any(period.start <= at and (period.end is None or at < period.end) for period in self.eco_periods)
