"""Units of one reply after the other: most say what they said before, and are not read again but for the time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import orjson

from ..tolerant import Oddities
from . import parse
from .parse import Household, Unit

# What moves on with every refresh, and says nothing else: `latest_values` are looked at without their times.
_MOVING: Final = frozenset({"last_updated_at", "latest_values", "trees"})


@dataclass(frozen=True, slots=True)
class _Known:
    """A unit, and a digest of what it was read from; the payload itself would take many times its memory."""

    digest: bytes
    unit: Unit


class UnitReader:
    """Reads device lists as `parse.units` does; of a unit that says the same as before, its times alone."""

    def __init__(self) -> None:
        """Know of no unit."""
        self._known: dict[str, _Known] = {}
        self._household: Household | None = None

    def read(self, reply: Iterable[object], household: Household, oddities: Oddities) -> list[Unit]:
        """Read the units of a list, or of a part of one; one without an id is counted and left out."""
        if household is not self._household:
            self._known.clear()
            self._household = household
        found = (self._read(item, household, oddities) for item in reply)
        return [unit for units in found for unit in units]

    def keep(self, units: Iterable[Unit]) -> None:
        """Forget all units but these."""
        listed = {unit.device.id for unit in units}
        for gone in self._known.keys() - listed:
            del self._known[gone]

    def _read(self, item: object, household: Household, oddities: Oddities) -> list[Unit]:
        if not isinstance(item, dict):
            return parse.units((item,), household, oddities)
        digest = _digest(item)
        known = self._known.get(name) if isinstance(name := item.get("id"), str) else None
        if known and known.digest == digest:
            return [parse.dated(known.unit, item, household)]
        before = oddities.counts.total()
        units = parse.units((item,), household, oddities)
        # What had to be parsed around is counted in every reply.
        if oddities.counts.total() == before:
            self._known |= {unit.device.id: _Known(digest, unit) for unit in units}
        return units


def _digest(members: Mapping[str, object]) -> bytes:
    told = dict(members)
    for name in _MOVING:
        _ = told.pop(name, None)
    values = members.get("latest_values")
    if isinstance(values, list):
        told["latest_values"] = _without_times(values)
    return blake2b(orjson.dumps(told), digest_size=16).digest()


def _without_times(values: list[Any]) -> list[object]:
    try:
        return [(value["name"], value["value"]) for value in values]
    except KeyError, TypeError:
        return values  # what is odd counts with its times, and so is read every time
