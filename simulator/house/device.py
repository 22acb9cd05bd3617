"""A unit and what it remembers: settings, readings set by hand, alarms, and its infrared side."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from . import air_conditioner
from .air_conditioner import AirConditioner, Effect
from .room import Room
from .schedule import AcSchedule


@dataclass(frozen=True, slots=True)
class HandReading:
    """A reading set by hand at an instant (POSIX seconds); None is "no value". A released one is the room's again."""

    since: float
    value: float | None = None
    released: bool = False


@dataclass(slots=True)
class Episode:
    """One time that an alarm was raised; still raised while it has no end."""

    alarm: str
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One infrared frame that the unit has sent: `on` and `off` switch, `test` only blinks."""

    at: datetime
    action: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Timer:
    """A switch that happens once."""

    at: datetime
    action: str


@dataclass(slots=True)
class Trace:
    """The air conditioner's effect on the room over time, in order."""

    times: list[float] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    def at(self, instant: float) -> Effect | None:
        """Return the effect at an instant; None before the first one was noted."""
        place = bisect_right(self.times, instant)
        return self.effects[place - 1] if place else None

    @property
    def latest(self) -> Effect:
        """The newest effect."""
        return self.effects[-1] if self.effects else air_conditioner.NONE

    def note(self, instant: float, effect: Effect) -> None:
        """Add what the effect is from this instant on."""
        self.times.append(instant)
        self.effects.append(effect)


@dataclass(slots=True)
class Infrared:
    """What the unit holds for its air conditioner, and what came of it. One timer and one schedule."""

    ac: AirConditioner = field(default_factory=AirConditioner)
    config: Mapping[str, Any] = field(default_factory=dict)
    schedule: AcSchedule | None = None
    timer: Timer | None = None
    frames: list[Frame] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)


@dataclass(slots=True)
class Device:
    """A unit. `alarms` and `settings` are kept in the form in which the API shows and takes them."""

    id: str
    property_id: str
    name: str
    room: Room
    category: str = "SP"
    pillar: str = "noise"
    mac: str = ""
    serial: str = ""
    measures: tuple[str, ...] = ()
    alarms: list[dict[str, Any]] = field(default_factory=list)
    features: list[str] = field(default_factory=list)
    tier_features: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    enabled: bool = True
    locked: bool = False
    drives_ac: bool = False
    snoozed: list[str] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)
    silences: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    hand: dict[str, list[HandReading]] = field(default_factory=dict)
    active: dict[str, Episode] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    dismissed: set[str] = field(default_factory=set)
    episodes: list[Episode] = field(default_factory=list)
    infrared: Infrared = field(default_factory=Infrared)
    revision: int = 0
    saved_until: date | None = None
    saved_energy: float = 0.0

    @property
    def online(self) -> bool:
        """Whether the unit reaches the cloud."""
        return self.offline_since is None

    @property
    def offline_since(self) -> datetime | None:
        """When it was lost, while it is."""
        if not self.silences or self.silences[-1][1] is not None:
            return None
        return self.silences[-1][0]

    @property
    def smart_ac(self) -> bool:
        """Whether the unit drives an air conditioner, by its own word or by its pillar."""
        return self.drives_ac or self.pillar == "smart_ac"

    @property
    def never_changed(self) -> bool:
        """Whether every reading was the same at all times."""
        touched = self.hand or self.silences or self.infrared.trace.times
        return not touched and not self.room.changes_by_itself

    def was_silent(self, at: datetime) -> bool:
        """Return whether nothing was heard of the unit at this instant."""
        return any(start <= at and (end is None or at < end) for start, end in self.silences)

    def setting_of(self, alarm: str) -> dict[str, Any] | None:
        """Return the unit's configuration of an alarm, where it has one."""
        return next((setting for setting in self.alarms if setting.get("name") == alarm), None)

    def by_hand(self, measure: str, instant: float) -> HandReading | None:
        """Return the reading set by hand that holds at this instant."""
        history = self.hand.get(measure, ())
        place = bisect_right(history, instant, key=attrgetter("since"))
        found = history[place - 1] if place else None
        return None if found is None or found.released else found

    def touch(self) -> None:
        """Note that something about the unit changed."""
        self.revision += 1
