"""What a refresh changed, so that the entities of everything else need not be asked."""

from collections.abc import Collection, Iterator, Mapping

from .cloud.model import Snapshot
from .homes import Home
from .registry.identity import Kind, device_identifier


class News:
    """Compares what is told with what was told before, by identity: nothing unchanged is ever another object."""

    def __init__(self) -> None:
        """Have told nothing yet."""
        self._of_all: tuple[bool, frozenset[str]] | None = None
        self._units: Mapping[str, object] = {}
        self._homes: Mapping[str, Home] = {}

    def of(
        self, *, succeeded: bool, lacking: frozenset[str], snapshot: Snapshot | None, homes: Mapping[str, Home]
    ) -> Collection[object] | None:
        """Return the device identifiers of units and properties that changed; None where everything may have.

        `lacking` is what the cloud turned out not to have.
        """
        of_all, units = (succeeded, lacking), snapshot.devices if snapshot else {}
        found = {
            *(device_identifier(Kind.UNIT, item) for item in _changed(self._units, units)),
            *(device_identifier(Kind.PROPERTY, item) for item in _changed(self._homes, homes)),
        }
        same = of_all == self._of_all
        self._of_all, self._units, self._homes = of_all, units, homes
        return found if same else None


def _changed(before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    yield from before.keys() - now.keys()
    yield from (key for key, item in now.items() if item is not before.get(key))
