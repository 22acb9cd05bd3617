"""Requests for series: read, and held against what there is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, override

from ..cloud.model import Device
from ..configuration import Selection
from .series import MATTERS, Has, Series, series_of
from .span import Span

LONGEST: Final = timedelta(days=366)
"""The longest range that may be asked for: 8,784 points, below the 10,000 of L10."""

# Every request may have a transaction; who answers reads it.
_MEMBERS: Final = ("units", "measures", "start", "end", "transaction")
_EXAMPLE: Final = "2026-11-20T12:00:00+01:00"


class HistoryRefused(ValueError):
    """A request that cannot be met: which member, what is wrong with it, what is accepted. Nothing was fetched."""

    def __init__(self, field: str, problem: str, accepted: str) -> None:
        """Keep the member's name beside the text."""
        super().__init__(field, problem, accepted)
        self.field = field
        self.problem = problem
        self.accepted = accepted

    @override
    def __str__(self) -> str:
        """Read as `end: it lies in the future; accepted: …`."""
        return f"{self.field}: {self.problem}; accepted: {self.accepted}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants: units by id or name, * for any characters, and measures; None for all that there are."""

    units: Sequence[str] | None
    measures: Sequence[str] | None
    span: Span


def wanted(members: Mapping[str, object], now: datetime) -> Wanted:
    """Read a request; `end` is now where it is not said. Raises HistoryRefused."""
    for name in members:
        if name not in _MEMBERS:
            raise HistoryRefused(name, "there is no such member", ", ".join(_MEMBERS))
    units, measures = _texts(members, "units"), _texts(members, "measures")
    for measure in measures or ():
        if measure not in MATTERS:
            raise HistoryRefused("measures", f"there is no measure {measure!r}", ", ".join(MATTERS))
    start = _instant(members, "start")
    end = now if members.get("end") is None else _instant(members, "end")
    return Wanted(units, measures, checked(start, end, now))


def checked(start: datetime, end: datetime, now: datetime) -> Span:
    """Return the range from `start` to `end`. Raises HistoryRefused for one that no cloud could have."""
    if end > now:
        raise HistoryRefused("end", f"{end.isoformat()} lies in the future", f"a time until {now.isoformat()}")
    if start >= end:
        raise HistoryRefused(
            "start", f"{start.isoformat()} is not before the end, {end.isoformat()}", "a time before the end"
        )
    if end - start > LONGEST:
        raise HistoryRefused("start", f"the range is {(end - start).days} days long", f"at most {LONGEST.days} days")
    return Span(start, end)


def chosen(wish: Wanted, devices: Collection[Device], has: Has) -> Sequence[Series]:
    """Name the series that are wanted, in order. Raises HistoryRefused where a unit or a measure is not there."""
    units = list(devices) if wish.units is None else _units(wish.units, devices)
    found = series_of(units, has)
    there = {series.measure for series in found}
    for measure in wish.measures or ():
        if measure not in there:
            known = ", ".join(each for each in MATTERS if each in there) or "nothing yet, as no unit has a value"
            raise HistoryRefused("measures", f"none of these units has {measure}", known)
    return [series for series in found if wish.measures is None or series.measure in wish.measures]


def _units(patterns: Iterable[str], devices: Collection[Device]) -> Collection[Device]:
    units: dict[str, Device] = {}
    for pattern in patterns:
        one = Selection(include=(pattern,))
        matching = {device.id: device for device in devices if one.selects(device.id, device.name)}
        if not matching:
            raise HistoryRefused(
                "units", f"no unit has the id or the name {pattern!r}", "ids or names of units, * for any characters"
            )
        units |= matching
    return units.values()


def _texts(members: Mapping[str, object], name: str) -> Sequence[str] | None:
    value = members.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise HistoryRefused(name, "this is no list of texts", f"a list such as {_LISTS[name]}, or none for all")
    return value


_LISTS: Final[Mapping[str, str]] = {"units": '["1234", "Living*"]', "measures": '["noise", "temperature"]'}


def _instant(members: Mapping[str, object], name: str) -> datetime:
    value = members.get(name)
    if value is None:
        raise HistoryRefused(name, "this is missing", f"a time with its offset, such as {_EXAMPLE}")
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except ValueError, OverflowError:
        pass
    raise HistoryRefused(name, "this is no time with an offset", f"a time such as {_EXAMPLE}")
