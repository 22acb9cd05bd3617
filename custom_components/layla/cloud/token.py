"""What a bearer token says about itself. Read, never verified: that is the cloud's business."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import jwt

_HEADER_WORDS: Final = ("authorization", "bearer")


@dataclass(frozen=True, slots=True)
class Claims:
    """Members of a JWT that we use; both None for a token that is no JWT or lacks them."""

    subject: str | None = None
    expires_at: datetime | None = None

    def expired(self, now: datetime) -> bool:
        """Tell whether the token names an end and it is past."""
        return self.expires_at is not None and self.expires_at <= now


class MalformedToken(ValueError):
    """A text that cannot be a bearer token: empty, or with blanks or non-ASCII within."""


def cleaned(text: str) -> str:
    """Take a token out of what a user pasted, with or without the words of its header; raises MalformedToken."""
    words = text.split()
    while len(words) > 1 and words[0].lower().rstrip(":") in _HEADER_WORDS:
        words = words[1:]
    if len(words) != 1 or not words[0].isascii() or not words[0].isprintable():
        msg = "The token is empty or has blanks within; paste it whole, on one line"
        raise MalformedToken(msg)
    return words[0]


def claims(token: str) -> Claims:
    """Read the claims; a token that cannot be read has none."""
    try:
        payload = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return Claims()
    return Claims(_subject(payload.get("sub")), _instant(payload.get("exp")))


def _subject(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    name = str(value).strip()
    return name if name and name.isprintable() else None


def _instant(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except ValueError, OverflowError, OSError:
        return None
