"""An authorization request: who asks, for what, and where the answer goes."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from .client import CLIENT_ID, takes_answers_at
from .pkce import Challenge, challenge
from .refused import Refused, invalid_request
from .scopes import scopes
from .sent import Sent


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where the answer to a client goes, and the state that is handed back with it."""

    client_id: str
    redirect: str
    state: str | None

    def answer(self, **parameters: str) -> str:
        """Return the address with the answer in it; a query that it has is kept."""
        state = {} if self.state is None else {"state": self.state}
        begun = f"{self.redirect}&" if urlsplit(self.redirect).query else f"{self.redirect.removesuffix('?')}?"
        return begun + urlencode({**parameters, **state})

    def refusal(self, refused: Refused) -> str:
        """Return the address with an error in it (RFC 6749 4.1.2.1)."""
        return self.answer(error=refused.error, error_description=refused.description)


@dataclass(frozen=True, slots=True)
class Asking:
    """An authorization request that can be put before a user."""

    back: WayBack
    scopes: tuple[str, ...]
    challenge: Challenge | None


def way_back(request: Sent) -> WayBack:
    """Return where to answer; raises Refused where nothing can be trusted, so that nobody may be sent anywhere."""
    client_id, redirect = request.need("client_id"), request.need("redirect_uri")
    if client_id != CLIENT_ID:
        raise invalid_request(f"client_id is unknown; the only client is {CLIENT_ID}")
    if not takes_answers_at(redirect):
        raise invalid_request(
            "redirect_uri is not accepted; accepted: https://my.home-assistant.io/redirect/oauth, any http or https "
            "address whose path is /auth/external/callback, any loopback address; none with a fragment or a user"
        )
    return WayBack(client_id, redirect, None if "state" in request.repeated else request.get("state"))


def asking(request: Sent, back: WayBack) -> Asking:
    """Read the rest of the request; raises Refused, which the client is told."""
    request.refuse_repeated()
    if request.need("response_type") != "code":
        raise Refused("unsupported_response_type", "response_type is unknown; accepted: code")
    return Asking(back, scopes(request.get("scope")), challenge(request))
