"""What a token endpoint hands out, as a value: how long it serves, and how it is kept."""

from dataclasses import dataclass, field
import math
from typing import Final, Self

from ..stored import InvalidRecord, Record
from ..token import MalformedToken, claims, cleaned

# How long before its end a token is renewed, in seconds, and how much of a short life that is at most.
_MARGIN: Final = 60.0
_SHARE: Final = 5


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token, and the refresh token that brings the next one; None for neither end nor refresh token.

    `renew_at`, in seconds since 1970, is when to renew the access token; None = when the cloud refuses it.
    """

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    renew_at: float | None

    def as_record(self) -> dict[str, str | float | None]:
        """Write them as plain JSON. It is secret."""
        return {"access_token": self.access, "refresh_token": self.refresh, "renew_at": self.renew_at}

    @classmethod
    def from_record(cls, value: object) -> Self:
        """Read what `as_record` wrote, without trusting it. Raises InvalidRecord."""
        record = Record.of(value, "tokens")
        return cls(_access(record), _refresh(record), _renew_at(record.members.get("renew_at")))


def renewal_time(access: str, lifetime: float | None, now: float) -> float | None:
    """Return when to renew a new token of this lifetime, in seconds; without one, of what the token says itself.

    None where nothing is known. A token that seems to be past its end already was issued by another clock.
    """
    if lifetime is None or lifetime <= 0:
        end = claims(access).expires_at
        lifetime = end.timestamp() - now if end else 0.0
    return now + lifetime - min(_MARGIN, lifetime / _SHARE) if lifetime > 0 else None


def is_refresh_token(text: str) -> bool:
    """Tell whether a text can be sent as a refresh token."""
    return bool(text) and text.isprintable()


def _access(record: Record) -> str:
    try:
        return cleaned(record.text("access_token"))
    except MalformedToken:
        raise InvalidRecord("access_token", "token") from None


def _refresh(record: Record) -> str | None:
    refresh = record.text_or_none("refresh_token")
    if refresh is None or is_refresh_token(refresh):
        return refresh
    raise InvalidRecord("refresh_token", "token")


def _renew_at(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            seconds = float(value)
        except OverflowError:
            seconds = math.inf
        if math.isfinite(seconds):
            return seconds
    raise InvalidRecord("renew_at", "seconds since 1970")
