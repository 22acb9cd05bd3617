"""What Home Assistant is told of an account: one message per device, made when something in it changed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain

from ..cloud.model import Device, Snapshot
from ..contract.level import usable
from ..contract.messages import Publication
from ..contract.payloads import as_json
from ..contract.topics import Item, Kind, Topics
from ..mirror.changed import Changed, changed
from ..mirror.ledger import KeyLedger
from .climate import Control
from .devices import Config, Configs, Home, Unit
from .identity import config_topic, of_bridge, of_item
from .retained import alone, components, erased, is_ours
from .settings import DiscoverySettings


class Discovery:
    """Turns snapshots into discovery messages. It does nothing else: the caller publishes them, in their order.

    Of every device it keeps what its message was made of, not the message. `control` tells how a unit's air
    conditioner can be controlled, the same as long as it runs. `retained` is what the broker kept of discovery when
    the bridge started, by topic: components in it that there are no longer are removed.
    """

    def __init__(
        self,
        topics: Topics,
        settings: DiscoverySettings,
        control: Callable[[str], Control] = lambda _: Control(),
        retained: Mapping[str, bytes] | None = None,
    ) -> None:
        """Have told nothing yet."""
        self._topics = topics
        self._settings = settings
        self._control = control
        self._configs = Configs(topics, settings)
        self._retained = {topic: payload for topic, payload in (retained or {}).items() if is_ours(payload, topics)}
        self._told: dict[Item, Unit | Home] = {}
        self._several: bool | None = None

    def changes(
        self,
        snapshot: Snapshot,
        previous: Snapshot | None,
        ledger: KeyLedger,
        *,
        removed: Collection[Item] = (),
    ) -> Iterable[Publication]:
        """Return what to publish; without a previous snapshot, and the first time, that is everything.

        Each message is made when it is taken, once: ten thousand of them take many seconds.

        The ledger has learned this snapshot before. Outermost devices come first: Home Assistant makes a stub of one
        that it does not know. What was `removed` is erased, unless it is listed after all.
        """
        first = self._several is None
        before = None if first else previous
        found: list[Iterable[Publication]] = [[self._of_bridge()]] if first else []
        found.append(list(self._erased(snapshot, removed)))
        if snapshot is not before:
            found += self._news(snapshot, before, ledger)
        return chain.from_iterable(found)

    def everything(self) -> Iterator[Publication]:
        """Return everything that was told, once more, as it is when it is taken; nothing before the first snapshot."""
        if self._several is None:
            return
        yield self._of_bridge()
        # Properties first, whatever came when.
        for item in sorted(self._told, key=lambda each: each.kind is Kind.DEVICE):
            if (known := self._told.get(item)) is not None:
                yield self._message(self._config(known))

    def orphans(self, ledger: KeyLedger) -> Iterator[Publication]:
        """Erase what an earlier run told of devices that are not there any more: neither listed nor remembered."""
        known = {self._topic(of_item(item)) for item in (*self._told, *ledger.known)}
        known.add(self._topic(of_bridge(self._topics.instance)))
        return (erased(topic) for topic in self._retained.keys() - known)

    def _news(self, snapshot: Snapshot, before: Snapshot | None, ledger: KeyLedger) -> Iterator[Iterable[Publication]]:
        news = changed(snapshot, before)
        several = _several(snapshot) if news.rearranged or self._several is None else self._several
        every = several is not self._several
        self._several = several
        for property_id in snapshot.properties if every else news.properties:
            item, place = Item(Kind.PROPERTY, property_id), snapshot.properties[property_id]
            if self._shows(item, property_id):
                yield self._told_again(item, Home(place=place, several=several, keys=ledger.keys(item)))
        for device in snapshot.devices.values() if every else _touched(snapshot, before, news):
            item, home = Item(Kind.DEVICE, device.id), snapshot.properties.get(device.property_id or "")
            if self._shows(item, device.property_id):
                yield self._told_again(item, Unit.of(device, home, ledger.keys(item), several=several))

    def _told_again(self, item: Item, known: Unit | Home) -> Iterable[Publication]:
        """Tell of a device that is not what it was."""
        told = self._told.get(item)
        if known == told:
            return ()
        self._told[item] = known
        return self._in_place_of(told, known, self._retained.pop(self._topic(of_item(item)), None))

    def _in_place_of(self, told: Unit | Home | None, known: Unit | Home, kept: bytes | None) -> Iterator[Publication]:
        """Make the messages of a device; what it no longer has is named alone before it is left out."""
        config = self._config(known)
        had = self._config(told)["cmps"] if told else components(kept) if kept else {}
        if gone := alone({key: had[key] for key in had.keys() - config["cmps"].keys()}):
            yield self._message({**config, "cmps": {**config["cmps"], **gone}})
        yield self._message(config)

    def _erased(self, snapshot: Snapshot, removed: Iterable[Item]) -> Iterator[Publication]:
        for item in removed:
            if item.id not in (snapshot.devices if item.kind is Kind.DEVICE else snapshot.properties):
                self._told.pop(item, None)
                yield erased(self._topic(of_item(item)))

    def _shows(self, item: Item, property_id: str | None) -> bool:
        """Tell whether something is told; what went to a property that is not ours is its bridge's to tell."""
        if self._settings.selected(property_id) and usable(item.id):
            return True
        self._told.pop(item, None)
        return False

    def _config(self, known: Unit | Home) -> Config:
        if isinstance(known, Home):
            return self._configs.home(known)
        return self._configs.unit(known, self._control(known.device_id))

    def _of_bridge(self) -> Publication:
        return self._message(self._configs.bridge())

    def _message(self, config: Config) -> Publication:
        return Publication(self._topic(config["dev"]["ids"][0]), as_json(config), qos=1, retain=True)

    def _topic(self, device: str) -> str:
        return config_topic(self._settings.prefix, device)


def _several(snapshot: Snapshot) -> bool:
    """Tell whether the account has more than one property, listed or only named by units."""
    named = {device.property_id for device in snapshot.devices.values() if device.property_id}
    return len(snapshot.properties.keys() | named) > 1


def _touched(snapshot: Snapshot, before: Snapshot | None, news: Changed) -> Iterator[Device]:
    """Return the units that are other than before, or whose property is; being seen later is nothing to tell."""
    known = before.devices if before else {}
    places = before.properties if before else {}
    renamed = {key for key in news.properties if snapshot.properties[key] is not places.get(key)}
    candidates = snapshot.devices.values() if renamed else news.devices
    return (each for each in candidates if known.get(each.id) is not each or each.property_id in renamed)
