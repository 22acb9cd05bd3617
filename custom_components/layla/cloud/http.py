"""The HTTP layer of every vendor: bearer token, one retry, request count, typed errors. It never sleeps."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
import logging
from typing import Final

from aiohttp import ClientSession
import orjson
from yarl import URL

from .bearer import Bearer
from .errors import AuthenticationFailed, CloudError, CloudUnavailable, Gone, Unreached, without_secrets
from .quota import Quota
from .route import Route
from .transport import Answer, CutConnection, Request, Transport

_LOGGER = logging.getLogger(__name__)
REQUEST_TIMEOUT: Final = 30.0
_IDEMPOTENT: Final = ("GET", "PUT", "DELETE")
_OF_AN_ITEM: Final[Mapping[int, type[CloudError]]] = {HTTPStatus.NOT_FOUND: Gone}

type QueryValue = str | int | bool | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class _Call:
    """One call, before it has a token; `deadline` is a time of the event loop's."""

    route: Route
    url: URL
    content: bytes | None
    deadline: float | None

    def request(self, token: str) -> Request:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if self.content is not None:
            headers["Content-Type"] = "application/json"
        return Request(self.route.operation, self.route.method, self.url, headers, self.content)


class HttpClient:
    """Calls one cloud with the tokens of one bearer. A token never follows a redirect.

    A call whose connection was cut is repeated once where that is safe, and a call whose token was
    refused once with another token: it was not carried out. Nothing else is.
    """

    def __init__(self, session: ClientSession, base_url: URL, bearer: Bearer, *, timeout: float | None = None) -> None:
        """Take a session of the caller's, the address below which paths start, and seconds to wait."""
        self._transport = Transport(session, REQUEST_TIMEOUT if timeout is None else timeout)
        self._base_url = str(base_url).rstrip("/")
        self._bearer = bearer

    @property
    def request_count(self) -> int:
        """How many requests went out so far, those for tokens included."""
        return self._transport.request_count + self._bearer.request_count

    @property
    def server_ahead(self) -> timedelta:
        """How far the cloud's clock is ahead of ours."""
        return self._transport.server_ahead

    @property
    def quota(self) -> Quota | None:
        """How many requests the cloud still takes, by its latest answer that said so."""
        return self._transport.quota

    async def call(
        self,
        route: Route,
        item: Mapping[str, str] | None = None,
        *,
        query: Mapping[str, QueryValue] | None = None,
        body: object = None,
    ) -> object:
        """Make one call and return its decoded JSON, None for an empty body. Raises CloudError."""
        answer = await self._exchange(route, item, query, body)
        return answer.decoded()

    async def send(
        self,
        route: Route,
        item: Mapping[str, str] | None = None,
        *,
        query: Mapping[str, QueryValue] | None = None,
        body: object = None,
        patience: float | None = None,
    ) -> None:
        """Make one call whose answer says nothing: a success is one, whatever its body (L17). Raises CloudError.

        `patience`, in seconds, is for a call whose answer is worth nothing later, and includes getting a token.
        """
        await self._exchange(route, item, query, body, patience)

    async def _exchange(
        self,
        route: Route,
        item: Mapping[str, str] | None,
        query: Mapping[str, QueryValue] | None,
        body: object,
        patience: float | None = None,
    ) -> Answer:
        url = URL(self._base_url + route.filled(item or {}), encoded=True).update_query(
            {name: _written(value) for name, value in (query or {}).items() if value is not None}
        )
        content = None if body is None else orjson.dumps(body)
        deadline = None if patience is None else asyncio.get_running_loop().time() + patience
        call = _Call(route, url, content, deadline)
        token = await _before(call, self._bearer.token())
        try:
            return await self._carried_out(call, token)
        except AuthenticationFailed:
            other = await _before(call, self._bearer.renewed(token))
            if other is None:
                raise
        return await self._carried_out(call, other)

    async def _carried_out(self, call: _Call, token: str) -> Answer:
        answer = await self._answer(call, token)
        if answer.succeeded and call.route.method == "GET":
            return answer
        message = answer.members().get("message")  # Conventions of the owner API
        told = without_secrets(message, [token]) if isinstance(message, str) else ""
        if not answer.succeeded:
            reason = told or without_secrets(answer.reason, [token])
            raise answer.error(reason, _OF_AN_ITEM if call.route.placeholders else {})
        if told:  # P7
            _LOGGER.info("%s: done, and the cloud says: %s", call.route.operation, told)
        return answer

    async def _answer(self, call: _Call, token: str) -> Answer:
        request = call.request(token)
        try:
            return await self._transport.attempt(request, call.deadline)
        except CutConnection as cut:
            lost = cut.lost(request.operation)
            if request.method not in _IDEMPOTENT:
                raise lost from cut.__cause__
        try:
            return await self._transport.attempt(request, call.deadline)
        except (CutConnection, Unreached) as cut:
            # The first attempt may have arrived.
            raise lost from cut.__cause__


async def _before[Found](call: _Call, token: Awaitable[Found]) -> Found:
    """Wait for the bearer. Where no token can be had, the cloud does not know of the call: Unreached."""
    try:
        async with asyncio.timeout_at(call.deadline):
            return await token
    except TimeoutError as error:
        raise Unreached(call.route.operation, "no access token in time") from error
    except CloudUnavailable as error:
        raise Unreached(error.operation, error.detail, status=error.status) from error


def _written(value: QueryValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int) or value is None:
        return str(value)
    return ",".join(value)
