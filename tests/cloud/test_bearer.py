"""A call whose token was refused is made once more with another one, and only then."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, override

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
from yarl import URL

from custom_components.layla.cloud.bearer import Bearer, FixedToken
from custom_components.layla.cloud.errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    RateLimited,
    ServerFault,
    Unreached,
)
from custom_components.layla.cloud.http import HttpClient
from custom_components.layla.cloud.route import Evidence, Route

from .server import CUT, SILENCE, ScriptedServer, answer

LIST: Final = Route("listDevices", "GET", "/v1/devices", Evidence.HIGH)
METHODS: Final = ("GET", "PUT", "PATCH", "POST", "DELETE")
FAILURES: Final[Sequence[CloudError]] = (
    AuthenticationFailed("token", "invalid_grant", status=400),
    RateLimited("token", "slow down", retry_after=5.0),
)


class Purse(Bearer):
    """Hands out tokens in order: the first one until it is refused, then the next one."""

    def __init__(self, *tokens: str | CloudError) -> None:
        self.tokens = list(tokens)
        self.refused: list[str] = []

    @override
    async def token(self) -> str:
        return self._first()

    @override
    async def renewed(self, refused: str) -> str | None:
        self.refused.append(refused)
        del self.tokens[0]
        return self._first() if self.tokens else None

    def _first(self) -> str:
        if isinstance(self.tokens[0], str):
            return self.tokens[0]
        raise self.tokens[0]


class Sluggish(Bearer):
    """Has a first token, and takes for ever to find any other."""

    def __init__(self, *, first: bool) -> None:
        self._tokens = ["first"] if first else []

    @override
    async def token(self) -> str:
        return self._tokens[0] if self._tokens else await asyncio.Future[str]()

    @override
    async def renewed(self, refused: str) -> str:
        return await asyncio.Future[str]()


def route(method: str) -> Route:
    """Return a route of this method."""
    return Route("thing", method, "/v1/thing", Evidence.LOW)


def used(server: ScriptedServer) -> list[str]:
    """Return the tokens that came, in order."""
    return [request.headers["authorization"].removeprefix("Bearer ") for request in server.requests]


async def test_a_fixed_token_is_what_was_given_and_there_is_no_other() -> None:
    bearer = FixedToken("given")
    assert await bearer.token() == "given"
    assert await bearer.renewed("given") is None
    assert bearer.request_count == 0


async def test_a_fixed_token_does_not_show_itself() -> None:
    assert "given" not in repr(FixedToken("given"))


async def test_a_refused_fixed_token_is_not_tried_again(server: ScriptedServer, session: ClientSession) -> None:
    server.says(answer(401, b'{"message": "expired"}'))
    with pytest.raises(AuthenticationFailed, match="listDevices: 401, expired"):
        await HttpClient(session, URL(server.url), FixedToken("given")).call(LIST)
    assert used(server) == ["given"]


async def test_every_call_asks_for_its_token(server: ScriptedServer, session: ClientSession) -> None:
    server.says(answer(200))
    purse = Purse("first")
    client = HttpClient(session, URL(server.url), purse)
    await client.call(LIST)
    purse.tokens = ["second"]
    await client.call(LIST)
    assert used(server) == ["first", "second"]


@pytest.mark.parametrize("method", METHODS)
async def test_a_call_whose_token_was_refused_is_made_once_more_with_the_next_one(
    server: ScriptedServer, session: ClientSession, method: str
) -> None:
    server.says(answer(401), answer(200, b"[1]"))
    purse = Purse("first", "second")
    client = HttpClient(session, URL(server.url), purse)
    assert await client.call(route(method), body={"on": True}) == [1]
    assert used(server) == ["first", "second"]
    assert purse.refused == ["first"]
    assert {request.body for request in server.requests} == {b'{"on":true}'}
    assert client.request_count == 2


async def test_a_second_refusal_is_the_last(server: ScriptedServer, session: ClientSession) -> None:
    server.says(answer(401, b'{"message": "first is bad"}'), answer(401, b'{"message": "second is bad"}'))
    purse = Purse("first", "second", "third")
    with pytest.raises(AuthenticationFailed, match=r"listDevices: 401, \*\*\* is bad"):
        await HttpClient(session, URL(server.url), purse).call(LIST)
    assert used(server) == ["first", "second"]
    assert purse.refused == ["first"]


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
async def test_nothing_but_a_401_asks_for_another_token(
    server: ScriptedServer, session: ClientSession, status: int
) -> None:
    server.says(answer(status))
    purse = Purse("first", "second")
    with pytest.raises(CloudError):
        await HttpClient(session, URL(server.url), purse).call(LIST)
    assert purse.refused == []
    assert len(server.requests) == 1


async def test_each_of_the_two_tries_may_be_cut_once(server: ScriptedServer, session: ClientSession) -> None:
    server.says(CUT, answer(401), CUT, answer(200, b"[1]"))
    assert await HttpClient(session, URL(server.url), Purse("first", "second")).call(LIST) == [1]
    assert used(server) == ["first", "first", "second", "second"]


async def test_a_cut_after_a_refusal_does_not_repeat_what_changes_something(
    server: ScriptedServer, session: ClientSession
) -> None:
    server.says(answer(401), CUT)
    with pytest.raises(CloudUnavailable, match="thing: the connection was cut") as caught:
        await HttpClient(session, URL(server.url), Purse("first", "second")).call(route("POST"))
    assert not isinstance(caught.value, Unreached), "the second try may have arrived"
    assert used(server) == ["first", "second"]


@pytest.mark.parametrize("failure", FAILURES, ids=str)
async def test_a_token_that_cannot_be_had_fails_the_call_before_it_goes_out(
    server: ScriptedServer, session: ClientSession, failure: CloudError
) -> None:
    with pytest.raises(type(failure)) as caught:
        await HttpClient(session, URL(server.url), Purse(failure)).call(LIST)
    assert caught.value is failure
    assert server.requests == []


@pytest.mark.parametrize("failure", FAILURES, ids=str)
async def test_a_token_that_cannot_be_renewed_fails_the_refused_call(
    server: ScriptedServer, session: ClientSession, failure: CloudError
) -> None:
    server.says(answer(401))
    with pytest.raises(type(failure)) as caught:
        await HttpClient(session, URL(server.url), Purse("first", failure)).call(LIST)
    assert caught.value is failure
    assert len(server.requests) == 1


@pytest.mark.parametrize("tokens", [(), ("first",)], ids=["at first", "after a refusal"])
@pytest.mark.parametrize(
    "failure", [CloudUnavailable("token", "no answer in time"), ServerFault("token", "down", status=503)], ids=str
)
async def test_where_no_token_can_be_had_now_the_cloud_was_not_asked(
    server: ScriptedServer, session: ClientSession, failure: CloudError, tokens: Sequence[str]
) -> None:
    server.says(answer(401))
    with pytest.raises(Unreached) as caught:
        await HttpClient(session, URL(server.url), Purse(*tokens, failure)).call(route("POST"))
    assert str(caught.value) == str(failure)
    assert caught.value.__cause__ is failure


@pytest.mark.parametrize("first", [False, True], ids=["at first", "after a refusal"])
async def test_patience_includes_waiting_for_a_token(
    server: ScriptedServer, session: ClientSession, *, first: bool
) -> None:
    server.says(answer(401))
    client = HttpClient(session, URL(server.url), Sluggish(first=first))
    with pytest.raises(Unreached, match="thing: no access token in time"):
        await client.send(route("POST"), patience=0.2)
    assert len(server.requests) == first


async def test_patience_is_for_both_tries_together(server: ScriptedServer, session: ClientSession) -> None:
    server.says(answer(401), SILENCE)
    client = HttpClient(session, URL(server.url), Purse("first", "second"))
    began = asyncio.get_running_loop().time()
    with pytest.raises(CloudUnavailable, match="thing: no answer in time"):
        await client.send(route("POST"), patience=0.2)
    assert used(server) == ["first", "second"]
    assert asyncio.get_running_loop().time() - began < 10


async def test_a_refused_try_tells_the_time_as_well(
    server: ScriptedServer, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(datetime(2026, 11, 20, 12, tzinfo=UTC))
    server.says(answer(401, Date="Fri, 20 Nov 2026 12:03:00 GMT"), answer(200))
    client = HttpClient(session, URL(server.url), Purse("first", "second"))
    await client.call(LIST)
    assert client.server_ahead.total_seconds() == 180.5
