"""Lists of units as ready bytes: a unit is written again only when it changed, whatever their number.

Instants that are as new as the answer are written as a placeholder, which one replacement over the whole list turns
into the time of the answer, at most once a simulated second.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
import json
from typing import Any

from simulator.house.device import Device
from simulator.house.world import World

from . import payload
from .flavour import Flavour
from .payload import View

NOW = "0000-00-00T00:00:00Z"

type Kind = tuple[Flavour, tuple[str, ...], bool]


def encoded(value: Any) -> bytes:
    """Write JSON."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


@dataclass(slots=True)
class _List:
    """One list: made for a revision of the world, with the placeholder, and then for an instant."""

    revision: int = -1
    template: bytes = b"[]"
    stamp: str = ""
    body: bytes = b"[]"


@dataclass(slots=True)
class Listing:
    """All lists of units of one world."""

    world: World
    _day: date | None = None
    _written: dict[Kind, dict[str, tuple[int, bytes]]] = field(default_factory=dict)
    _lists: dict[tuple[Kind, str | None], _List] = field(default_factory=dict)

    def body(self, flavour: Flavour, fields: Sequence[str], property_id: str | None, *, fahrenheit: bool) -> bytes:
        """Return the list of all units, or of one property's, as an API shows it, with these extra fields."""
        wanted = tuple(sorted(set(fields)))
        kind = (flavour, wanted, fahrenheit)
        self._turn_page()
        found = self._lists.setdefault((kind, property_id), _List())
        stamp = payload.stamp(self.world.time)
        if found.revision != self.world.revision:
            found.template = self._template(kind, property_id)
            found.revision, found.stamp = self.world.revision, ""
        if found.stamp != stamp:
            found.body = found.template.replace(NOW.encode(), stamp.encode())
            found.stamp = stamp
        return found.body

    def _turn_page(self) -> None:
        """Write everything again on a new day: counts and savings look back over whole days."""
        today = self.world.time.date()
        if self._day != today:
            self._day = today
            self._written.clear()
            self._lists.clear()

    def _template(self, kind: Kind, property_id: str | None) -> bytes:
        units = self.world.devices.values() if property_id is None else self.world.devices_of(property_id)
        written = self._written.setdefault(kind, {})
        return b"[" + b",".join(self._chunk(written, kind, unit) for unit in units) + b"]"

    def _chunk(self, written: dict[str, tuple[int, bytes]], kind: Kind, unit: Device) -> bytes:
        revision, chunk = written.get(unit.id, (-1, b""))
        if revision == unit.revision:
            return chunk
        flavour, fields, fahrenheit = kind
        chunk = encoded(payload.device(self.world, unit, View(flavour, fields, fahrenheit, NOW)))
        written[unit.id] = (unit.revision, chunk)
        return chunk
