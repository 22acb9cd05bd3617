"""The token endpoint of an authorization server (RFC 6749, 3.2): one request per call, never repeated.

The answer to a renewal that was lost may have replaced the refresh token, so asking again is the caller's decision.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
import time
from typing import Final
from urllib.parse import quote, quote_plus, urlencode

from aiohttp import ClientSession
from yarl import URL

from ..errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    NotSupported,
    Refused,
    UnreadableAnswer,
    without_secrets,
)
from ..http import REQUEST_TIMEOUT
from ..token import MalformedToken, cleaned
from ..tolerant import Oddities, Payload
from ..transport import Answer, CutConnection, Request, Transport
from .tokens import Tokens, is_refresh_token, renewal_time

OPERATION: Final = "token"
_HEADERS: Final = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
# Refusals of RFC 6749, 5.2: the code, the refresh token or the client's own credentials are not, or no longer, good.
# Without the `error` that belongs to one, something else on the way may have answered.
_REFUSALS: Final[Mapping[int, type[CloudError]]] = {
    HTTPStatus.BAD_REQUEST: AuthenticationFailed,
    HTTPStatus.FORBIDDEN: AuthenticationFailed,
}
# Members of the form that no error may show.
_SECRET: Final = ("code", "code_verifier", "refresh_token", "client_secret")


class TokenEndpoint:
    """Trades a code, or a refresh token, for tokens. Operation `token` in its errors."""

    def __init__(
        self, session: ClientSession, url: URL, client_id: str, client_secret: str, *, timeout: float | None = None
    ) -> None:
        """Take a session of the caller's, the endpoint's address, the client's credentials, and seconds to wait.

        A public client has an empty secret, which is not sent.
        """
        self._transport = Transport(session, REQUEST_TIMEOUT if timeout is None else timeout)
        self._url = url
        self._credentials = {"client_id": client_id} | ({"client_secret": client_secret} if client_secret else {})

    @property
    def request_count(self) -> int:
        """How many requests went out so far."""
        return self._transport.request_count

    async def exchange(self, code: str, redirect_uri: str, verifier: str) -> Tokens:
        """Trade the code of a sign-in (RFC 6749, 4.1.3) and its PKCE verifier (RFC 7636, 4.5).

        Raises CloudError; NotSupported and UnreadableAnswer where something else than a token endpoint answers.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        return await self._tokens(form)

    async def renew(self, tokens: Tokens) -> Tokens:
        """Trade the refresh token for new tokens (RFC 6749, 6); it stays where the answer has no other.

        Raises AuthenticationFailed where it is refused, or there is none; RateLimited; CloudUnavailable for all else,
        as an endpoint that has worked before is likely to work again.
        """
        if tokens.refresh is None:
            raise AuthenticationFailed(OPERATION, "there is no refresh token; sign in again")
        try:
            return await self._tokens({"grant_type": "refresh_token", "refresh_token": tokens.refresh}, tokens)
        except (NotSupported, Refused) as error:
            raise CloudUnavailable(OPERATION, error.detail, status=error.status) from error

    async def _tokens(self, form: Mapping[str, str], former: Tokens | None = None) -> Tokens:
        full = {**form, **self._credentials}
        # Before the request: the token's life begins while it is made.
        now = time.time()
        answer = await self._answer(full)
        if answer.succeeded:
            return _read(answer, now, former)
        secrets = [full[name] for name in _SECRET if name in full] + ([former.access] if former else [])
        refused = isinstance(answer.members().get("error"), str)
        raise answer.error(_refusal(answer, secrets), _REFUSALS if refused else {})

    async def _answer(self, form: Mapping[str, str]) -> Answer:
        request = Request(OPERATION, "POST", self._url, _HEADERS, urlencode(form).encode())
        try:
            return await self._transport.attempt(request)
        except CutConnection as cut:
            raise cut.lost(OPERATION) from cut.__cause__


def _read(answer: Answer, now: float, former: Tokens | None) -> Tokens:
    """Read a successful answer (RFC 6749, 5.1). Raises UnreadableAnswer."""
    body = answer.decoded()
    if not isinstance(body, dict):
        raise _unreadable(answer, "no object")
    kind = body.get("token_type")
    if kind is not None and not (isinstance(kind, str) and kind.lower() == "bearer"):
        raise _unreadable(answer, "another token_type than bearer")
    access = _access(answer, body.get("access_token"))
    lifetime = Payload(body, OPERATION, Oddities()).number("expires_in")
    return Tokens(access, _refresh(body.get("refresh_token"), former), renewal_time(access, lifetime, now))


def _access(answer: Answer, value: object) -> str:
    try:
        return cleaned(value if isinstance(value, str) else "")
    except MalformedToken:
        raise _unreadable(answer, "no access_token") from None


def _refresh(value: object, former: Tokens | None) -> str | None:
    if isinstance(value, str) and is_refresh_token(value):
        return value
    return former.refresh if former else None


def _unreadable(answer: Answer, detail: str) -> UnreadableAnswer:
    return UnreadableAnswer(answer.operation, detail, status=answer.status)


def _refusal(answer: Answer, secrets: list[str]) -> str:
    """Return the `error` and `error_description` of a refusal (RFC 6749, 5.2), else the words of HTTP."""
    members = answer.members()
    told = [members.get("error"), members.get("error_description")]
    words = ": ".join(word for word in told if word and isinstance(word, str))
    # The longest first: one may be part of another.
    written = sorted((form for secret in secrets for form in _written(secret)), key=len, reverse=True)
    return without_secrets(words or answer.reason, written)


def _written(secret: str) -> Iterator[str]:
    """Walk the ways in which a server may repeat a secret from a form; an empty one is nowhere to be found."""
    if secret:
        yield from (secret, quote(secret, safe=""), quote_plus(secret))
