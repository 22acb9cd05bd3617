"""The HTTP layer of every vendor: bearer token, one retry, request count, typed errors. It never sleeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
import logging
import math
from typing import Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    InvalidURL,
    ServerDisconnectedError,
)
import orjson
from yarl import URL

from .errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    Gone,
    NotSupported,
    RateLimited,
    Refused,
    ServerFault,
    Unreached,
    UnreadableAnswer,
    without_secrets,
)
from .route import Route

_LOGGER = logging.getLogger(__name__)
REQUEST_TIMEOUT: Final = 30.0
_KINDS: Final[Mapping[HTTPStatus, type[CloudError]]] = {
    HTTPStatus.UNAUTHORIZED: AuthenticationFailed,
    HTTPStatus.METHOD_NOT_ALLOWED: NotSupported,
    HTTPStatus.NOT_IMPLEMENTED: NotSupported,
}
_IDEMPOTENT: Final = ("GET", "PUT", "DELETE")
# A Date header leaves out the fraction of its second: half of one is the best guess.
_HALF_A_SECOND: Final = timedelta(seconds=0.5)

type QueryValue = str | int | bool | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class _Answer:
    """A successful answer, not yet decoded."""

    status: int
    content: bytes


class HttpClient:
    """Calls one cloud with one token. A token never follows a redirect.

    A call whose connection was cut is repeated once where that is safe; nothing else is.
    """

    def __init__(self, session: ClientSession, base_url: URL, token: str, *, timeout: float | None = None) -> None:
        """Take a session of the caller's, the address below which paths start, and seconds to wait."""
        self._session = session
        self._base_url = str(base_url).rstrip("/")
        self._token = token
        self._timeout = ClientTimeout(total=REQUEST_TIMEOUT if timeout is None else timeout)
        self.request_count = 0
        # How far the server's clock is ahead of ours, by the Date of its latest answer.
        self.server_ahead = timedelta()

    async def call(
        self,
        route: Route,
        item: Mapping[str, str] | None = None,
        *,
        query: Mapping[str, QueryValue] | None = None,
        body: object = None,
    ) -> object:
        """Make one call and return its decoded JSON, None for an empty body. Raises CloudError."""
        return _decoded(route, await self._exchange(route, item, query, body))

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

        `patience`, in seconds, is for a call whose answer is worth nothing later.
        """
        await self._exchange(route, item, query, body, patience)

    async def _exchange(
        self,
        route: Route,
        item: Mapping[str, str] | None,
        query: Mapping[str, QueryValue] | None,
        body: object,
        patience: float | None = None,
    ) -> _Answer:
        url = URL(self._base_url + route.filled(item or {}), encoded=True).update_query(
            {name: _written(value) for name, value in (query or {}).items() if value is not None}
        )
        limit = self._timeout if patience is None else ClientTimeout(total=patience)
        try:
            return await self._attempt(route, url, body, limit)
        except _CutConnection as cut:
            reason = "the connection was cut"
            lost = CloudUnavailable(route.operation, reason)
            if route.method not in _IDEMPOTENT:
                raise lost from cut.__cause__
        try:
            return await self._attempt(route, url, body, limit)
        except (_CutConnection, Unreached) as cut:
            # The first attempt may have arrived.
            raise lost from cut.__cause__

    async def _attempt(self, route: Route, url: URL, body: object, limit: ClientTimeout) -> _Answer:
        try:
            async with self._session.request(
                route.method,
                url,
                data=None if body is None else orjson.dumps(body),
                headers=self._headers(body),
                timeout=limit,
                allow_redirects=False,
                middlewares=(self._once,),
            ) as response:
                self._read_clock(response)
                content = await response.read()
                _LOGGER.debug("%s: %s, %s bytes", route.operation, response.status, len(content))
                if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
                    raise self._error(route, response, content)
                return _Answer(response.status, content)
        except TimeoutError as error:
            raise CloudUnavailable(route.operation, "no answer in time") from error
        except (ClientConnectorError, InvalidURL) as error:
            raise Unreached(route.operation, "no connection to the cloud") from error
        except ClientResponseError:
            # aiohttp's error keeps the request with its token, so it is not chained.
            raise UnreadableAnswer(route.operation, "no HTTP came back") from None
        except ClientError as error:
            raise _CutConnection from error

    async def _once(self, request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
        """Count a request as it goes out, and keep a cut connection from aiohttp, which would repeat by itself."""
        self.request_count += 1
        try:
            return await send(request)
        except ClientConnectorError:
            raise
        except (ClientOSError, ServerDisconnectedError) as error:
            raise _CutConnection from error

    def _read_clock(self, response: ClientResponse) -> None:
        told = _date(response.headers.get("Date", ""))
        if told is not None:
            self.server_ahead = told + _HALF_A_SECOND - datetime.now(UTC)

    def _headers(self, body: object) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        return headers if body is None else {**headers, "Content-Type": "application/json"}

    def _error(self, route: Route, response: ClientResponse, content: bytes) -> CloudError:
        status = response.status
        detail = without_secrets(_message(content) or response.reason or "no reason given", [self._token])
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = _seconds(response.headers.get("Retry-After"), datetime.now(UTC))
            return RateLimited(route.operation, detail, retry_after=wait)
        return _kind(status, route)(route.operation, detail, status=status)


def _decoded(route: Route, answer: _Answer) -> object:
    if not answer.content.strip():
        return None
    try:
        return orjson.loads(answer.content)
    except orjson.JSONDecodeError as error:
        # The decoder's error keeps the whole document, so it is not chained.
        raise UnreadableAnswer(route.operation, f"no JSON: {error.msg}", status=answer.status) from None


def _kind(status: int, route: Route) -> type[CloudError]:
    if status in _KINDS:
        return _KINDS[HTTPStatus(status)]
    if status == HTTPStatus.NOT_FOUND:
        return Gone if route.placeholders else NotSupported
    if status < HTTPStatus.BAD_REQUEST:
        return UnreadableAnswer  # a redirect: the API lives elsewhere, and the token stays here
    return Refused if status < HTTPStatus.INTERNAL_SERVER_ERROR else ServerFault


class _CutConnection(Exception):
    """The connection ended before the whole answer was there."""


def _written(value: QueryValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int) or value is None:
        return str(value)
    return ",".join(value)


def _message(content: bytes) -> str | None:
    """Return the `message` of an error body (Conventions of the owner API), if it has one."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) else None


def _seconds(retry_after: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date; None for none and for nonsense."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        return _seconds_until(retry_after, now)
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _seconds_until(date: str, now: datetime) -> float | None:
    moment = _date(date)
    return None if moment is None else max((moment - now).total_seconds(), 0.0)


def _date(text: str) -> datetime | None:
    """Read an HTTP date; None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
