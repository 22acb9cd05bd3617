"""Bearer tokens: real JWTs, or texts that say nothing, checked against the simulator's own clock."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

import jwt

from .errors import ApiError

_SECRET = "simulated, and no secret at all: anybody may read it here"  # noqa: S105
_ALGORITHM = "HS256"
EXPIRING_AFTER = 3600.0


def _signed(claims: Mapping[str, Any]) -> str:
    return jwt.encode(dict(claims), _SECRET, algorithm=_ALGORITHM)


DEMO_TOKEN = _signed({"sub": "demo-owner", "iat": 1767225600})
"""Never expires and is the same at every start."""

ANONYMOUS_TOKEN = _signed({"iat": 1767225600, "note": "no sub"})
"""The same, but without a `sub`."""


class Tokens:
    """Which tokens are good. Every token signed here is, until it expires or is made to."""

    def __init__(self, now: datetime) -> None:
        """Make the token that expires an hour from `now`."""
        self._revoked: set[str] = set()
        self._opaque: dict[str, Mapping[str, Any]] = {}
        self.expiring = self.mint("demo-owner", now, ttl=EXPIRING_AFTER)

    def mint(
        self, sub: str | None, now: datetime, *, ttl: float | None = None, opaque: bool = False, **more: str | None
    ) -> str:
        """Make a token; without `ttl` (seconds) it never expires. `more` are claims such as `email` and `scope`."""
        issued = int(now.timestamp())
        expires = None if ttl is None else now.timestamp() + ttl
        given = {"sub": sub, **more, "exp": expires, "iat": issued, "jti": uuid4().hex}
        claims = {name: value for name, value in given.items() if value is not None}
        if not opaque:
            return _signed(claims)
        token = token_urlsafe(32)
        self._opaque[token] = claims
        return token

    def expire(self, token: str) -> None:
        """Make a token expire now."""
        self._revoked.add(token)

    def check(self, authorization: str | None, now: datetime) -> Mapping[str, Any]:
        """Return the claims of the token in an Authorization header, or refuse with 401."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _refused("No token; send the header Authorization: Bearer <JWT>")
        claims = self._opaque.get(token.strip()) or _claims(token.strip())
        if token.strip() in self._revoked or claims.get("exp", float("inf")) <= now.timestamp():
            raise _refused("The token has expired")
        return claims


def _claims(token: str) -> Mapping[str, Any]:
    options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        claims: Mapping[str, Any] = jwt.decode(token, _SECRET, algorithms=[_ALGORITHM], options=options)
    except jwt.InvalidTokenError as error:
        raise _refused("The token is not valid") from error
    return claims


def _refused(message: str) -> ApiError:
    return ApiError(HTTPStatus.UNAUTHORIZED, message)
