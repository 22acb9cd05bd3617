"""An air conditioner's timer and weekly schedule: when it is switched without a command."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from ..cloud.commands import CancelAcTimer, Command, DeleteAcSchedule, SetAcSchedule, SetAcTimer
from . import forms
from .problems import Code, refused

_FURTHEST: Final = timedelta(days=366)
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def timer(value: object, place: str, device_id: str, now: datetime) -> Command:
    """Read a timer: an object sets it, null cancels it. Raises Problem."""
    if value is None:
        return CancelAcTimer(device_id=device_id)
    given = forms.members(value, place, ("on", "at", "in"))
    if "on" not in given or ("at" in given) == ("in" in given):
        raise refused(Code.WRONG_TYPE, place, "on, and either at or in, are needed", "on with at, on with in, or null")
    on = forms.flag(given["on"], f"{place}.on")
    if "in" in given:
        seconds = forms.number(given["in"], f"{place}.in", 1, _FURTHEST.total_seconds(), " s")
        return SetAcTimer(device_id=device_id, on=on, at=now + timedelta(seconds=seconds))
    at = forms.instant(given["at"], f"{place}.at")
    if not now < at <= now + _FURTHEST:
        accepted = f"later than {now.isoformat(timespec='seconds')}, by a year at most"
        raise refused(Code.OUT_OF_RANGE, f"{place}.at", f"{forms.shown(given['at'])} is not to come", accepted)
    return SetAcTimer(device_id=device_id, on=on, at=at)


def schedule(value: object, place: str, device_id: str) -> Command:
    """Read a schedule in the vendor's members (L22): an object sets it, null deletes it. Raises Problem."""
    if value is None:
        return DeleteAcSchedule(device_id=device_id)
    given = forms.members(value, place, tuple(_SCHEDULE))
    return SetAcSchedule(
        device_id=device_id,
        schedule={name: _SCHEDULE[name](item, f"{place}.{name}") for name, item in given.items()},
    )


def _days(value: object, place: str) -> list[str]:
    if not isinstance(value, list):
        raise refused(Code.WRONG_TYPE, place, f"{forms.shown(value)} is no list", f"a list of {', '.join(_DAYS)}")
    named = {forms.word(day, place, _DAYS) for day in value}
    return [day for day in _DAYS if day in named]


def _clock(value: object, place: str) -> str:
    return forms.clock(value, place).isoformat("minutes")


def _config(value: object, place: str) -> Mapping[str, Any]:
    """Take the vendor's own members as they are, as long as they can be written again."""
    accepted = "an object of the vendor's members, such as vendor, model, mode, temperature, fan_speed, swing"
    if not isinstance(value, dict):
        raise refused(Code.WRONG_TYPE, place, f"{forms.shown(value)} is no object", accepted)
    try:
        orjson.dumps(value)
    except TypeError as error:  # what is read may be deeper than what is written
        raise refused(Code.WRONG_TYPE, place, "it is too deep", accepted) from error
    return value


_SCHEDULE: Final[Mapping[str, Callable[[object, str], object]]] = {
    "enabled": forms.flag,
    "days": _days,
    "start_time": _clock,
    "end_time": _clock,
    "change_ac_state": forms.flag,
    "appliance_config": _config,
}
