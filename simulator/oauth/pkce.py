"""Proof Key for Code Exchange (RFC 7636)."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
import re

from .refused import invalid_request
from .sent import Sent

_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]{43,128}", re.ASCII)


def _s256(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


_METHODS: Mapping[str, Callable[[str], str]] = {"plain": str, "S256": _s256}


@dataclass(frozen=True, slots=True)
class Challenge:
    """What was sent ahead of a verifier."""

    text: str
    method: str

    def is_met_by(self, verifier: str | None) -> bool:
        """Return whether this is the verifier."""
        if verifier is None or not _UNRESERVED.fullmatch(verifier):
            return False
        return compare_digest(_METHODS[self.method](verifier), self.text)


def challenge(request: Sent) -> Challenge | None:
    """Return the challenge of an authorization request, None where there is none; raises Refused."""
    text, method = request.get("code_challenge"), request.get("code_challenge_method")
    if text is None:
        if method is not None:
            raise invalid_request("code_challenge_method came without a code_challenge")
        return None
    if method is not None and method not in _METHODS:
        raise invalid_request(f"code_challenge_method is unknown; accepted: {', '.join(_METHODS)}")
    if not _UNRESERVED.fullmatch(text):
        raise invalid_request("code_challenge is malformed; accepted: 43 to 128 letters, digits, - . _ ~")
    return Challenge(text, method or "plain")
