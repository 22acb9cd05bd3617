"""What a value of a field may look like: each form returns the value, or raises the Problem that says what it takes."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time
import re
from typing import Final

import orjson

from .problems import Code, refused

_FLAGS: Final[Mapping[object, bool]] = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}
_FLAG: Final = "true, false, ON, OFF, 1, 0"
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_LONGEST_SHOWN: Final = 40


def flag(value: object, place: str) -> bool:
    """Read a boolean, or a word for one."""
    written = value if isinstance(value, str) else _written(value)
    if (found := _FLAGS.get(written.lower())) is None:
        raise refused(Code.WRONG_TYPE, place, f"{shown(value)} is neither on nor off", _FLAG)
    return found


def number(value: object, place: str, lowest: float, highest: float, unit: str = "") -> float:
    """Read a number within a range, both ends included."""
    accepted = f"a number from {lowest:g} to {highest:g}{unit}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refused(Code.WRONG_TYPE, place, f"{shown(value)} is no number", accepted)
    if not lowest <= value <= highest:
        raise refused(Code.OUT_OF_RANGE, place, f"{shown(value)} is out of range", accepted)
    return value


def whole(value: object, place: str, lowest: int, highest: int, unit: str = "") -> int:
    """Read a whole number within a range."""
    found = number(value, place, lowest, highest, unit)
    if found != int(found):
        accepted = f"a whole number from {lowest} to {highest}{unit}"
        raise refused(Code.WRONG_TYPE, place, f"{shown(value)} is no whole number", accepted)
    return int(found)


def word(value: object, place: str, words: Collection[str]) -> str:
    """Read one of some words; a number is as good as its digits, which is how a bare `1` is read."""
    written = value if isinstance(value, str) else _written(value)
    if written not in words:
        raise refused(Code.UNKNOWN_WORD, place, f"{shown(value)} is not known here", ", ".join(words))
    return written


def members(value: object, place: str, known: Collection[str], *, some: bool = True) -> Mapping[str, object]:
    """Read an object with members that are known; at least one, where there have to be `some`."""
    accepted = f"an object of {', '.join(known)}"
    if not isinstance(value, dict):
        raise refused(Code.WRONG_TYPE, place, f"{shown(value)} is no object", accepted)
    if unknown := next((name for name in value if name not in known), None):
        raise refused(Code.UNKNOWN_FIELD, f"{place}.{short(unknown)}", "there is no such member", ", ".join(known))
    if some and not value:
        raise refused(Code.WRONG_TYPE, place, "an empty object changes nothing", accepted)
    return value


def instant(value: object, place: str) -> datetime:
    """Read an ISO 8601 instant with an offset, in UTC."""
    accepted = "ISO 8601 with an offset, such as 2026-11-20T22:30:00+01:00"
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    except ValueError, OverflowError:
        pass
    raise refused(Code.WRONG_TYPE, place, f"{shown(value)} is no instant", accepted)


def clock(value: object, place: str) -> time:
    """Read a time of day."""
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise refused(Code.WRONG_TYPE, place, f"{shown(value)} is no time of day", "00:00 to 23:59")
    return time.fromisoformat(value)


def shown(value: object) -> str:
    """Write a value as an error shows it: short, and nothing of what is in an object or a list."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            return short(_written(value))


def _written(value: object) -> str:
    """Write a value as JSON; objects and lists, which can be of any depth, have no words."""
    return "" if isinstance(value, dict | list) else orjson.dumps(value).decode()


def short(text: str) -> str:
    """Cut a text that is too long for an error."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
