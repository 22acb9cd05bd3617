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
# A reply of the cloud may be older than the request for it: so long after a write of ours it is not believed.
_STALE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Timer:
    """A switch that happens once, at an aware instant of the server's clock.

    `sent`: it may be in the unit's slot already, or have gone out of it; the answer that would tell is missing.
    """

    action: AcPower
    at: datetime
    sent: bool = False

    def as_document(self) -> Document:
        """Write it as plain JSON."""
        return {"action": self.action, "at": self.at.isoformat(), "sent": self.sent}


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """What is not as the user left it, and the `command` of ours that has the timer's slot `until` it is out.

    `until` is an instant of our clock. `schedule` and `timer` tell which of the user's are set aside.
    """

    until: datetime
    command: Timer | None = None
    schedule: bool = False
    timer: bool = False

    def as_document(self) -> Document:
        """Write it as plain JSON."""
        return {
            "until": self.until.isoformat(),
            "command": self.command and self.command.as_document(),
            "schedule": self.schedule,
            "timer": self.timer,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """`config` is what the unit sends with its next "on", None when unknown; schedule and timer are the user's.

    In the methods `now` is an instant of our clock, `server_now` the same of the server's.
    """

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
            "timer": self.timer and self.timer.as_document(),
            "busy": self.busy and self.busy.as_document(),
            "written_at": self.written_at and self.written_at.isoformat(),
        }

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read what `as_document` wrote; raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            config=_object_or_none(document["config"]),
            schedule=cast("AcSchedule | None", _object_or_none(document["schedule"])),
            timer=_timer(_object_or_none(document["timer"])),
            busy=_busy(_object_or_none(document["busy"])),
            written_at=None if document["written_at"] is None else _instant(document["written_at"]),
        )

    @property
    def own_config(self) -> FreeForm | None:
        """What the user's schedule tells the unit to send, if it does."""
        return _object(self.schedule and self.schedule.get("appliance_config"))

    def under_way(self, now: datetime) -> bool:
        """Tell whether a command of ours waits to go out, or may be going out."""
        return self.busy is not None and now < self.busy.until

    def away(self, now: datetime) -> bool:
        """Tell whether anything is not as the user left it."""
        return self.under_way(now) or (self.busy is not None and (self.busy.schedule or self.busy.timer))

    def pending_timer(self, server_now: datetime) -> Timer | None:
        """Return the user's timer while it may still go out: one that was set aside for sure does, however late."""
        if self.timer is None:
            return None
        waits = self.busy is not None and self.busy.timer and not self.timer.sent
        return self.timer if waits or server_now < self.timer.at else None

    def in_slot(self, server_now: datetime) -> Timer | None:
        """Return what is in the timer's slot for sure: a command of ours, else the user's timer."""
        aside = self.busy is not None and self.busy.timer
        return self.command_to_come(server_now) or (None if aside else self.pending_timer(server_now))

    def command_to_come(self, server_now: datetime) -> Timer | None:
        """Return a command of ours that is not yet out."""
        command = self.busy and self.busy.command
        return command if command and server_now < command.at else None

    def occupied(self, command: Timer, until: datetime, server_now: datetime) -> Self:
        """Give the timer's slot to a command of ours; the user's timer is set aside."""
        aside = self.busy is not None and self.busy.timer
        timer = self.pending_timer(server_now)
        if timer and not aside:
            timer = replace(timer, sent=True)  # until the command has taken its place
        lent = self.busy is not None and self.busy.schedule
        return replace(
            self, timer=timer, busy=Busy(until=until, command=command, schedule=lent, timer=timer is not None)
        )

    def with_timer_waiting(self) -> Self:
        """Say of the user's timer that it is in no slot for sure."""
        return replace(self, timer=self.timer and replace(self.timer, sent=False))

    def holding_timer(self, timer: Timer, now: datetime) -> Self:
        """Set a timer of the user's aside, in place of any other."""
        return replace(self, timer=timer, busy=replace(self.busy or Busy(until=now), timer=True))

    def without_timer(self) -> Self:
        """Let there be no timer of the user's."""
        return replace(self, timer=None, busy=self.busy and replace(self.busy, timer=False))

    def with_timer_back(self, timer: Timer) -> Self:
        """Say that the user's timer is in its slot."""
        back = replace(timer, sent=False)
        return replace(self, timer=back, busy=self.busy and replace(self.busy, timer=False))

    def lending_schedule(self, now: datetime) -> Self:
        """Set the user's schedule aside."""
        return replace(self, busy=replace(self.busy or Busy(until=now), schedule=True))

    def with_schedule_back(self) -> Self:
        """Say that the user's schedule is in its slot, and that the unit sends what that tells it."""
        config = self.config if self.own_config is None else self.own_config
        return replace(self, config=config, busy=self.busy and replace(self.busy, schedule=False))

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


def known_members(slots: Slots, settings: Mapping[str, Any]) -> FreeForm | None:
    """Return what a unit is likely to send, for the members in it that no frame has."""
    return slots.config or _object(settings.get("appliance_config")) or slots.own_config


def taken_over(slots: Slots, settings: Mapping[str, Any], read_at: datetime) -> Slots:
    """Take what a unit's `settings` say of its schedule (L22b), unless we have written since they were true.

    A config is ours or unknown: that settings name one does not prove that the unit sends it, but they can disprove.
    """
    if slots.busy or (slots.written_at and read_at < slots.written_at + _STALE):
        return slots
    schedule = _told_schedule(settings, slots.schedule)
    other = _object(settings.get("appliance_config")) not in (None, slots.config)
    return replace(slots, schedule=schedule, config=None if other or schedule != slots.schedule else slots.config)


def _told_schedule(settings: Mapping[str, Any], held: AcSchedule | None) -> AcSchedule | None:
    """Read a unit's schedule; the general name counts only where it speaks of an air conditioner. Null is none."""
    if "ac_schedule" in settings:
        told, none = _object(settings["ac_schedule"]), settings["ac_schedule"] is None
    else:
        plain = _object(settings.get("schedule")) or {}
        told, none = (plain if _object(plain.get("appliance_config")) else None), False
    return cast("AcSchedule | None", told) or (None if none else held)


def _timer(members: FreeForm | None) -> Timer | None:
    if members is None:
        return None
    if members["action"] not in ("on", "off"):
        message = f"{members['action']!r} is no action of a timer"
        raise ValueError(message)
    return Timer(members["action"], _instant(members["at"]), bool(members["sent"]))


def _busy(members: FreeForm | None) -> Busy | None:
    if members is None:
        return None
    return Busy(
        until=_instant(members["until"]),
        command=_timer(_object_or_none(members["command"])),
        schedule=bool(members["schedule"]),
        timer=bool(members["timer"]),
    )


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        message = "an instant without an offset"
        raise ValueError(message)
    return instant


def _object_or_none(value: object) -> FreeForm | None:
    if value is not None and not isinstance(value, Mapping):
        message = f"an object expected, not {type(value).__name__}"
        raise TypeError(message)
    return None if value is None else dict(value)


def _object(value: object) -> FreeForm | None:
    return dict(value) if isinstance(value, Mapping) else None
