"""How the bridge is, put together from its parts: for the health topic, the status page and the metrics."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from ..broker import BrokerLink
from ..cloud.account import Account
from ..cloud.errors import AuthenticationFailed
from ..commands import Commands
from ..contract.topics import Kind
from ..mirror.ledger import KeyLedger
from ..mirror.publishing import Publishing
from ..outbox import Outbox
from ..outbox.delivery import Delivery
from ..outgoing import Outgoing
from ..poller import Poller
from . import About, Broker, Cloud, CloudState, Counts, RequestCount, Status, Waiting, resident


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is reported on; `address` is the broker's, without credentials."""

    account: Account
    poller: Poller
    link: BrokerLink
    outbox: Outbox
    outgoing: Outgoing
    delivery: Delivery
    commands: Commands
    publishing: Publishing
    address: str


class _Since[Value]:
    """Since when something has been as it is."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._value: Value | None = None

    def of(self, value: Value, now: datetime) -> datetime:
        """Take note of how it is now."""
        if value != self._value:
            self._value, self._at = value, now
        return self._at


class Reporter:
    """Looks at the parts whenever it is asked."""

    def __init__(self, about: About, parts: Parts, clock: Callable[[], datetime]) -> None:
        """Report on these parts of a bridge."""
        self._about = about
        self._parts = parts
        self._clock = clock
        self._requests = RequestCount(about.started)
        self._cloud_since = _Since[CloudState](about.started)
        self._connected_since = _Since[bool](about.started)
        self._oldest: datetime | None = None
        self._counted: tuple[KeyLedger, int, int] = (KeyLedger(), 0, 0)

    async def look_into_outbox(self) -> None:
        """See since when the oldest event has been waiting. Raises OutboxError."""
        pending = await self._parts.outbox.pending(limit=1)
        self._oldest = pending[0].event.at if pending else None

    def status(self) -> Status:
        """Return how everything is now."""
        now = self._clock()
        return Status(
            at=now,
            about=replace(self._about, interval=round(self._parts.poller.usual.total_seconds())),
            cloud=self._cloud(now),
            broker=self._broker(now),
            outbox=self._waiting(),
            counts=self._counts(),
            memory=resident(),
        )

    def _cloud(self, now: datetime) -> Cloud:
        poller, requests = self._parts.poller, self._parts.account.request_count
        state = _state(poller)
        return Cloud(
            state=state,
            since=self._cloud_since.of(state, now),
            last_success=poller.succeeded_at,
            latency=poller.latency.total_seconds() if poller.latency else None,
            requests=requests,
            requests_in_24_h=self._requests.in_24_h(requests, now),
            next_poll=poller.next_at,
            trouble=str(poller.trouble) if poller.trouble else None,
        )

    def _broker(self, now: datetime) -> Broker:
        link = self._parts.link
        return Broker(
            connected=link.connected,
            since=self._connected_since.of(link.connected, now),
            address=self._parts.address,
            protocol=link.protocol,
            trouble=link.trouble,
        )

    def _waiting(self) -> Waiting:
        outbox = self._parts.outbox
        return Waiting(depth=outbox.depth, oldest=self._oldest if outbox.depth else None, dropped=outbox.dropped)

    def _counts(self) -> Counts:
        parts = self._parts
        ledger = parts.publishing.mirror.ledger
        if ledger is not self._counted[0]:
            units = sum(item.kind is Kind.DEVICE for item in ledger.known)
            self._counted = (ledger, units, len(ledger.known) - units)
        _, units, properties = self._counted
        return Counts(
            units=units,
            properties=properties,
            missing=parts.publishing.absences.missing_units,
            messages=parts.outgoing.published + parts.delivery.delivered,
            commands=parts.commands.accepted,
            refused=parts.commands.refused,
            events=parts.delivery.delivered,
        )


def _state(poller: Poller) -> CloudState:
    if poller.resting:
        return CloudState.RESTING
    if isinstance(poller.trouble, AuthenticationFailed):
        return CloudState.UNAUTHORIZED
    if poller.snapshot is None:
        return CloudState.OFFLINE if poller.trouble else CloudState.STARTING
    return CloudState.OFFLINE if poller.is_lost else CloudState.ONLINE
