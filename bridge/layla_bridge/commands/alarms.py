"""The settings of alarms, checked against the alarms that a unit has (L35)."""

from collections.abc import Iterable, Mapping
from typing import Final

from ..cloud.commands import AlarmSettings, QuietHours
from ..cloud.model import Device
from . import forms
from .problems import Code, Problem

_MEMBERS: Final = ("armed", "threshold", "quiet_hours")
_QUIET_HOURS: Final = ("enabled", "start_time", "end_time")
# No scale of a threshold is documented; whatever alarms watch is counted from 0, in dB, ppm, people or an index.
_HIGHEST_THRESHOLD: Final = 100_000


def settings(value: object, place: str) -> AlarmSettings:
    """Read what is to be changed of one alarm: a scalar arms it or not. Raises Problem."""
    if not isinstance(value, dict):
        return AlarmSettings(armed=forms.flag(value, place))
    given = forms.members(value, place, _MEMBERS)
    return AlarmSettings(
        armed=forms.flag(given["armed"], f"{place}.armed") if "armed" in given else None,
        threshold=forms.number(given["threshold"], f"{place}.threshold", 0, _HIGHEST_THRESHOLD)
        if "threshold" in given
        else None,
        quiet_hours=_quiet_hours(given["quiet_hours"], f"{place}.quiet_hours") if "quiet_hours" in given else None,
    )


def of_unit(value: object, place: str, device: Device) -> Mapping[str, AlarmSettings]:
    """Read changes by alarm. Raises Problem, also for an alarm that the unit does not have."""
    if not isinstance(value, dict) or not value:
        forms.members(value, place, sorted(device.alarms))
    return {known(name, place, device.alarms): settings(item, f"{place}.{name}") for name, item in _items(value)}


def known(name: str, place: str, alarms: Iterable[str]) -> str:
    """Return the name of an alarm that is there. Raises Problem."""
    if name in alarms:
        return name
    there = ", ".join(sorted(alarms)) or "none, it has no alarms"
    shown = forms.shown(name)
    raise Problem(Code.UNKNOWN_ALARM, f"{place}: there is no alarm {shown} here; accepted: {there}", field=place)


def _items(value: object) -> Iterable[tuple[str, object]]:
    return value.items() if isinstance(value, dict) else ()


def _quiet_hours(value: object, place: str) -> QuietHours:
    given = forms.members(value, place, _QUIET_HOURS)
    return QuietHours(
        on=forms.flag(given["enabled"], f"{place}.enabled") if "enabled" in given else None,
        start=forms.clock(given["start_time"], f"{place}.start_time") if "start_time" in given else None,
        end=forms.clock(given["end_time"], f"{place}.end_time") if "end_time" in given else None,
    )
