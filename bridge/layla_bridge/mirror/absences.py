"""Units and properties that were published and are no longer listed: counted, told of, and removed after a day."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import logging
from typing import Any, Final, Self

from ..cloud.model import Snapshot
from ..cloud.removal import Count, is_incomplete, tells_of_properties
from ..cloud.stored import InvalidRecord, Record
from ..contract.topics import Item, Kind
from .ledger import KeyLedger

_LOGGER: Final = logging.getLogger(__name__)
# Whoever is missing for so many seconds, about three years, was removed long ago.
_LONGEST: Final = 1e8


@dataclass(frozen=True, slots=True)
class Missing:
    """For how long everything that is missing has been."""

    counts: Mapping[Kind, Count] = field(default_factory=lambda: {kind: Count() for kind in Kind})

    def is_news_to(self, saved: Missing) -> bool:
        """Tell whether this is worth being written over what is saved."""
        return any(count.is_news_to(saved.counts[kind]) for kind, count in self.counts.items())

    def as_dict(self) -> dict[str, Any]:
        """Write it as plain JSON: seconds, by kind and id."""
        return {
            kind.value: {item: length.total_seconds() for item, length in count.missing.items()}
            for kind, count in self.counts.items()
        }

    @classmethod
    def from_dict(cls, members: object) -> Self:
        """Read it again from decoded JSON. Raises InvalidRecord."""
        record = Record.of(members, "missing")
        return cls({kind: _read(record, kind) for kind in Kind})


class Absences:
    """Compares every reply with the ledger of what was published."""

    def __init__(self, missing: Missing | None = None) -> None:
        """Go on with the times that an earlier run counted."""
        self.missing = missing or Missing()
        self._known: Mapping[Kind, frozenset[str]] = {}
        self._ledger: KeyLedger | None = None
        self._doubted = False

    @property
    def missing_units(self) -> int:
        """How many units are published and not listed."""
        return len(self.missing.counts[Kind.DEVICE].missing)

    @property
    def doubted(self) -> bool:
        """Whether the last reply lacked so many units that nothing is removed."""
        return self._doubted

    def heard(self, snapshot: Snapshot, ledger: KeyLedger, at: datetime) -> Collection[Item]:
        """Compare a reply with what was published; return what has been missing for long enough to be removed.

        `ledger` has nothing that is listed and not selected: see `departed`.
        """
        self._look_up(ledger)
        listed = {Kind.DEVICE: snapshot.devices.keys(), Kind.PROPERTY: snapshot.properties.keys()}
        missing = {kind: known - listed[kind] for kind, known in self._known.items()}
        lacking = {kind: (len(known), len(missing[kind])) for kind, known in self._known.items()}
        complete = not is_incomplete(*lacking[Kind.DEVICE])
        properties = tells_of_properties(len(snapshot.properties), *lacking[Kind.PROPERTY])
        told = {Kind.DEVICE: complete, Kind.PROPERTY: complete and properties}
        counts = {kind: count.after(missing[kind], at, complete=told[kind]) for kind, count in self._counts.items()}
        self.missing = Missing(counts)
        self._tell(*lacking[Kind.DEVICE])
        return self._removed(snapshot, {kind: count.due for kind, count in counts.items() if told[kind]})

    def remove_missing(self, snapshot: Snapshot) -> Collection[Item]:
        """Return everything that is missing, to be removed now because a user says so; it is forgotten here."""
        self._doubted = False
        return self._removed(snapshot, {kind: frozenset(count.missing) for kind, count in self._counts.items()})

    @property
    def _counts(self) -> Mapping[Kind, Count]:
        return self.missing.counts

    def _look_up(self, ledger: KeyLedger) -> None:
        if ledger is not self._ledger:
            self._ledger = ledger
            self._known = {kind: frozenset(item.id for item in ledger.known if item.kind is kind) for kind in Kind}

    def _removed(self, snapshot: Snapshot, due: Mapping[Kind, frozenset[str]]) -> Collection[Item]:
        # A property that is not listed, of which there are units, could not be read.
        inhabited = {device.property_id for device in snapshot.devices.values()} if due.get(Kind.PROPERTY) else ()
        gone = {kind: items.difference(inhabited if kind is Kind.PROPERTY else ()) for kind, items in due.items()}
        removed = [Item(kind, item) for kind, items in gone.items() for item in sorted(items)]
        if removed:
            units, places = (len(gone.get(kind, ())) for kind in (Kind.DEVICE, Kind.PROPERTY))
            _LOGGER.info("Removed %d units and %d properties that LaylaElectric no longer lists", units, places)
            self._forget(gone)
        return removed

    def _forget(self, gone: Mapping[Kind, frozenset[str]]) -> None:
        none = frozenset[str]()
        self.missing = Missing(
            {
                kind: Count(
                    {item: length for item, length in count.missing.items() if item not in gone.get(kind, none)},
                    count.complete_at,
                )
                for kind, count in self._counts.items()
            }
        )

    def _tell(self, published: int, missing: int) -> None:
        """Say once that a reply lacks too much."""
        doubted = is_incomplete(published, missing)
        if doubted and not self._doubted:
            _LOGGER.warning(
                "LaylaElectric no longer lists %d of %d units. They are unavailable, and stay so until they are listed"
                " again. If they are gone for good, remove them by the bridge request `clean`",
                missing,
                published,
            )
        self._doubted = doubted


def departed(snapshot: Snapshot, ledger: KeyLedger, selected: Callable[[str | None], bool]) -> Collection[Item]:
    """Return what was published, is listed, and is no longer this bridge's: another one may show it now.

    The ledger is to forget it at once, and the broker's messages are to be swept (`retained.py`), which spares what
    bears another mark.
    """
    return [item for item in ledger.known if _is_elsewhere(snapshot, item, selected)]


def _is_elsewhere(snapshot: Snapshot, item: Item, selected: Callable[[str | None], bool]) -> bool:
    if item.kind is Kind.PROPERTY:
        return not selected(item.id)
    device = snapshot.devices.get(item.id)
    return device is not None and not selected(device.property_id)


def _read(record: Record, kind: Kind) -> Count:
    lengths = Record.of(record.members.get(kind), kind).members
    return Count({str(item): _length(length, kind) for item, length in lengths.items()})


def _length(length: object, kind: Kind) -> timedelta:
    if isinstance(length, int | float) and 0 <= length <= _LONGEST:
        return timedelta(seconds=length)
    raise InvalidRecord(kind, "seconds")
