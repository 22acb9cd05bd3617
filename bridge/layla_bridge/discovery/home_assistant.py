"""Home Assistant's discovery as the bridge runs it: begun once the broker was asked what it keeps, or cleared away."""

from collections.abc import Callable, Collection, Mapping
import logging

import orjson

from .. import parts
from ..broker import Rejected
from ..configuration import Configuration
from ..contract.topics import Topics
from ..mirror.ledger import KeyLedger
from ..mirror.publishing import Publishing
from ..mirror.selected import Selected
from ..retained.retained import Retained
from . import Control, Discovery, leftovers

_LOGGER = logging.getLogger(__name__)

FEATURE = "discovery"
"""How the bridge's `info` says that discovery is on."""


class HomeAssistant:
    """Makes discovery, where it is switched on; where it no longer is, what it left is erased."""

    def __init__(
        self, configuration: Configuration, topics: Topics, selected: Selected, control: Callable[[str], Control]
    ) -> None:
        """Tell of what is selected; `control` says how a unit's air conditioner can be controlled."""
        self.enabled = configuration.discovery.enabled
        self.topics = parts.discovery_topics(configuration)
        """Where discovery messages are, for who reads what the broker keeps."""
        self._topics = topics
        self._control = control
        self._settings = parts.discovery_settings(configuration, selected)

    async def begin(self, publishing: Publishing, retained: Retained, earlier: bytes | None) -> None:
        """Begin discovery with what the broker keeps of it, once there is a snapshot.

        `earlier` is the `info` of an earlier run: what that told is erased where discovery is off by now. Raises
        NotConnected.
        """
        if self.enabled:
            kept = await self._kept(retained, publishing.mirror.ledger)
            publishing.discover(Discovery(self._topics, self._settings, self._control, kept))
        elif earlier is not None and FEATURE in _features(earlier):
            publishing.line.send_all(leftovers(await self._kept(retained, publishing.mirror.ledger), self._topics))

    async def _kept(self, retained: Retained, ledger: KeyLedger) -> Mapping[str, bytes]:
        topics = [self.topics.of_item(item) for item in ledger.known]
        try:
            return await retained.read([*topics, self.topics.of_bridge(self._topics.instance)])
        except Rejected as error:
            _LOGGER.warning("What the broker keeps of discovery cannot be read: %s", error)
            return {}


def _features(info: bytes) -> Collection[str]:
    """Read the features of an `info` message; none where it is none."""
    try:
        members = orjson.loads(info)
    except orjson.JSONDecodeError:
        return ()
    features = members.get("features") if isinstance(members, dict) else None
    return features if isinstance(features, list) else ()
