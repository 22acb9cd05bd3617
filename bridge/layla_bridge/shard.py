"""One of several bridges that share an account's properties: which are its own, and what it is called.

Every property has one owner, by rendezvous hashing: with one shard more, only what that one takes moves.
"""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
import re
from typing import Final, Self

VARIABLE: Final = "LAYLA_SHARD"
_MOST: Final = 256
_WRITTEN: Final = re.compile(r"([0-9]{1,4})/([0-9]{1,4})", re.ASCII)
_NAME: Final = re.compile(r"(?P<instance>.+)-(?P<index>[1-9][0-9]{0,3})of(?P<count>[1-9][0-9]{0,3})", re.ASCII)


class InvalidShard(ValueError):
    """A shard that cannot be one. The text says what is wrong and how it is written."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Shard `index` of `count`, counted from 1. The only one is a bridge that is not sharded."""

    index: int = 1
    count: int = 1

    @classmethod
    def parsed(cls, text: str) -> Self:
        """Read what `--shard` or its variable has, such as 2/8. Raises InvalidShard."""
        written = _WRITTEN.fullmatch(text.strip())
        if written is None:
            raise InvalidShard(f"{text[:20]!r} is no shard; write which one of how many, such as 2/8")
        index, count = map(int, written.groups())
        if not 1 <= count <= _MOST:
            raise InvalidShard(f"There cannot be {count} shards; from 1 to {_MOST} are possible")
        if not 1 <= index <= count:
            raise InvalidShard(f"There is no shard {index} of {count}; they are counted from 1 to {count}")
        return cls(index, count)

    @property
    def suffix(self) -> str:
        """What the names of this shard end with; nothing where it is the only one."""
        return "" if self.count == 1 else f"-{self.index}of{self.count}"

    def owns(self, property_id: str | None) -> bool:
        """Tell whether a property is this shard's. Units without a property are the first one's."""
        if property_id is None:
            return self.index == 1
        return self.count == 1 or _owner(property_id, self.count) == self.index

    def inherits(self, instance: str, other: str) -> bool:
        """Tell whether this shard of `instance` clears away what `other` left when the number of shards was another.

        Every shard that there ever was has one heir among those that there are.
        """
        if other == f"{instance}{self.suffix}":
            return False
        if other == instance:
            return self.index == 1
        shard = _NAME.fullmatch(other)
        if shard is None or shard["instance"] != instance:
            return False
        return (int(shard["index"]) - 1) % self.count + 1 == self.index

    def folder(self, data: Path) -> Path:
        """Return where this shard's files are, within those of the bridge.

        That depends on the index alone: a shard goes on with its outbox when there are more or less of them, and the
        first one with that of a bridge that was not sharded.
        """
        return data if self.index == 1 else data / f"shard-{self.index}"


ALONE: Final = Shard()


def is_name_of_shard(instance: str) -> bool:
    """Tell whether a name looks like a shard's, which no bridge may be called by hand."""
    return _NAME.fullmatch(instance) is not None


def _owner(property_id: str, count: int) -> int:
    """Return the shard that draws the highest number for this property."""
    return max(range(1, count + 1), key=lambda index: _drawn(property_id, index))


def _drawn(property_id: str, index: int) -> bytes:
    return blake2b(f"{index}/{property_id}".encode(errors="surrogatepass"), digest_size=8).digest()
