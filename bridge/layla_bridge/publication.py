"""One message for the broker."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published where; `expiry` is in seconds and None where the broker keeps it for good (MQTT 5)."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    expiry: int | None
