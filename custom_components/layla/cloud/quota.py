"""How many requests a cloud still takes, by the headers in which clouds usually say so; LaylaElectric's say nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import re
from typing import Final

_PREFIXES: Final = ("RateLimit-", "X-RateLimit-", "X-Rate-Limit-")
# Members of the one header of newer drafts: "limit=100, remaining=40, reset=60", or "default";r=40;t=60.
_MEMBER: Final = re.compile(r"\b(\w+)\s*=\s*(\d+)")
# What counts seconds from now; more than that is a time since 1970.
_LONGEST_WAIT: Final = timedelta(days=366).total_seconds()
_NEARLY_USED: Final = 0.1


@dataclass(frozen=True, slots=True)
class Quota:
    """How many requests the cloud takes in a time of its choice, how many are left, and when it begins anew."""

    limit: int
    remaining: int
    resets_at: datetime | None

    def nearly_used(self, now: datetime) -> bool:
        """Tell whether less than a tenth is left, and the time of it is not over."""
        over = self.resets_at is not None and self.resets_at <= now
        return not over and self.remaining < self.limit * _NEARLY_USED


def read(headers: Mapping[str, str], now: datetime) -> Quota | None:
    """Read them; None where they do not say both how many there are and how many are left."""
    newer = dict(_MEMBER.findall(headers.get("RateLimit", "")))
    policy = dict(_MEMBER.findall(headers.get("RateLimit-Policy", "")))
    limit = _whole(newer.get("limit") or policy.get("q") or _older(headers, "Limit"))
    remaining = _whole(newer.get("remaining") or newer.get("r") or _older(headers, "Remaining"))
    reset = _whole(newer.get("reset") or newer.get("t") or _older(headers, "Reset"))
    if not limit or remaining is None:
        return None
    return Quota(limit, remaining, None if reset is None else _instant(reset, now))


def _older(headers: Mapping[str, str], name: str) -> str | None:
    return next((headers[prefix + name] for prefix in _PREFIXES if prefix + name in headers), None)


def _whole(text: str | None) -> int | None:
    """Read a number; some clouds write "100, 100;window=60", of which the first one counts."""
    found = re.match(r"\s*(\d{1,15})", text or "")
    return int(found[1]) if found else None


def _instant(reset: int, now: datetime) -> datetime | None:
    if reset <= _LONGEST_WAIT:
        return now + timedelta(seconds=reset)
    try:
        return datetime.fromtimestamp(reset, UTC)
    except ValueError, OverflowError, OSError:
        return None
