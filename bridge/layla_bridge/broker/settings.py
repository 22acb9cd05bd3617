"""Where the broker is and how it is spoken to."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal


class Protocol(StrEnum):
    """The versions of MQTT that the bridge speaks."""

    V5 = "5"
    V311 = "3.1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """What an encrypted connection is made with: PEM files; the system's trust store when no `ca` is given."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    key_password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """One broker. `keepalive` is in seconds, from 1 to 65535; `path` is for WebSockets alone."""

    host: str
    port: int
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    transport: Literal["tcp", "websockets"] = "tcp"
    path: str = "/mqtt"
    tls: Tls | None = None
    client_id: str
    keepalive: int = 60

    @property
    def address(self) -> str:
        """Host and port as messages name them, without what somebody may have written before an @."""
        return f"{self.host.rpartition('@')[2]}:{self.port}"
