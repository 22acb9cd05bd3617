"""What the broker is shown of an account: the states of its units and properties, and what discovery tells of them."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Protocol

from ..cloud.model import Device, Snapshot
from ..commands import Holds
from ..contract.level import usable
from ..contract.messages import Publication
from ..contract.topics import Item
from ..discovery import Discovery
from .absences import Absences, departed
from .mirror import Mirror
from .selected import Selected


class Line(Protocol):
    """Where what is published waits for its turn; see `outgoing.py`."""

    def send_all(self, publications: Iterable[Publication], /) -> None:
        """Let messages wait for their turn."""

    def tell(self, publications: Iterable[Publication], /) -> None:
        """Let wait what is made only when it goes out."""

    def tell_anew(self, publications: Iterable[Publication], /) -> None:
        """The same, in place of what an earlier such call has left."""


class Publishing:
    """Takes what the cloud shows, and publishes what is news of it.

    `departed` is told of what was published and is another bridge's by now; it may still be kept in our name.
    """

    def __init__(
        self,
        *,
        mirror: Mirror,
        holds: Holds,
        absences: Absences,
        selected: Selected,
        line: Line,
        on_departed: Callable[[Collection[Item]], None],
        clock: Callable[[], datetime],
    ) -> None:
        """Publish nothing before the first snapshot."""
        self.mirror = mirror
        self.absences = absences
        self._holds = holds
        self._selected = selected
        self.line = line
        self._on_departed = on_departed
        self._clock = clock
        self._discovery: Discovery | None = None
        self._latest: Snapshot | None = None
        self._shown: Snapshot | None = None
        self._lost = False

    @property
    def shown(self) -> Snapshot | None:
        """What the cloud showed last, with what was commanded since."""
        return self._shown or self._latest

    def take(self, snapshot: Snapshot) -> None:
        """Publish what is news in a snapshot; after an outage that is everything."""
        now = self._clock()
        if self._selected.learn(snapshot):
            self._shown = None
        self._latest, self._lost = snapshot, False
        if gone := departed(snapshot, self.mirror.ledger, self._selected):
            self.mirror.ledger = self.mirror.ledger.without(gone)
            self._on_departed(gone)
        self._publish(snapshot, self.absences.heard(snapshot, self.mirror.ledger, now))

    def again(self) -> None:
        """Publish what is shown otherwise by now, though the cloud said nothing: after a command."""
        if self._latest and not self._lost:
            self._publish(self._latest)

    def unit(self, device_id: str) -> None:
        """Publish the state of a unit whose air conditioner was told something."""
        shown = self.shown
        device = shown.devices.get(device_id) if shown else None
        if shown and device and not self._lost and self.shows(device):
            self.line.send_all([self.mirror.state(shown, device)])

    def everything(self) -> None:
        """Publish everything anew: the broker is another one, or somebody lost what it kept."""
        self._shown = None
        if self._discovery:
            self.line.tell_anew(self._discovery.everything())
        if self._lost:
            self.lost()
        else:
            self.again()

    def lost(self) -> None:
        """Say that nothing can be reached: the cloud says nothing any more."""
        self._lost, self._shown = True, None
        self.line.send_all(self.mirror.unreachable())

    def remove_missing(self) -> Collection[Item]:
        """Remove what the cloud no longer lists without waiting for a day; return it. Nothing while the cloud is lost.

        What it listed last may then be wrong, and everything is said to be unreachable.
        """
        if self._latest is None or self._lost:
            return ()
        removed = self.absences.remove_missing(self._latest)
        self._publish(self._latest, removed)
        return removed

    def discover(self, discovery: Discovery) -> None:
        """Let Home Assistant find everything from now on, and erase what an earlier run left of discovery."""
        self._discovery = discovery
        if shown := self.shown:
            self.line.tell(discovery.changes(shown, None, self.mirror.ledger))
        self.line.send_all(discovery.orphans(self.mirror.ledger))

    def shows(self, device: Device) -> bool:
        """Tell whether a unit is published."""
        return self._selected(device.property_id) and usable(device.id)

    def _publish(self, latest: Snapshot, removed: Collection[Item] = ()) -> None:
        now, before = self._clock(), self._shown
        self._shown = shown = self._holds.shown(latest, now)
        self.line.send_all(self.mirror.changes(shown, before, now, removed=removed))
        if self._discovery:
            self.line.tell(self._discovery.changes(shown, before, self.mirror.ledger, removed=removed))
