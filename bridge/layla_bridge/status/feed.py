"""What one reader of the page has seen, and what is news to it: its state once, and then changes alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any, Final

import orjson

from ..cloud.model import Device, Snapshot
from ..contract.payloads import as_json
from ..mirror.changed import changed
from . import documents, shown as page
from .shown import Shown
from .status import Status

# So many units make one message: large accounts must not hold up the bridge.
_BATCH: Final = 250
_EVENTS: Final = 20


class Feed:
    """The news of one reader. Any number of changes between two calls are one."""

    def __init__(self, shown: Shown) -> None:
        """Begin with nothing seen."""
        self._shown = shown
        self._seen: dict[str, Any] = {}
        self._snapshot: Snapshot | None = None
        self._units: set[str] = set()
        self._touched: set[str] = set()

    def touch(self, device_ids: Iterable[str]) -> None:
        """Tell of units whose state is another one than before, although the cloud said nothing of them."""
        self._touched.update(device_ids)

    def messages(self) -> Iterator[bytes]:
        """Make what is news, as messages in JSON; none when nothing is.

        The first of all says `first`: a reader that came back begins anew. Make them all before the next call.
        """
        first, before = not self._seen, self._snapshot
        devices, gone = self._unit_news()
        status = self._shown.status()
        others = self._others(status, looks=self._snapshot is not before)
        news = {name: document for name, document in others if self._is_news(name, document)}
        if first:
            news |= {"first": True, "catalogue": page.CATALOGUE}
        if gone:
            news["gone"] = gone
        if news:
            yield as_json({"now": status.at, **news})
        snapshot = self._snapshot
        if snapshot is not None:
            for batch in batched(devices, _BATCH, strict=False):
                yield as_json({"units": [orjson.Fragment(self._shown.unit(snapshot, device)) for device in batch]})

    def _unit_news(self) -> tuple[Sequence[Device], Sequence[str]]:
        """Return the units that changed, and the ids of those that are shown no more."""
        snapshot, before = self._shown.snapshot(), self._snapshot
        touched, self._touched = self._touched, set()
        if snapshot is None:
            return (), ()
        devices = {key: snapshot.devices[key] for key in touched & snapshot.devices.keys()}
        if snapshot is not before:
            news = changed(snapshot, before)
            devices |= {device.id: device for device in news.devices}
            if news.rearranged:
                return self._rearranged(snapshot, devices)
        self._snapshot = snapshot
        return [device for device in devices.values() if device.id in self._units], ()

    def _rearranged(self, snapshot: Snapshot, devices: Mapping[str, Device]) -> tuple[Sequence[Device], Sequence[str]]:
        known, self._units = self._units, {key for key, each in snapshot.devices.items() if self._shown.shows(each)}
        self._snapshot = snapshot
        return [device for key, device in devices.items() if key in self._units], sorted(known - self._units)

    def _others(self, status: Status, *, looks: bool) -> Iterator[tuple[str, Any]]:
        """Return everything but units; the cloud is only looked at when there is another snapshot."""
        yield "status", documents.steady(status)
        yield "events", [page.event(each) for each in self._shown.events()[:_EVENTS]]
        yield "log", [documents.entry(each) for each in self._shown.journal()]
        if looks and self._snapshot is not None:
            yield "properties", self._shown.properties(self._snapshot)

    def _is_news(self, name: str, document: object) -> bool:
        if name in self._seen and self._seen[name] == document:
            return False
        self._seen[name] = document
        return True
