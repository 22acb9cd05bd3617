"""The model: what an account shows, in frozen values. SI units and °C, aware UTC datetimes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from enum import StrEnum

from .air_conditioner import Appliance


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The latest value of one measure; None when the cloud has none. Equal whatever its time."""

    value: float | None
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """The hours in which an alarm is stricter, or rings at all, by the clock of the property; None is untold."""

    on: bool | None
    start: time | None
    end: time | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmState:
    """One alarm of a unit; None is what the cloud does not say. Equal whatever its time, once it has one.

    `threshold` is in the unit of the alarm's measure (`catalogue`).
    """

    active: bool | None
    armed: bool | None
    snoozed: bool
    threshold: float | None = None
    quiet_hours: QuietHours | None = None
    since: datetime | None = field(default=None, compare=False)
    dated: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Let a time that arrives late be a change."""
        object.__setattr__(self, "dated", self.since is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One unit, its readings by measure and its alarms by name.

    Two devices are equal when they differ in nothing but times. `online` is None when unknown, `appliance` where the
    cloud says nothing of an air conditioner. `eco_seconds` is how long eco mode waits without motion.
    """

    id: str
    property_id: str | None
    name: str | None
    category: str | None
    serial_number: str | None
    online: bool | None
    enabled: bool
    pillar: str | None
    drives_ac: bool
    readings: Mapping[str, Reading]
    alarms: Mapping[str, AlarmState]
    appliance: Appliance | None = None
    eco_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A home or other premises; `zone` is where its local times are read.

    `enabled_alarms` are the alarms that are armed for the whole property, `eco` is whether eco mode is on (L21); None
    is what the cloud does not say.
    """

    id: str
    name: str | None
    category: str | None
    zone: tzinfo
    enabled_alarms: frozenset[str] | None = None
    eco: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An account at one moment; what did not change since the last one is the same object.

    `last_seen` moves on with a change of the unit, else in steps of ten minutes. `power_at` is when a unit that drives
    an air conditioner measured its power, and moves on with every reading: it is no reason to show anything anew.
    `oddities` counts what had to be parsed around, by place.
    """

    properties: Mapping[str, Property]
    devices: Mapping[str, Device]
    last_seen: Mapping[str, datetime]
    oddities: Mapping[str, int]
    power_at: Mapping[str, datetime] = field(default_factory=dict)


class Phase(StrEnum):
    """Which end of an alarm an event tells of."""

    STARTED = "started"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An alarm of a unit, or of a whole property, started or ended.

    `id` is stable over polls and restarts and does not depend on who told of it; a notification that is not merged yet
    has the vendor's.
    """

    id: str
    property_id: str | None
    device_id: str | None
    alarm: str
    phase: Phase
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of a series; `at` is the start of its bucket."""

    at: datetime
    value: float
