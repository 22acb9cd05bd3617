"""What a broker grants."""

from dataclasses import dataclass

from .settings import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a broker said when it let us in. Sizes are in bytes, None where there is no limit."""

    protocol: Protocol
    receive_maximum: int
    maximum_packet_size: int | None = None
    maximum_qos: int = 2
    retain_available: bool = True
    keepalive: int
