"""The reason codes of MQTT 5 that mean a failure, in plain words (MQTT 5.0, 2.4)."""

from collections.abc import Mapping
from typing import Final

UNSPECIFIED: Final = 128
UNSUPPORTED_VERSION: Final = 132
BAD_CLIENT_ID: Final = 133
BAD_PASSWORD: Final = 134
NOT_AUTHORIZED: Final = 135
UNAVAILABLE: Final = 136
BUSY: Final = 137
BANNED: Final = 138
SHUTTING_DOWN: Final = 139
KEEPALIVE_TIMEOUT: Final = 141
TAKEN_OVER: Final = 142
TOO_LARGE: Final = 149
RETAIN_NOT_SUPPORTED: Final = 154
QOS_NOT_SUPPORTED: Final = 155
RATE_EXCEEDED: Final = 159

REASONS: Final[Mapping[int, str]] = {
    UNSPECIFIED: "refused without a reason",
    129: "malformed packet",
    130: "protocol error",
    131: "refused by a rule of this broker",
    UNSUPPORTED_VERSION: "unsupported protocol version",
    BAD_CLIENT_ID: "client id not valid",
    BAD_PASSWORD: "bad user name or password",
    NOT_AUTHORIZED: "not authorized",
    UNAVAILABLE: "broker unavailable",
    BUSY: "broker busy",
    BANNED: "banned",
    SHUTTING_DOWN: "broker shutting down",
    140: "bad authentication method",
    KEEPALIVE_TIMEOUT: "keep alive timeout",
    TAKEN_OVER: "session taken over",
    143: "topic filter invalid",
    144: "topic name invalid",
    145: "packet identifier in use",
    147: "receive maximum exceeded",
    TOO_LARGE: "packet too large",
    150: "message rate too high",
    151: "quota exceeded",
    152: "administrative action",
    153: "payload format invalid",
    RETAIN_NOT_SUPPORTED: "retained messages not supported",
    QOS_NOT_SUPPORTED: "QoS not supported",
    156: "use another server",
    157: "server moved",
    158: "shared subscriptions not supported",
    RATE_EXCEEDED: "connection rate exceeded",
    160: "maximum connect time",
    161: "subscription identifiers not supported",
    162: "wildcard subscriptions not supported",
}


def words(code: int) -> str:
    """Return what a reason code means."""
    return REASONS.get(code, f"reason {code}")
