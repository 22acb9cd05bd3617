"""A unit's one AC schedule and one AC timer, as we know them: no call reads them back (L22)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self, cast

from ..air_conditioner import Frame, Mode
from ..memory import Document
from .vocabulary import AcPower, AcSchedule, FreeForm

# The vendor's own word for a mode, where it is not ours.
_MODES: Final[Mapping[Mode, str]] = {Mode.FAN_ONLY: "fan"}
_MODE_WORDS: Final[Mapping[str, Mode]] = {
    **{mode.value: mode for mode in Mode},
    "fan": Mode.FAN_ONLY,
    "heat_cool": Mode.AUTO,
}
# A timer that could not be put back in time is still sent so much later; after that nobody expects it any more.
LATEST: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Timer:
    """A switch that happens once, at an aware instant."""

    action: AcPower
    at: datetime


@dataclass(frozen=True, slots=True)
class Busy:
    """A command of ours has the timer's slot `until` it goes out, by our clock, and what it has set aside."""

    until: datetime
    schedule: bool = False
    timer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """`config` is what the unit sends with its next "on", None when unknown; schedule and timer are the user's."""

    config: FreeForm | None = None
    schedule: AcSchedule | None = None
    timer: Timer | None = None
    busy: Busy | None = None
    written_at: datetime | None = None

    def as_document(self) -> Document:
        """Write it as plain JSON."""
        return {
            "config": self.config,
            "schedule": self.schedule,
            "timer": self.timer and {"action": self.timer.action, "at": self.timer.at.isoformat()},
            "busy": self.busy
            and {"until": self.busy.until.isoformat(), "schedule": self.busy.schedule, "timer": self.busy.timer},
            "written_at": self.written_at and self.written_at.isoformat(),
        }

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read what `as_document` wrote; raises KeyError or ValueError for anything else."""
        timer, busy, written_at = document["timer"], document["busy"], document["written_at"]
        return cls(
            config=document["config"],
            schedule=document["schedule"],
            timer=Timer(timer["action"], datetime.fromisoformat(timer["at"])) if timer else None,
            busy=Busy(datetime.fromisoformat(busy["until"]), busy["schedule"], busy["timer"]) if busy else None,
            written_at=datetime.fromisoformat(written_at) if written_at else None,
        )

    @property
    def told(self) -> FreeForm | None:
        """What the unit was told to send, as far as we know: its own config, else the schedule's."""
        return self.config or (self.schedule or {}).get("appliance_config")

    def under_way(self, now: datetime) -> bool:
        """Tell whether a command of ours waits to go out."""
        return self.busy is not None and now < self.busy.until

    def pending_timer(self, now: datetime) -> Timer | None:
        """Return the user's timer while it may still go out."""
        set_aside = self.busy is not None and self.busy.timer
        return self.timer if self.timer and (set_aside or now < self.timer.at) else None

    def occupied(self, until: datetime, now: datetime) -> Self:
        """Give the timer's slot to a command of ours; the user's timer is set aside."""
        schedule, timer = (self.busy.schedule, self.busy.timer) if self.busy else (False, False)
        return replace(self, busy=Busy(until, schedule, timer or self.pending_timer(now) is not None))

    def lending_schedule(self, now: datetime) -> Self:
        """Set the user's schedule aside; a command that is under way keeps the timer's slot."""
        busy = self.busy if self.busy and self.under_way(now) else Busy(now, timer=bool(self.busy and self.busy.timer))
        return replace(self, busy=replace(busy, schedule=True))

    def free(self, now: datetime) -> Self:
        """Empty the timer's slot; what was set aside still is."""
        if self.busy is None or not (self.busy.schedule or self.busy.timer):
            return replace(self, busy=None)
        return replace(self, busy=replace(self.busy, until=now))

    def borrowed(self, config: FreeForm) -> AcSchedule:
        """Make the schedule that tells the unit what to send, and switches no more and no less than the user's does."""
        held: AcSchedule = self.schedule or {"enabled": False, "change_ac_state": False}
        return {**held, "appliance_config": config}


def appliance_config(frame: Frame, known: FreeForm | None) -> FreeForm:
    """Write a frame in the vendor's members (L22); unknown members of what the unit had are kept."""
    temperature = frame.temperature
    told = {
        "vendor": frame.vendor,
        "model": frame.model,
        "mode": _MODES.get(frame.mode, frame.mode.value),
        "temperature": int(temperature) if temperature is not None and temperature.is_integer() else temperature,
        "fan_speed": frame.fan,
        "swing": frame.swing,
    }
    return {**(known or {}), **{name: value for name, value in told.items() if value is not None}}


def mode(word: str | None) -> Mode | None:
    """Read the vendor's word for a mode; None for one that we do not know."""
    return _MODE_WORDS.get((word or "").lower())


def taken_over(slots: Slots, settings: Mapping[str, Any], read_at: datetime) -> Slots:
    """Take what a unit's `settings` say of schedule and config (L22b), unless we have written since they were read."""
    if slots.busy or (slots.written_at and slots.written_at >= read_at):
        return slots
    schedule = next((settings[name] for name in ("ac_schedule", "schedule") if _is_object(settings.get(name))), None)
    config = settings.get("appliance_config")
    told = schedule and schedule.get("appliance_config")
    newest = next((item for item in (config, told) if _is_object(item)), slots.config)
    return replace(slots, schedule=cast("AcSchedule | None", schedule) or slots.schedule, config=newest)


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping)
