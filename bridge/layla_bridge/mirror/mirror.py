"""What is published of an account: at most one state per changed unit and property, and no message for the others."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging

from ..cloud.air_conditioner import AirConditioner
from ..cloud.model import Device, Snapshot
from ..contract.level import usable
from ..contract.messages import Publication
from ..contract.payloads import ERASED, OFFLINE, ONLINE, Payloads, availability
from ..contract.topics import AVAILABILITY, STATE, Channel, Item, Kind, Topics
from .changed import changed
from .home import Home, homes
from .ledger import KeyLedger, Keys
from .rota import Rota

_LOGGER = logging.getLogger(__name__)

type _Messages = dict[Item, Sequence[Publication]]
type _Seen = tuple[Device, datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is published: the properties for which `selected` is true (None: units without one), and their names.

    `expiry` is how long the broker keeps what is not refreshed; everything is refreshed at half of it.
    """

    selected: Callable[[str | None], bool] = lambda _: True
    names: bool = True
    expiry: timedelta = timedelta(hours=1)


class Mirror:
    """Turns snapshots into messages. It does nothing else: the caller publishes them and stores the ledger.

    The ledger is another object when there is something to save. `told` says what a unit's air conditioner was told
    last.
    """

    def __init__(
        self,
        topics: Topics,
        selection: Selection,
        ledger: KeyLedger,
        told: Callable[[str], AirConditioner | None] = lambda _: None,
    ) -> None:
        """Go on with the ledger that an earlier run left."""
        self.ledger = ledger
        self._topics = topics
        self._selection = selection
        self._payloads = Payloads(topics.instance, selection.names)
        self._expiry = round(selection.expiry.total_seconds())
        self._told = told
        self._homes: dict[str, bytes] = {}
        self._rota: Rota | None = None
        self._refreshed_until: datetime | None = None
        self._left_out: set[Item] = set()
        self._latest: Snapshot | None = None
        # Units that are published and no longer listed, as they were last, and when they were seen.
        self._missed: Mapping[str, _Seen] = {}

    def changes(
        self, snapshot: Snapshot, previous: Snapshot | None, now: datetime, *, removed: Collection[Item] = ()
    ) -> Sequence[Publication]:
        """Return what to publish; without a previous snapshot, and the first time, that is everything.

        What is no longer listed is unreachable. What was `removed` is erased, unless it is listed after all.
        """
        before = previous if self._rota else None
        news = changed(snapshot, before)
        gone = [item for item in removed if not _lists(snapshot, item) and usable(item.id)]
        found: _Messages = {item: self._erased(item) for item in gone}
        units = [device for device in news.devices if self._shows(Item(Kind.DEVICE, device.id), device.property_id)]
        places = [place for place in news.properties if self._shows(Item(Kind.PROPERTY, place), place)]
        touched = tuple(homes(snapshot, places)) if places else ()
        self._learn(units, touched, gone)
        found |= self._of_units(snapshot, before, units)
        found |= self._of_homes(before, touched)
        if news.rearranged or gone or self._rota is None:
            self._missed = dict(self._missing(snapshot))
            found |= {item: self._absent(item) for item in self._absentees(snapshot, before)}
            self._rota = Rota(self._mirrored(snapshot), self._selection.expiry / 2)
        self._latest = snapshot
        found |= self._refreshed(snapshot, [item for item in self._due(self._rota, now) if item not in found])
        return [message for messages in found.values() for message in messages]

    def unreachable(self) -> Sequence[Publication]:
        """Say of everything that was published that it cannot be reached: the cloud says nothing any more."""
        return [message for item in self.ledger.known for message in self._absent(item)]

    def state(self, snapshot: Snapshot, device: Device) -> Publication:
        """Return a unit's state, as after a command to its air conditioner. Raises UnusableId."""
        item = Item(Kind.DEVICE, device.id)
        seen = snapshot.last_seen.get(device.id)
        payload = self._payloads.device(device, seen, self.ledger.keys(item), self._told(device.id))
        return self._retained(item, STATE, payload)

    def _learn(self, units: Iterable[Device], touched: Iterable[Home], gone: Collection[Item]) -> None:
        seen = [(Item(Kind.DEVICE, each.id), Keys.of_device(each)) for each in units]
        seen += [(Item(Kind.PROPERTY, each.place.id), Keys.of_home(each)) for each in touched]
        self.ledger = self.ledger.without(gone).learned(seen)

    def _of_units(self, snapshot: Snapshot, before: Snapshot | None, units: Iterable[Device]) -> _Messages:
        """Make the state of every changed unit, and its availability where that changed or was never said."""
        known = before.devices if before else {}
        found: _Messages = {}
        for device in units:
            item, old = Item(Kind.DEVICE, device.id), known.get(device.id)
            said = old and self._selection.selected(old.property_id) and availability(old)
            news = (self._availability(item, availability(device)),) if said != availability(device) else ()
            found[item] = (self.state(snapshot, device), *news)
        return found

    def _of_homes(self, before: Snapshot | None, touched: Iterable[Home]) -> _Messages:
        """Make the state of every property that comes to something else than before."""
        known = before.properties if before else {}
        found: _Messages = {}
        for home in touched:
            key, item = home.place.id, Item(Kind.PROPERTY, home.place.id)
            told, payload = self._homes.get(key), self._payloads.home(home, self.ledger.keys(item))
            self._homes[key] = payload
            if key not in known:
                found[item] = (self._retained(item, STATE, payload), self._availability(item, ONLINE))
            elif payload != told:
                found[item] = (self._retained(item, STATE, payload),)
        return found

    def _absentees(self, snapshot: Snapshot, before: Snapshot | None) -> Iterator[Item]:
        """Name what we published and the cloud no longer lists; at a start that is what an earlier run left."""
        return (
            item
            for item in self._mirrored(snapshot)
            if not _lists(snapshot, item) and (before is None or _lists(before, item))
        )

    def _mirrored(self, snapshot: Snapshot) -> Iterator[Item]:
        """Name everything that has retained messages of ours, also while it is not listed."""
        for item in self.ledger.known:
            device = snapshot.devices.get(item.id) if item.kind is Kind.DEVICE else None
            property_id = device.property_id if device else item.id
            if (device is None and item.kind is Kind.DEVICE) or self._selection.selected(property_id):
                yield item

    def _missing(self, snapshot: Snapshot) -> Iterator[tuple[str, _Seen]]:
        """Recall the units that the cloud no longer lists, as they were last."""
        for item in self.ledger.known:
            if item.kind is Kind.DEVICE and item.id not in snapshot.devices and (seen := self._last(item.id)):
                yield item.id, seen

    def _last(self, device_id: str) -> _Seen | None:
        latest = self._latest
        device = latest.devices.get(device_id) if latest else None
        return (device, latest.last_seen.get(device_id)) if latest and device else self._missed.get(device_id)

    def _due(self, rota: Rota, now: datetime) -> Sequence[Item]:
        since, self._refreshed_until = self._refreshed_until, now
        return rota.due(since, now) if since else ()

    def _refreshed(self, snapshot: Snapshot, due: Iterable[Item]) -> _Messages:
        """Make once more what the broker would drop."""
        found: _Messages = {}
        for item in due:
            if not _lists(snapshot, item):
                found[item] = self._absent(item)
            elif item.kind is Kind.DEVICE:
                device = snapshot.devices[item.id]
                found[item] = (self.state(snapshot, device), self._availability(item, availability(device)))
            else:
                found[item] = (self._retained(item, STATE, self._homes[item.id]), self._availability(item, ONLINE))
        return found

    def _shows(self, item: Item, property_id: str | None) -> bool:
        """Tell whether something is published; an id that no topic can carry is said once."""
        if not self._selection.selected(property_id):
            return False
        if usable(item.id):
            return True
        if item not in self._left_out:
            self._left_out.add(item)
            _LOGGER.warning("A %s is left out: its id of %d characters fits no topic", item.kind, len(item.id))
        return False

    def _retained(self, item: Item, channel: Channel, payload: bytes) -> Publication:
        return channel.at(self._topics.of(item, channel), payload, self._expiry)

    def _availability(self, item: Item, payload: bytes) -> Publication:
        return self._retained(item, AVAILABILITY, payload)

    def _absent(self, item: Item) -> Sequence[Publication]:
        """Say that something cannot be reached; a unit's state says so too, as its alarms outlive its connection."""
        offline = self._availability(item, OFFLINE)
        if item.kind is Kind.PROPERTY:
            return (offline,)
        device, seen = self._last(item.id) or (None, None)
        told = self._told(item.id)
        state = self._payloads.absent(item.id, device, seen, self.ledger.keys(item), told)
        return (self._retained(item, STATE, state), offline)

    def _erased(self, item: Item) -> Sequence[Publication]:
        return tuple(channel.at(self._topics.of(item, channel), ERASED) for channel in (STATE, AVAILABILITY))


def _lists(snapshot: Snapshot, item: Item) -> bool:
    return item.id in (snapshot.devices if item.kind is Kind.DEVICE else snapshot.properties)
