"""Which members every state ever had, so that none of them goes missing: a reader takes a missing one for a fault."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from ..cloud.model import Device
from ..cloud.stored import InvalidRecord, Record
from ..contract.topics import Item, Kind
from .home import Home, known_sums


@dataclass(frozen=True, slots=True)
class Keys:
    """The members that one state has: readings once they had a value (L25), alarms once seen (L35), and `ac`.

    `online`: the cloud told of the connection.
    """

    readings: frozenset[str] = frozenset()
    alarms: frozenset[str] = frozenset()
    ac: bool = False
    online: bool = False

    @classmethod
    def of_device(cls, device: Device) -> Self:
        """Return what a unit has now."""
        readings = frozenset(key for key, reading in device.readings.items() if reading.value is not None)
        return cls(readings, frozenset(device.alarms), device.drives_ac, device.online is not None)

    @classmethod
    def of_home(cls, home: Home) -> Self:
        """Return what a property has now."""
        return cls(readings=known_sums(home.units), online=any(unit.online is not None for unit in home.units))

    def __or__(self, other: Keys) -> Keys:
        """Have what either has; the same object where the other adds nothing."""
        both = Keys(
            self.readings | other.readings,
            self.alarms | other.alarms,
            self.ac or other.ac,
            self.online or other.online,
        )
        return self if both == self else both


NOTHING: Final = Keys()


@dataclass(frozen=True, slots=True)
class KeyLedger:
    """The keys of every unit and property that was ever published and not removed. Equal ledgers: nothing to save."""

    known: Mapping[Item, Keys] = field(default_factory=dict)

    def keys(self, item: Item) -> Keys:
        """Return what a state ever had."""
        return self.known.get(item, NOTHING)

    def learned(self, seen: Iterable[tuple[Item, Keys]]) -> KeyLedger:
        """Add what is seen now; the same ledger where that is nothing new."""
        news = {item: self.keys(item) | keys for item, keys in seen}
        # Most units have the same members: one object for all of them.
        shared = {keys: keys for keys in self.known.values()}
        news = {item: shared.setdefault(keys, keys) for item, keys in news.items() if self.known.get(item) is not keys}
        return KeyLedger({**self.known, **news}) if news else self

    def without(self, items: Collection[Item]) -> KeyLedger:
        """Forget what was removed; the same ledger where that was not known."""
        if self.known.keys().isdisjoint(items):
            return self
        return KeyLedger({item: keys for item, keys in self.known.items() if item not in items})

    def as_dict(self) -> dict[str, Any]:
        """Write it as plain JSON."""
        return {
            kind.value: {item.id: _written(keys) for item, keys in self.known.items() if item.kind is kind}
            for kind in Kind
        }

    @classmethod
    def from_dict(cls, members: object) -> Self:
        """Read it again from decoded JSON. Raises InvalidRecord; the caller then begins with an empty one."""
        record = Record.of(members, "ledger")
        return cls(dict(pair for kind in Kind for pair in _read(record, kind)))


def _written(keys: Keys) -> dict[str, Any]:
    return {"readings": sorted(keys.readings), "alarms": sorted(keys.alarms), "ac": keys.ac, "online": keys.online}


def _read(record: Record, kind: Kind) -> Iterator[tuple[Item, Keys]]:
    for item_id, written in Record.of(record.members.get(kind), kind).members.items():
        keys = Record.of(written, kind)
        if not isinstance(item_id, str):
            raise InvalidRecord(kind, "text")
        yield (
            Item(kind, item_id),
            Keys(
                frozenset(keys.texts("readings")),
                frozenset(keys.texts("alarms")),
                keys.flag("ac"),
                keys.flag("online"),
            ),
        )
