"""Reading a payload without trusting it: what does not fit is counted and left out, never raised."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, tzinfo
from functools import lru_cache
import math
import re
from typing import Final

_TRUE: Final = ("true", "1")
_FALSE: Final = ("false", "0")
# Words as the API makes names of them, such as co2_alarm; ids, serial numbers and tokens look otherwise.
_PLAIN_NAME: Final = re.compile(r"(?=.{1,40}\Z)[A-Za-z]+\d{0,2}(?:_(?:[A-Za-z]+\d{0,2}|\d{1,2}))*", re.ASCII)
_MOST_ODDITIES: Final = 200


@dataclass(slots=True)
class Oddities:
    """Counts what was parsed around, by place. Places name members only, never a value or an id."""

    counts: Counter[str] = field(default_factory=Counter)

    def note(self, place: str, what: str) -> None:
        """Count one more oddity; new places beyond a bound share one count."""
        key = f"{place}: {what}"
        if key not in self.counts and len(self.counts) >= _MOST_ODDITIES:
            key = "elsewhere"
        self.counts[key] += 1

    def note_unknown(self, place: str, name: str) -> None:
        """Count a name that we do not know, and say it where it looks like a name."""
        shown = name if _PLAIN_NAME.fullmatch(name) else "unreadable name"
        self.note(place, f"unknown {shown}")


@dataclass(frozen=True, slots=True)
class Payload:
    """One JSON object of a reply and the place where it stood."""

    members: Mapping[str, object]
    place: str
    oddities: Oddities

    def text(self, name: str) -> str | None:
        """Return a non-empty text; a number is taken as its digits, for an id."""
        value = self.members.get(name)
        if value is None or (isinstance(value, str) and value):
            return value
        self._odd(name, "text expected")
        return str(value) if _is_integer(value) else None

    def number(self, name: str) -> float | None:
        """Return a finite number; one written as text is taken and counted."""
        value = self.members.get(name)
        if value is None:
            return None
        number = _finite(value)
        if number is None or isinstance(value, str):
            self._odd(name, "number expected")
        return number

    def flag(self, name: str) -> bool | None:
        """Return a boolean; 0 and 1 are as good (L6), a text is taken and counted."""
        value = self.members.get(name)
        if value is None or isinstance(value, bool):
            return value
        if _is_integer(value) and value in (0, 1):
            return bool(value)
        self._odd(name, "boolean expected")
        written = value.lower() if isinstance(value, str) else ""
        return written in _TRUE if written in (*_TRUE, *_FALSE) else None

    def instant(self, name: str, zone: tzinfo) -> datetime | None:
        """Return an ISO 8601 instant in UTC; one without offset is read in `zone` (L8)."""
        value = self.members.get(name)
        if value is None:
            return None
        instant = _instant(value, zone)
        if instant is None:
            self._odd(name, "time expected")
        return instant

    def clock(self, name: str) -> time | None:
        """Return a time of day, to the minute, of a clock that the caller knows."""
        value = self.members.get(name)
        if value is None:
            return None
        clock = _read_clock(value) if isinstance(value, str) else None
        if clock is None:
            self._odd(name, "time of day expected")
        return clock

    def names(self, name: str) -> frozenset[str] | None:
        """Return the names in a list, each as a text or an object (L13); None where there is no list."""
        if not isinstance(self.members.get(name), list):
            self._list(name)
            return None
        return frozenset(str(item.members["name"]) for item in self.named(name))

    def objects(self, name: str) -> Iterator[Payload]:
        """Walk the objects of a list; anything else in it is counted and left out."""
        for value in self._list(name):
            if isinstance(value, Mapping):
                yield Payload(value, f"{self.place}.{name}", self.oddities)
            else:
                self._odd(name, "object expected")

    def named(self, name: str) -> Iterator[Payload]:
        """Walk a list of objects that have a `name`; a bare text stands for its object (L13)."""
        place = f"{self.place}.{name}"
        for value in self._list(name):
            members: object = {"name": value} if isinstance(value, str) else value
            if isinstance(members, Mapping) and isinstance(named := members.get("name"), str) and named:
                yield Payload(members, place, self.oddities)
            else:
                self._odd(name, "name expected")

    def within(self, name: str) -> Payload:
        """Return an object within; an empty one where there is none."""
        value = self.members.get(name)
        if value is not None and not isinstance(value, Mapping):
            self._odd(name, "object expected")
        members = value if isinstance(value, Mapping) else {}
        return Payload(members, f"{self.place}.{name}", self.oddities)

    def _list(self, name: str) -> Sequence[object]:
        value = self.members.get(name)
        if isinstance(value, list):
            return value
        if value is not None:
            self._odd(name, "list expected")
        return ()

    def _odd(self, name: str, what: str) -> None:
        self.oddities.note(f"{self.place}.{name}", what)


def objects(reply: Iterable[object], place: str, oddities: Oddities) -> Iterator[Payload]:
    """Walk the objects of a reply; anything else in it is counted and left out."""
    for item in reply:
        if isinstance(item, Mapping):
            yield Payload(item, place, oddities)
        else:
            oddities.note(place, "object expected")


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError, OverflowError:
        return None
    return number if math.isfinite(number) else None


def _instant(value: object, zone: tzinfo) -> datetime | None:
    return _read_instant(value, zone) if isinstance(value, str) else None


# A day has 1440 minutes, and most units share their quiet hours.
@lru_cache(maxsize=1440)
def _read_clock(value: str) -> time | None:
    try:
        clock = time.fromisoformat(value)
    except ValueError:
        return None
    return None if clock.tzinfo else clock.replace(second=0, microsecond=0)


# The readings of a unit, and those of many units, have the same times: one object for all of them.
@lru_cache(maxsize=1024)
def _read_instant(value: str, zone: tzinfo) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value)
        return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
    except ValueError, OverflowError:
        return None
