"""A sign-in that renews itself: once for all callers, stored before it is used, never with a used-up token."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
import contextlib
from datetime import UTC, datetime
import gc
from typing import Any, Final
from urllib.parse import parse_qs

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import orjson
import pytest
from yarl import URL

from custom_components.layla.cloud.errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    RateLimited,
    UnreadableAnswer,
)
from custom_components.layla.cloud.http import HttpClient
from custom_components.layla.cloud.oauth.endpoint import TokenEndpoint
from custom_components.layla.cloud.oauth.sign_in import SignIn
from custom_components.layla.cloud.oauth.tokens import Tokens
from custom_components.layla.cloud.route import Evidence, Route

from .server import CUT, SILENCE, ScriptedServer, answer
from .token_store import Disk

START: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOW: Final = START.timestamp()
LIST: Final = Route("listDevices", "GET", "/v1/devices", Evidence.HIGH)
DOWN: Final = answer(503, b'{"error": "temporarily_unavailable"}')
USED_UP: Final = answer(400, b'{"error": "invalid_grant"}')

type Ask = Callable[[SignIn], Coroutine[Any, Any, str | None]]


def fresh(number: int) -> Tokens:
    """Return the tokens of this number as they come from the endpoint now."""
    return Tokens(f"access-{number}", f"refresh-{number}", NOW + 3540)


def due(number: int) -> Tokens:
    """Return tokens that it is time to renew."""
    return Tokens(f"access-{number}", f"refresh-{number}", NOW)


def grant(number: int) -> bytes:
    """Answer with the tokens of this number."""
    body = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "expires_in": 3600}
    return answer(200, orjson.dumps(body))


async def by_time(sign_in: SignIn) -> str | None:
    """Ask for a token as before every call."""
    return await sign_in.token()


async def by_refusal(sign_in: SignIn) -> str | None:
    """Ask for a token as after a refusal of the first one."""
    return await sign_in.renewed("access-0")


BOTH: Final = pytest.mark.parametrize("ask", [by_time, by_refusal])


@pytest.fixture(autouse=True)
def _standing_clock(freezer: FrozenDateTimeFactory) -> None:
    """Let no time go by."""
    freezer.move_to(START)


@pytest.fixture(autouse=True)
async def noise() -> AsyncIterator[list[str]]:
    """What the event loop complains of: nothing."""
    heard: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(str(context)))
    yield heard
    assert heard == []


@pytest.fixture
def disk() -> Disk:
    """A store with tokens that it is time to renew."""
    return Disk(due(0))


@pytest.fixture
def endpoint(server: ScriptedServer, session: ClientSession) -> TokenEndpoint:
    """An endpoint that answers what the test says."""
    return TokenEndpoint(session, URL(f"{server.url}/oauth/token"), "our-id", "our-secret")


@pytest.fixture
def sign_in(endpoint: TokenEndpoint, disk: Disk) -> SignIn:
    """A sign-in with tokens that it is time to renew."""
    return SignIn(endpoint, disk)


def refreshes(server: ScriptedServer) -> list[str]:
    """Return the refresh tokens that came, in order."""
    forms = (parse_qs(request.body.decode()) for request in server.requests if request.target == "/oauth/token")
    return [form["refresh_token"][0] for form in forms]


async def until(condition: Callable[[], object]) -> None:
    """Let others go on until something is so."""
    while not condition():  # noqa: ASYNC110  # the network is what is waited for
        await asyncio.sleep(0)


async def a_while() -> None:
    """Let others go on as far as they can."""
    for _ in range(50):
        await asyncio.sleep(0)


async def cancelled(task: asyncio.Task[Any]) -> None:
    """Cancel a task, and see that it is."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# when it renews


@pytest.mark.parametrize("renew_at", [NOW + 0.001, NOW + 3540, None])
async def test_a_token_serves_until_it_is_time(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, renew_at: float | None
) -> None:
    disk.tokens = Tokens("access-0", "refresh-0", renew_at)
    assert await sign_in.token() == "access-0"
    assert server.requests == []
    assert disk.attempts == 0


@pytest.mark.parametrize("renew_at", [NOW, NOW - 0.001, 0.0])
async def test_a_token_is_renewed_when_it_is_time(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, renew_at: float
) -> None:
    disk.tokens = Tokens("access-0", "refresh-0", renew_at)
    server.says(grant(1))
    assert await sign_in.token() == "access-1"
    assert disk.kept == [fresh(1)]
    assert refreshes(server) == ["refresh-0"]
    assert await sign_in.token() == "access-1"
    assert len(server.requests) == 1


@pytest.mark.parametrize("renew_at", [NOW, NOW + 3540, None])
async def test_a_refused_token_is_renewed_whatever_the_time(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, renew_at: float | None
) -> None:
    disk.tokens = Tokens("access-0", "refresh-0", renew_at)
    server.says(grant(1))
    assert await sign_in.renewed("access-0") == "access-1"
    assert disk.kept == [fresh(1)]
    assert refreshes(server) == ["refresh-0"]


async def test_who_comes_late_with_a_refused_token_gets_what_replaced_it(
    sign_in: SignIn, disk: Disk, server: ScriptedServer
) -> None:
    disk.tokens = fresh(1)
    assert await sign_in.renewed("access-0") == "access-1"
    assert server.requests == []


async def test_a_renewal_that_brings_the_refused_token_again_brings_none(
    sign_in: SignIn, server: ScriptedServer
) -> None:
    server.says(grant(0))
    assert await sign_in.renewed("access-0") is None
    assert await sign_in.token() == "access-0", "it is new again, and may be good now"
    assert len(server.requests) == 1


@pytest.mark.parametrize("renew_at", [NOW, NOW + 3540, None])
async def test_without_a_refresh_token_the_token_serves_until_it_is_refused(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, renew_at: float | None
) -> None:
    disk.tokens = Tokens("access-0", None, renew_at)
    assert await sign_in.token() == "access-0"
    assert await sign_in.renewed("access-0") is None
    assert await sign_in.renewed("another") == "access-0"
    assert server.requests == []


async def test_refresh_tokens_are_used_one_after_the_other(
    sign_in: SignIn, server: ScriptedServer, freezer: FrozenDateTimeFactory
) -> None:
    for number in range(1, 5):
        server.says(grant(number))
        assert await sign_in.token() == f"access-{number}"
        freezer.tick(3540)
    assert refreshes(server) == ["refresh-0", "refresh-1", "refresh-2", "refresh-3"]


# one renewal for all


async def test_any_number_of_callers_cause_one_renewal(sign_in: SignIn, disk: Disk, server: ScriptedServer) -> None:
    server.says(grant(1))
    asked = [by_time(sign_in) for _ in range(20)] + [by_refusal(sign_in) for _ in range(20)]
    assert set(await asyncio.gather(*asked)) == {"access-1"}
    assert refreshes(server) == ["refresh-0"]
    assert disk.kept == [fresh(1)]


@pytest.mark.parametrize(("said", "kind"), [(USED_UP, AuthenticationFailed), (answer(429), RateLimited)])
async def test_all_callers_get_the_error_of_the_one_renewal(
    sign_in: SignIn, server: ScriptedServer, said: bytes, kind: type[CloudError]
) -> None:
    server.says(said)
    asked = [by_time(sign_in) for _ in range(5)] + [by_refusal(sign_in) for _ in range(5)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(error) for error in found} == {kind}
    assert len(server.requests) == 1


async def test_who_waits_for_what_is_under_way_can(sign_in: SignIn, disk: Disk, server: ScriptedServer) -> None:
    await sign_in.settled()
    server.says(grant(1))
    asked = asyncio.create_task(by_time(sign_in))
    await asyncio.sleep(0)
    assert disk.kept == []
    await sign_in.settled()
    assert disk.kept == [fresh(1)]
    assert await asked == "access-1"


async def test_who_comes_while_it_is_stored_waits_as_well(sign_in: SignIn, disk: Disk, server: ScriptedServer) -> None:
    server.says(grant(1))
    disk.ready.clear()
    first = asyncio.create_task(by_time(sign_in))
    await until(lambda: disk.attempts)
    others = [asyncio.create_task(ask(sign_in)) for ask in (by_time, by_refusal)]
    await a_while()
    assert not any(task.done() for task in (first, *others))
    disk.ready.set()
    assert await asyncio.gather(first, *others) == ["access-1"] * 3
    assert (disk.attempts, len(server.requests)) == (1, 1)


# stored before it is used


@BOTH
@pytest.mark.parametrize("hasty", [False, True])
async def test_nobody_gets_tokens_that_are_not_stored_yet(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, ask: Ask, *, hasty: bool
) -> None:
    server.says(grant(1))
    disk.hasty = hasty
    disk.ready.clear()
    first = asyncio.create_task(ask(sign_in))
    await until(lambda: disk.attempts)
    second = asyncio.create_task(ask(sign_in))
    await a_while()
    assert not first.done()
    assert not second.done()
    disk.ready.set()
    assert await first == await second == "access-1"
    assert disk.kept == [fresh(1)]


@BOTH
@pytest.mark.parametrize("hasty", [False, True])
async def test_tokens_that_could_not_be_stored_are_stored_before_the_next_use(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, ask: Ask, *, hasty: bool
) -> None:
    server.says(grant(1), grant(2))
    disk.hasty = hasty
    disk.broken = 3
    for attempts in (1, 2, 3):
        with pytest.raises(CloudUnavailable, match="token: the new tokens could not be stored") as caught:
            await ask(sign_in)
        assert isinstance(caught.value.__cause__, OSError)
        assert (disk.attempts, disk.kept) == (attempts, [])
    assert await ask(sign_in) == "access-1"
    assert disk.kept == [fresh(1)]
    assert refreshes(server) == ["refresh-0"]
    assert await sign_in.token() == "access-1"
    assert disk.attempts == 4


async def test_tokens_that_could_not_be_stored_in_time_are_stored_and_renewed_when_that_is_due(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, freezer: FrozenDateTimeFactory
) -> None:
    server.says(grant(1), grant(2))
    disk.broken = 1
    with pytest.raises(CloudUnavailable):
        await sign_in.token()
    freezer.tick(4000)
    assert await sign_in.token() == "access-1"
    assert await sign_in.token() == "access-2"
    assert refreshes(server) == ["refresh-0", "refresh-1"]


@BOTH
async def test_a_sign_in_anew_replaces_tokens_that_could_not_be_stored(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, ask: Ask
) -> None:
    server.says(grant(1))
    disk.broken = 1
    with pytest.raises(CloudUnavailable):
        await ask(sign_in)
    disk.tokens = fresh(7)
    assert await ask(sign_in) == "access-7"
    assert disk.kept == []
    assert len(server.requests) == 1


@BOTH
async def test_a_sign_in_anew_during_a_renewal_is_not_overwritten(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, ask: Ask
) -> None:
    server.says(grant(1))
    task = asyncio.create_task(ask(sign_in))
    await until(lambda: server.requests)
    disk.tokens = fresh(7)
    assert await task == "access-7"
    assert (disk.tokens, disk.attempts) == (fresh(7), 0)


async def test_a_sign_in_anew_just_before_a_renewal_makes_it_needless(
    endpoint: TokenEndpoint, disk: Disk, server: ScriptedServer
) -> None:
    def late(renewal: Coroutine[Any, Any, Tokens]) -> asyncio.Task[Tokens]:
        disk.tokens = fresh(7)
        return asyncio.create_task(renewal)

    assert await SignIn(endpoint, disk, late).token() == "access-7"
    assert server.requests == []


# callers that go


@BOTH
async def test_a_caller_that_is_cancelled_does_not_cancel_the_renewal(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, ask: Ask
) -> None:
    server.says(grant(1))
    first, second = (asyncio.create_task(ask(sign_in)) for _ in range(2))
    await until(lambda: server.requests)
    await cancelled(first)
    assert await second == "access-1"
    assert disk.kept == [fresh(1)]
    assert len(server.requests) == 1


@BOTH
async def test_a_renewal_that_nobody_waits_for_any_more_is_stored(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, ask: Ask
) -> None:
    server.says(grant(1))
    task = asyncio.create_task(ask(sign_in))
    await until(lambda: server.requests)
    await cancelled(task)
    await until(lambda: disk.kept)
    assert await sign_in.token() == "access-1"
    assert len(server.requests) == 1


@pytest.mark.parametrize("said", [USED_UP, DOWN, CUT])
async def test_a_failure_that_nobody_waits_for_any_more_makes_no_noise(
    endpoint: TokenEndpoint, disk: Disk, server: ScriptedServer, noise: list[str], said: bytes
) -> None:
    server.says(said)
    tasks: list[asyncio.Task[Tokens]] = []

    def start(renewal: Coroutine[Any, Any, Tokens]) -> asyncio.Task[Tokens]:
        tasks.append(asyncio.create_task(renewal))
        return tasks[-1]

    caller = asyncio.create_task(SignIn(endpoint, disk, start).token())
    await until(lambda: server.requests)
    await cancelled(caller)
    await until(tasks[0].done)
    del caller
    tasks.clear()
    await a_while()
    gc.collect()
    assert noise == []


async def test_a_renewal_may_begin_at_once(endpoint: TokenEndpoint, disk: Disk, server: ScriptedServer) -> None:
    server.says(grant(1))
    loop = asyncio.get_running_loop()
    sign_in = SignIn(endpoint, disk, lambda renewal: asyncio.Task(renewal, loop=loop, eager_start=True))
    assert await asyncio.gather(*(sign_in.token() for _ in range(2))) == ["access-1", "access-1"]
    assert len(server.requests) == 1


async def test_a_renewal_that_is_stopped_cancels_no_caller(
    endpoint: TokenEndpoint, disk: Disk, server: ScriptedServer
) -> None:
    server.says(SILENCE)
    tasks: list[asyncio.Task[Tokens]] = []

    def start(renewal: Coroutine[Any, Any, Tokens]) -> asyncio.Task[Tokens]:
        tasks.append(asyncio.create_task(renewal))
        return tasks[-1]

    sign_in = SignIn(endpoint, disk, start)
    caller = asyncio.create_task(sign_in.renewed("access-0"))
    await until(lambda: server.requests)
    tasks[0].cancel()
    with pytest.raises(CloudUnavailable, match="token: the renewal was stopped"):
        await caller
    server.says(grant(1))
    assert await sign_in.token() == "access-1"


async def test_tokens_of_a_renewal_that_was_stopped_while_it_stored_them_are_not_lost(
    endpoint: TokenEndpoint, disk: Disk, server: ScriptedServer
) -> None:
    server.says(grant(1))
    disk.ready.clear()
    tasks: list[asyncio.Task[Tokens]] = []

    def start(renewal: Coroutine[Any, Any, Tokens]) -> asyncio.Task[Tokens]:
        tasks.append(asyncio.create_task(renewal))
        return tasks[-1]

    sign_in = SignIn(endpoint, disk, start)
    caller = asyncio.create_task(sign_in.token())
    await until(lambda: disk.attempts)
    tasks[0].cancel()
    with pytest.raises(CloudUnavailable, match="token: the renewal was stopped"):
        await caller
    disk.ready.set()
    assert await sign_in.token() == "access-1"
    assert disk.kept == [fresh(1)]
    assert len(server.requests) == 1


# renewals that fail


@BOTH
@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_refused_renewal_is_not_asked_for_again_until_somebody_signs_in_anew(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, ask: Ask, status: int
) -> None:
    server.says(answer(status, b'{"error": "invalid_grant"}'))
    for asked in (ask, by_time, by_refusal):
        with pytest.raises(AuthenticationFailed) as caught:
            await asked(sign_in)
        assert str(caught.value) == f"token: {status}, invalid_grant"
        assert caught.value.status == status
    assert len(server.requests) == 1
    disk.tokens = due(7)
    server.says(grant(8))
    assert await sign_in.token() == "access-8"
    assert refreshes(server) == ["refresh-0", "refresh-7"]


TRANSIENT: Final = pytest.mark.parametrize(
    ("said", "kind"),
    [
        (DOWN, CloudUnavailable),
        (CUT, CloudUnavailable),
        (answer(200, b"<html>"), UnreadableAnswer),
    ],
    ids=["down", "cut", "unreadable"],
)


@TRANSIENT
async def test_a_token_that_cannot_be_renewed_now_serves_while_the_cloud_takes_it(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, said: bytes, kind: type[CloudError]
) -> None:
    server.says(said, said, said, grant(1))
    assert await sign_in.token() == "access-0"
    assert await sign_in.token() == "access-0"
    assert disk.attempts == 0
    with pytest.raises(kind):
        await sign_in.renewed("access-0")
    assert await sign_in.token() == "access-1"
    assert len(server.requests) == 4


@TRANSIENT
async def test_a_token_that_the_cloud_refused_does_not_serve_again(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, said: bytes, kind: type[CloudError]
) -> None:
    disk.tokens = fresh(0)
    server.says(said)
    for asked in (by_refusal, by_time, by_time):
        with pytest.raises(kind):
            await asked(sign_in)
    server.says(grant(1))
    assert await sign_in.token() == "access-1"


async def test_an_endpoint_that_nobody_listens_at_leaves_the_token_serving(session: ClientSession, disk: Disk) -> None:
    async with ScriptedServer.running() as gone:
        endpoint = TokenEndpoint(session, URL(gone.url), "our-id", "")
    assert await SignIn(endpoint, disk).token() == "access-0"


@pytest.mark.parametrize(
    ("said", "kind"), [(answer(429, Retry_After="7"), RateLimited), (USED_UP, AuthenticationFailed)]
)
async def test_a_rate_limit_and_a_refusal_are_told_though_the_token_might_serve(
    sign_in: SignIn, server: ScriptedServer, said: bytes, kind: type[CloudError]
) -> None:
    server.says(said)
    with pytest.raises(kind):
        await sign_in.token()


async def test_a_sign_in_anew_during_a_renewal_that_fails_serves(
    sign_in: SignIn, disk: Disk, server: ScriptedServer
) -> None:
    server.says(DOWN)
    task = asyncio.create_task(sign_in.renewed("access-0"))
    await until(lambda: server.requests)
    disk.tokens = fresh(7)
    assert await task == "access-7"


# with calls


async def test_a_call_with_a_refused_token_is_made_with_the_renewed_one(
    sign_in: SignIn, disk: Disk, server: ScriptedServer, session: ClientSession
) -> None:
    disk.tokens = fresh(0)
    server.says(answer(401), grant(1), answer(200, b"[1]"))
    client = HttpClient(session, URL(server.url), sign_in)
    assert await client.call(LIST) == [1]
    assert [request.headers.get("authorization") for request in server.requests] == [
        "Bearer access-0",
        None,
        "Bearer access-1",
    ]
    assert client.request_count == len(server.requests) == 3
    assert sign_in.request_count == 1


async def test_a_sign_in_shows_no_secret(sign_in: SignIn, server: ScriptedServer) -> None:
    server.says(USED_UP)
    with contextlib.suppress(CloudError):
        await sign_in.token()
    shown = repr(sign_in) + repr(sign_in._refusal)
    assert "access-0" not in shown
    assert "refresh-0" not in shown
