"""One attempt of one request, for every vendor and for tokens: an answer as it came, or a typed error."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
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

from . import quota
from .errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    NotSupported,
    RateLimited,
    Refused,
    ServerFault,
    Unreached,
    UnreadableAnswer,
)
from .quota import Quota

_LOGGER = logging.getLogger(__name__)
_KINDS: Final[Mapping[int, type[CloudError]]] = {
    HTTPStatus.UNAUTHORIZED: AuthenticationFailed,
    HTTPStatus.NOT_FOUND: NotSupported,
    HTTPStatus.METHOD_NOT_ALLOWED: NotSupported,
    HTTPStatus.NOT_IMPLEMENTED: NotSupported,
}
# A Date header leaves out the fraction of its second: half of one is the best guess.
_HALF_A_SECOND: Final = timedelta(seconds=0.5)


class CutConnection(Exception):
    """The connection ended before the whole answer was there: the request may have been carried out."""

    def lost(self, operation: str) -> CloudUnavailable:
        """Return the error for a request that is not made again."""
        return CloudUnavailable(operation, "the connection was cut")


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out, under the name of its operation."""

    operation: str
    method: str
    url: URL
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status; `retry_after` in seconds."""

    operation: str
    status: int
    reason: str
    retry_after: float | None
    content: bytes = field(repr=False)

    @property
    def succeeded(self) -> bool:
        """Tell whether the status is one of success."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def decoded(self) -> object:
        """Return the JSON within, None for an empty body. Raises UnreadableAnswer."""
        if not self.content.strip():
            return None
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError as error:
            # The decoder's error keeps the whole document, so it is not chained.
            raise UnreadableAnswer(self.operation, f"no JSON: {error.msg}", status=self.status) from None

    def members(self) -> Mapping[str, object]:
        """Return the members of the object within; none where there is no object."""
        try:
            body = self.decoded()
        except UnreadableAnswer:
            return {}
        return body if isinstance(body, dict) else {}

    def error(self, detail: str, kinds: Mapping[int, type[CloudError]]) -> CloudError:
        """Return the error that a status without success means; `kinds` are those that mean another one here."""
        if self.status == HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimited(self.operation, detail, retry_after=self.retry_after)
        kind = {**_KINDS, **kinds}.get(self.status) or _kind(self.status)
        return kind(self.operation, detail, status=self.status)


class Transport:
    """Makes requests, each of them once. No redirect is followed, so that no secret travels elsewhere."""

    def __init__(self, session: ClientSession, timeout: float) -> None:
        """Take a session of the caller's, and seconds to wait for an answer."""
        self._session = session
        self._timeout = ClientTimeout(total=timeout)
        self.request_count = 0
        # How far the server's clock is ahead of ours, by the Date of its latest answer.
        self.server_ahead = timedelta()
        # What the latest answer that told of it left of the requests that the cloud takes.
        self.quota: Quota | None = None

    async def attempt(self, request: Request, deadline: float | None = None) -> Answer:
        """Make a request, and wait until `deadline`, a time of the event loop's, at most.

        Raises CutConnection, else CloudUnavailable: Unreached for no connection, UnreadableAnswer for no HTTP.
        """
        try:
            async with (
                asyncio.timeout_at(deadline),
                self._session.request(
                    request.method,
                    request.url,
                    data=request.content,
                    headers=request.headers,
                    timeout=self._timeout,
                    allow_redirects=False,
                    middlewares=(self._once,),
                ) as response,
            ):
                self._read_clock(response)
                self.quota = quota.read(response.headers, datetime.now(UTC)) or self.quota
                answer = _answer(request, response, await response.read())
        except TimeoutError as error:
            raise CloudUnavailable(request.operation, "no answer in time") from error
        except (ClientConnectorError, InvalidURL) as error:
            raise Unreached(request.operation, "no connection to the cloud") from error
        except ClientResponseError:
            # aiohttp's error keeps the request with its token, so it is not chained.
            raise UnreadableAnswer(request.operation, "no HTTP came back") from None
        except ClientError as error:
            raise CutConnection from error
        _LOGGER.debug("%s: %s, %s bytes", answer.operation, answer.status, len(answer.content))
        return answer

    async def _once(self, request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
        """Count a request as it goes out, and keep a cut connection from aiohttp, which would repeat by itself."""
        self.request_count += 1
        try:
            return await send(request)
        except ClientConnectorError:
            raise
        except (ClientOSError, ServerDisconnectedError) as error:
            raise CutConnection from error

    def _read_clock(self, response: ClientResponse) -> None:
        told = _date(response.headers.get("Date", ""))
        if told is not None:
            self.server_ahead = told + _HALF_A_SECOND - datetime.now(UTC)


def _answer(request: Request, response: ClientResponse, content: bytes) -> Answer:
    wait = _seconds(response.headers.get("Retry-After"), datetime.now(UTC))
    return Answer(request.operation, response.status, response.reason or "no reason given", wait, content)


def _kind(status: int) -> type[CloudError]:
    if status < HTTPStatus.BAD_REQUEST:
        return UnreadableAnswer  # a redirect: the API lives elsewhere, and the token stays here
    return Refused if status < HTTPStatus.INTERNAL_SERVER_ERROR else ServerFault


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
