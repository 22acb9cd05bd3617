"""A quota of requests, told in headers as clouds do; off until it is asked for, as no document names one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(slots=True)
class Quota:
    """How many requests there are, how many are left, and when they begin anew; each answer uses one up."""

    limit: int
    remaining: int
    resets_at: datetime
    style: str

    def used(self, now: datetime) -> None:
        """Use one request up."""
        if now >= self.resets_at:
            self.remaining = self.limit
        self.remaining = max(self.remaining - 1, 0)

    def headers(self, now: datetime) -> Mapping[str, str]:
        """Return the headers that tell of it."""
        left = max(round((self.resets_at - now).total_seconds()), 0)
        return STYLES[self.style](self, left)


def _x(quota: Quota, left: int) -> Mapping[str, str]:
    del left
    return {
        "X-RateLimit-Limit": str(quota.limit),
        "X-RateLimit-Remaining": str(quota.remaining),
        "X-RateLimit-Reset": str(round(quota.resets_at.timestamp())),
    }


def _draft(quota: Quota, left: int) -> Mapping[str, str]:
    return {
        "RateLimit-Limit": str(quota.limit),
        "RateLimit-Remaining": str(quota.remaining),
        "RateLimit-Reset": str(left),
    }


def _structured(quota: Quota, left: int) -> Mapping[str, str]:
    return {
        "RateLimit-Policy": f'"default";q={quota.limit};w=86400',
        "RateLimit": f'"default";r={quota.remaining};t={left}',
    }


STYLES = {"x": _x, "draft": _draft, "structured": _structured}
"""The ways in which clouds write the headers: by custom, by an older draft, by the newest."""


@dataclass(slots=True)
class Quotas:
    """The quota that is told of, if any."""

    told: Quota | None = field(default=None)

    def begin(self, now: datetime, *, limit: int, remaining: int | None, seconds: float, style: str) -> dict[str, Any]:
        """Tell of a quota from now on."""
        left = limit if remaining is None else remaining
        self.told = Quota(limit, left, now + timedelta(seconds=seconds), style)
        return {"limit": limit, "remaining": left, "resets_at": self.told.resets_at.isoformat()}
