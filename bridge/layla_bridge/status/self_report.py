"""What the bridge publishes of itself: health each minute, info when it changes, warnings as they come."""

import asyncio
from collections.abc import Iterator, Mapping
import logging
from typing import Any, Final

from ..contract.messages import Publication, Send
from ..contract.payloads import as_json
from ..contract.topics import HEALTH, INFO, LOG, Topics
from ..outbox import OutboxError
from . import CloudState, entry, health, info
from .journal import Entry
from .reporting import Reporter

_LOGGER = logging.getLogger(__name__)

_EVERY: Final = 60.0
EXPIRY: Final = 180
"""Seconds for which the broker keeps health: a bridge that is gone leaves none that looks fresh."""


class SelfReport:
    """Publishes what the reporter says."""

    def __init__(self, reporter: Reporter, topics: Topics, send: Send, every: float = _EVERY) -> None:
        """Publish health so often, in seconds."""
        self._reporter = reporter
        self._topics = topics
        self._send = send
        self._every = every
        self._info: bytes | None = None
        self._state: CloudState | None = None

    def health(self) -> Mapping[str, Any]:
        """Return the document of the health topic as it is now."""
        return health(self._reporter.status())

    def forget(self) -> None:
        """Take it that nobody was told anything: the broker may be another one."""
        self._info = self._state = None

    def news(self) -> Iterator[Publication]:
        """Make, when they go out, the messages of what is news by then: info, and health where the cloud turned.

        Before the cloud was asked there is no info that its answer would not change at once.
        """
        status = self._reporter.status()
        document = as_json(info(status))
        if document != self._info and status.cloud.state is not CloudState.STARTING:
            self._info = document
            yield INFO.at(self._topics.bridge(INFO), document)
        if status.cloud.state is not self._state:
            yield self._health()

    def _health(self) -> Publication:
        status = self._reporter.status()
        self._state = status.cloud.state
        return HEALTH.at(self._topics.bridge(HEALTH), as_json(health(status)), EXPIRY)

    def tell_warning(self, told: Entry) -> None:
        """Publish a warning or an error."""
        self._send(LOG.at(self._topics.bridge(LOG), as_json(entry(told))))

    async def run(self) -> None:
        """Publish health for as long as this runs."""
        while True:
            try:
                await self._reporter.look_into_outbox()
            except OutboxError as error:
                _LOGGER.warning("The outbox cannot be looked into: %s", error)
            self._send(self._health())
            await asyncio.sleep(self._every)
