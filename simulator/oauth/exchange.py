"""The token endpoint's part that needs no HTTP: who asks, and what is exchanged."""

from base64 import b64decode
from urllib.parse import unquote_plus

from .authority import Answer, Authority
from .client import is_client
from .refused import Refused, invalid_request
from .sent import Sent


def exchange(authority: Authority, request: Sent, authorization: str | None) -> Answer:
    """Exchange what was sent for tokens; raises Refused. `authorization` is the header of that name."""
    request.refuse_repeated()
    client_id = _client(request, authorization)
    match request.need("grant_type"):
        case "authorization_code":
            code, redirect = request.need("code"), request.need("redirect_uri")
            return authority.redeem_code(code, client_id, redirect, request.get("code_verifier"))
        case "refresh_token":
            return authority.refresh(request.need("refresh_token"), request.get("scope"))
        case _:
            raise Refused("unsupported_grant_type", "Accepted: authorization_code, refresh_token")


def _client(request: Sent, authorization: str | None) -> str:
    """Return which client asks, after it has proven that: in the header or in the body (RFC 6749 2.3.1)."""
    client_id, secret = request.get("client_id"), request.get("client_secret")
    if authorization is not None:
        if secret is not None:
            raise invalid_request("The client proves itself twice; accepted: HTTP Basic or client_secret, not both")
        name, secret = _basic(authorization)
        if client_id not in {None, name}:
            raise invalid_request("client_id is another in the body than in the Authorization header")
        client_id = name
    if client_id is None or secret is None or not is_client(client_id, secret):
        raise Refused(
            "invalid_client", "Unknown client_id or wrong client_secret; accepted: in the body or as HTTP Basic"
        )
    return client_id


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError as error:
        raise _no_basic() from error
    if scheme.lower() != "basic" or not colon:
        raise _no_basic()
    return unquote_plus(name), unquote_plus(secret)


def _no_basic() -> Refused:
    return Refused("invalid_client", "The Authorization header is no HTTP Basic with client_id and client_secret")
