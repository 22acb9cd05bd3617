"""What travels between the bridge and the broker, whoever makes it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publication:
    """A message to publish.

    `expiry` is in seconds; it, the response topic and the correlation data travel with MQTT 5 only.
    """

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    expiry: int | None = None
    response_topic: str | None = None
    correlation: bytes | None = None


type Send = Callable[[Publication], None]
"""Hand a message over; it goes out, in order, as soon as there is a connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A received message. `retain`: it was kept by the broker, or (retain as published) sent with that flag."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    response_topic: str | None = None
    correlation: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What to receive; all but filter and QoS is MQTT 5's and left out on 3.1.1.

    `retain_handling`: 0 sends what is retained, 1 only to a new subscription, 2 never.
    """

    filter: str
    qos: int = 1
    no_local: bool = False
    retain_as_published: bool = False
    retain_handling: int = 0
