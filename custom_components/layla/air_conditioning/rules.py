"""The rule by which an event of a calendar comes again (RFC 5545), as far as a weekly schedule can follow it."""

from collections.abc import Iterable, Mapping
from typing import Final

from ..cloud.ac_plans import WEEKDAYS, Weekday
from ..failures import refused

_SHORT: Final[Mapping[str, Weekday]] = {day[:2].upper(): day for day in WEEKDAYS}
_ENDS: Final = frozenset({"COUNT", "UNTIL"})
# What says nothing that a week does not say: WKST only matters where weeks are left out.
_UNDERSTOOD: Final = frozenset({"FREQ", "BYDAY", "INTERVAL", "WKST"})


def days(rule: str, first: Weekday) -> tuple[Weekday, ...]:
    """Return the days of the week of a rule whose first event is on `first`.

    Raises ServiceValidationError for a rule that is not the same every week, for ever.
    """
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    if not _ENDS.isdisjoint(parts):
        raise refused("schedule_cannot_end")
    every_week = parts.get("FREQ") in ("WEEKLY", "DAILY") and parts.get("INTERVAL", "1") == "1"
    named = parts["BYDAY"].split(",") if "BYDAY" in parts else None
    if not every_week or parts.keys() - _UNDERSTOOD or not set(named or ()) <= _SHORT.keys():
        raise refused("schedule_not_weekly")
    if named:
        return in_order(_SHORT[day] for day in named)
    return WEEKDAYS if parts["FREQ"] == "DAILY" else (first,)


def rule(of: Iterable[Weekday]) -> str:
    """Write the days of a schedule as a rule."""
    return "FREQ=WEEKLY;BYDAY=" + ",".join(day[:2].upper() for day in in_order(of))


def moved(of: Iterable[Weekday], by: int) -> tuple[Weekday, ...]:
    """Return the days that are so many days later."""
    return in_order(WEEKDAYS[(WEEKDAYS.index(day) + by) % len(WEEKDAYS)] for day in of)


def in_order(of: Iterable[Weekday]) -> tuple[Weekday, ...]:
    """Return each day once, Monday first."""
    found = set(of)
    return tuple(day for day in WEEKDAYS if day in found)
