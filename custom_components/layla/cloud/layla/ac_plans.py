"""A unit's schedule and timer between the vendor's members and ours."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, cast

from ..ac_plans import WEEKDAYS, OneTimeTimer, Plans, WeeklySchedule
from ..commands import PlanAcSchedule
from ..tolerant import Oddities, Payload
from . import ac_slots, parse
from .ac_slots import Slots
from .vocabulary import AcSchedule, FreeForm


def plans(slots: Slots) -> Plans:
    """Read what we hold of a unit."""
    config = slots.config or slots.own_config
    return Plans(
        schedule=None if slots.schedule is None else _weekly(slots.schedule),
        timer=_timer(slots),
        sends=parse.appliance(Payload(config, "appliance_config", Oddities())) if config else None,
        since=slots.written_at,
    )


def members(planned: PlanAcSchedule, slots: Slots, settings: Mapping[str, Any]) -> AcSchedule:
    """Write a schedule in the vendor's members; those of a held one that ours does not have are kept (L17)."""
    schedule, held = planned.schedule, slots.schedule or AcSchedule()
    config: FreeForm | None = slots.own_config or ac_slots.known_members(slots, settings)
    if planned.frame:
        config = ac_slots.appliance_config(planned.frame, config)
    told: dict[str, Any] = {
        "enabled": schedule.enabled,
        "days": list(schedule.days),
        "start_time": _written(schedule.start),
        "end_time": _written(schedule.end),
        "change_ac_state": schedule.switches,
        "appliance_config": config,
    }
    return cast("AcSchedule", {**held, **{name: value for name, value in told.items() if value is not None}})


def _timer(slots: Slots) -> OneTimeTimer | None:
    if (timer := slots.timer) is None:
        return None
    waits = slots.busy is not None and slots.busy.timer and not timer.sent
    return OneTimeTimer(on=timer.action == "on", at=timer.at, waits=waits)


def _weekly(schedule: AcSchedule) -> WeeklySchedule:
    """Read a schedule, which may come from a payload: what cannot be read is not there."""
    held: Mapping[str, Any] = schedule
    days = held.get("days")
    named = {str(day).lower()[:3] for day in days} if isinstance(days, Sequence) else set[str]()
    return WeeklySchedule(
        days=tuple(day for day in WEEKDAYS if day in named),
        start=_read(held.get("start_time")),
        end=_read(held.get("end_time")),
        enabled=held.get("enabled") is not False,
        switches=held.get("change_ac_state") is True,
    )


def _read(written: object) -> time | None:
    try:
        return time.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def _written(at: time | None) -> str | None:
    return None if at is None else at.isoformat(timespec="minutes")
