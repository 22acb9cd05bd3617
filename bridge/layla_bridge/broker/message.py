"""What travels on the link."""

from dataclasses import dataclass

from .settings import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a broker said when it let us in. Sizes are in bytes, None where there is no limit."""

    protocol: Protocol
    receive_maximum: int
    maximum_packet_size: int | None = None
    maximum_qos: int = 2
    retain_available: bool = True
    keepalive: int
