"""The running bridge: what its parts tell each other."""

import asyncio
from datetime import UTC, datetime
import logging

from . import parts
from .broker import BrokerLink, Session
from .cloud.account import Refresh
from .cloud.model import Event, Snapshot
from .configuration import Configuration
from .delivery import Delivery
from .ledger import KeyLedger
from .messages import Message
from .mirror import Mirror
from .opening import LaylaAccount
from .outbox import Outbox, OutboxError
from .outgoing import Outgoing
from .payloads import OFFLINE, ONLINE
from .poller import Poller
from .replay import Replay
from .requests import Members, Requests
from .topics import BRIDGE_STATE, BridgeRequest

_LOGGER = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Bridge:
    """One account on one broker."""

    def __init__(self, configuration: Configuration, account: LaylaAccount, outbox: Outbox) -> None:
        """Take what was opened; nothing happens until `run`."""
        self._configuration = configuration
        self._account = account
        self._outbox = outbox
        self._topics = topics = parts.topics(configuration)
        state = topics.bridge(BRIDGE_STATE)
        self._online, self._offline = BRIDGE_STATE.at(state, ONLINE), BRIDGE_STATE.at(state, OFFLINE)
        self.link = BrokerLink(
            parts.broker_settings(configuration),
            self._offline,
            on_connected=self._connected,
            on_message=self._heard,
        )
        self.outgoing = Outgoing(self.link)
        self.delivery = Delivery(outbox, self.link, topics, _now)
        self.poller = Poller(
            account,
            parts.interval(configuration),
            cursor=outbox.cursor,
            took=self._took,
            lost=self._lost,
        )
        self._selected = parts.selected(configuration, lambda: self.poller.snapshot)
        self.mirror = Mirror(topics, parts.mirrored(configuration, self._selected), KeyLedger())
        self._published: Snapshot | None = None
        self._unstored = False
        self._requests = Requests(
            topics,
            {
                "refresh": self._refresh,
                "republish": self._republish_all,
                "events": Replay(outbox, self.link, topics, _now).answer,
            },
            self.outgoing.send,
        )

    async def run(self, stopping: asyncio.Event) -> None:
        """Bridge until `stopping` is set; then say goodbye to the broker."""
        async with asyncio.TaskGroup() as group:
            parts = (self.link.run(), self.outgoing.run(), self.delivery.run(), self.poller.run())
            tasks = [group.create_task(part) for part in parts]
            await stopping.wait()
            await self._requests.close()
            await self.link.stop(self._offline)
            for task in tasks:
                task.cancel()

    async def _connected(self, session: Session) -> None:
        """Begin a connection: nothing of an earlier one is left, and the broker may be another."""
        del session
        await self.link.subscribe(*self._topics.subscriptions)
        await self.link.publish(self._online)
        self.delivery.wake()
        self._republish()

    def _heard(self, message: Message) -> None:
        match self._topics.incoming(message.topic):
            case BridgeRequest() as request:
                self._requests.take(message, request)
            case _:
                return

    async def _took(self, refresh: Refresh) -> None:
        """Show an answer of the cloud: what is, and then what happened."""
        await self._keep(refresh)
        self._publish(refresh.snapshot)
        self.delivery.wake()

    async def _keep(self, refresh: Refresh) -> None:
        """Store the events; those that cannot be stored are found again by the next answer."""
        events = [event for event in refresh.events if self._selected(_place(event, refresh.snapshot))]
        try:
            await self._outbox.append(events, refresh.cursor)
        except OutboxError as error:
            if not self._unstored:
                _LOGGER.warning("Events cannot be stored, and are not told until they can: %s", error)
            self._unstored = True
        else:
            self._unstored = False

    def _publish(self, snapshot: Snapshot) -> None:
        self.outgoing.send_all(self.mirror.changes(snapshot, self._published, _now()))
        self._published = snapshot

    def _republish(self) -> None:
        """Publish everything anew."""
        self._published = None
        if self.poller.snapshot and not self.poller.is_lost:
            self._publish(self.poller.snapshot)

    async def _refresh(self, members: Members) -> Members:
        """Ask the cloud now."""
        del members
        await self.poller.refreshed()
        return {}

    async def _republish_all(self, members: Members) -> Members:
        """Publish everything anew, for a broker or a reader that lost it."""
        del members
        self._republish()
        return {}

    def _lost(self) -> None:
        """Say that nothing is known of any unit any more."""
        self._published = None
        self.outgoing.send_all(self.mirror.unreachable())


def _place(event: Event, snapshot: Snapshot) -> str | None:
    """Return the property that an event belongs to."""
    device = snapshot.devices.get(event.device_id or "")
    return device.property_id if device else event.property_id
