"""How a running bridge is: values which it fills in, and from which health, status page and metrics are made."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ..broker import Protocol, Trouble


class CloudState(StrEnum):
    """How the bridge stands with the cloud."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"
    UNAUTHORIZED = "unauthorized"
    """The cloud does not accept the token or the sign-in: nothing is asked until somebody sees to it."""
    RESTING = "resting"
    """The cloud asked for fewer requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a bridge is. `interval` is that between polls, in seconds, which alone can change before its end."""

    instance: str
    version: str
    account_kind: str
    base_topic: str
    interval: int
    features: Collection[str] = ()
    """What is switched on, in words such as `discovery`."""
    started: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """The cloud. `latency` is what the last good poll took, in seconds; `trouble` has no secret in it.

    `next_poll` stays what it was until the poll is over, so that one that hangs can be seen; None: none is planned.
    """

    state: CloudState
    since: datetime
    last_success: datetime | None = None
    latency: float | None = None
    requests: int = 0
    requests_in_24_h: int = 0
    next_poll: datetime | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """The broker. `since` is when the connection came or went; `address` is host and port, without credentials."""

    connected: bool
    since: datetime
    address: str
    protocol: Protocol
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The outbox: how many events wait for the broker, since when, and how many had to go before it had them."""

    depth: int = 0
    oldest: datetime | None = None
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many units and properties are published, and what was done since the start."""

    units: int = 0
    properties: int = 0
    missing: int = 0
    """Units that are published, and that the cloud no longer lists."""
    messages: int = 0
    """Messages that the broker was given."""
    commands: int = 0
    """Commands that the cloud accepted."""
    refused: int = 0
    """Commands that were refused, by the bridge or by the cloud."""
    events: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A bridge at one moment, `at`. `memory` is what it has resident, in bytes."""

    at: datetime
    about: About
    cloud: Cloud
    broker: Broker
    outbox: Waiting
    counts: Counts
    memory: int | None = None

    @property
    def uptime(self) -> timedelta:
        """How long the bridge has been running."""
        return self.at - self.about.started
