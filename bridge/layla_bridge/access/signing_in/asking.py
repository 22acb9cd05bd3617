"""An authorization request (RFC 6749, 4.1.1) with a proof key (RFC 7636), as the address for a browser."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from yarl import URL

from ...configuration import SignInAccount

# 64 characters: within the 43 to 128 of RFC 7636, 4.1.
_BYTES: Final = 48


@dataclass(frozen=True, slots=True)
class Asking:
    """One request: the two secrets that tell the answer to it from any other."""

    account: SignInAccount
    state: str = field(repr=False, default_factory=lambda: token_urlsafe(_BYTES))
    verifier: str = field(repr=False, default_factory=lambda: token_urlsafe(_BYTES))

    def address(self, redirect_uri: str) -> URL:
        """Return where a person signs in; the answer goes to `redirect_uri`."""
        scope = {"scope": self.account.scope} if self.account.scope else {}
        return self.account.authorize_url.with_query(
            {
                "response_type": "code",
                "client_id": self.account.client_id,
                "redirect_uri": redirect_uri,
                "state": self.state,
                "code_challenge": _challenge(self.verifier),
                "code_challenge_method": "S256",
                **scope,
            }
        )


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
