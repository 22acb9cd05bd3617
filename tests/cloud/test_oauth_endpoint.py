"""The token endpoint: what is sent, what an answer means, and that no secret is told."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
import logging
from typing import Final
from urllib.parse import parse_qsl, quote_plus

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
from hypothesis import given, strategies as st
import jwt
import orjson
import pytest
from yarl import URL

from custom_components.layla.cloud.errors import (
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
from custom_components.layla.cloud.oauth.endpoint import TokenEndpoint, _read
from custom_components.layla.cloud.oauth.tokens import Tokens
from custom_components.layla.cloud.transport import Answer

from .server import CUT, SILENCE, Answer as Said, ScriptedServer, answer
from .strategies import anything
from .test_http import told

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET: Final = "cl1ent+s3cret/of=ours"
CODE: Final = "c0de-of-this sign-in"
VERIFIER: Final = "ver1fier-of-this-sign-in"
OLD: Final = Tokens("0ld-access", "0ld-refresh", None)
REPLY: Final = {
    "access_token": "new-access",
    "token_type": "Bearer",
    "expires_in": 3600,
    "refresh_token": "new-refresh",
}

type Ask = Callable[[TokenEndpoint], Awaitable[Tokens]]


async def exchange(endpoint: TokenEndpoint) -> Tokens:
    """Trade the code."""
    return await endpoint.exchange(CODE, "https://home.example/auth/external/callback", VERIFIER)


async def renew(endpoint: TokenEndpoint) -> Tokens:
    """Trade the refresh token."""
    return await endpoint.renew(OLD)


BOTH: Final = pytest.mark.parametrize("ask", [exchange, renew])


@pytest.fixture
def endpoint(server: ScriptedServer, session: ClientSession) -> TokenEndpoint:
    """The endpoint of a confidential client."""
    return TokenEndpoint(session, URL(f"{server.url}/oauth/token"), "our-id", SECRET)


def reply(*without: str, **other: object) -> bytes:
    """Answer with tokens: with these other members, and without those."""
    members = {name: value for name, value in {**REPLY, **other}.items() if name not in without}
    return answer(200, orjson.dumps(members))


async def failure(endpoint: TokenEndpoint, ask: Ask = renew) -> CloudError:
    """Ask in vain."""
    with pytest.raises(CloudError) as caught:
        await ask(endpoint)
    return caught.value


# what is sent


async def test_a_code_is_traded_for_tokens(
    endpoint: TokenEndpoint, server: ScriptedServer, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    server.says(reply())
    assert await exchange(endpoint) == Tokens("new-access", "new-refresh", NOW.timestamp() + 3540)
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/oauth/token")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["accept"] == "application/json"
    assert "authorization" not in request.headers
    assert dict(parse_qsl(request.body.decode(), strict_parsing=True)) == {
        "grant_type": "authorization_code",
        "code": CODE,
        "redirect_uri": "https://home.example/auth/external/callback",
        "code_verifier": VERIFIER,
        "client_id": "our-id",
        "client_secret": SECRET,
    }


async def test_a_refresh_token_is_traded_for_tokens(
    endpoint: TokenEndpoint, server: ScriptedServer, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    server.says(reply())
    assert await renew(endpoint) == Tokens("new-access", "new-refresh", NOW.timestamp() + 3540)
    (request,) = server.requests
    assert dict(parse_qsl(request.body.decode(), strict_parsing=True)) == {
        "grant_type": "refresh_token",
        "refresh_token": "0ld-refresh",
        "client_id": "our-id",
        "client_secret": SECRET,
    }


@BOTH
async def test_a_public_client_sends_no_secret(server: ScriptedServer, session: ClientSession, ask: Ask) -> None:
    server.says(reply())
    await ask(TokenEndpoint(session, URL(server.url), "our-id", ""))
    assert b"client_secret" not in server.requests[0].body


async def test_without_a_refresh_token_there_is_nothing_to_ask(endpoint: TokenEndpoint) -> None:
    with pytest.raises(AuthenticationFailed, match="token: there is no refresh token; sign in again"):
        await endpoint.renew(Tokens("access", None, None))
    assert endpoint.request_count == 0


async def test_requests_are_counted(endpoint: TokenEndpoint, server: ScriptedServer) -> None:
    server.says(reply(), answer(500))
    await exchange(endpoint)
    await failure(endpoint)
    assert endpoint.request_count == len(server.requests) == 2


# what an answer says


@pytest.mark.parametrize("other", [None, "", 5, "\x00"])
async def test_the_refresh_token_stays_where_the_answer_has_no_other(
    endpoint: TokenEndpoint, server: ScriptedServer, other: object
) -> None:
    server.says(reply(refresh_token=other))
    assert (await renew(endpoint)).refresh == "0ld-refresh"
    assert (await exchange(endpoint)).refresh is None


async def test_a_missing_refresh_token_is_none_or_the_old_one(endpoint: TokenEndpoint, server: ScriptedServer) -> None:
    server.says(reply("refresh_token"))
    assert (await renew(endpoint)).refresh == "0ld-refresh"
    assert (await exchange(endpoint)).refresh is None


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER", None])
async def test_a_bearer_token_is_one_however_it_is_written(
    endpoint: TokenEndpoint, server: ScriptedServer, kind: str | None
) -> None:
    server.says(reply(token_type=kind), reply("token_type"))
    assert (await renew(endpoint)).access == "new-access"
    assert (await renew(endpoint)).access == "new-access"


@pytest.mark.parametrize(
    ("told_lifetime", "after"),
    [
        (3600, 3540.0),
        ("3600", 3540.0),
        (100.0, 80.0),
        (0, None),
        (-3600, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("1e999", None),
        (True, None),
        ([3600], None),
        (None, None),
    ],
    ids=repr,
)
async def test_a_lifetime_is_read_with_tolerance(
    endpoint: TokenEndpoint,
    server: ScriptedServer,
    freezer: FrozenDateTimeFactory,
    told_lifetime: object,
    after: float | None,
) -> None:
    freezer.move_to(NOW)
    server.says(reply(expires_in=told_lifetime))
    expected = None if after is None else NOW.timestamp() + after
    assert (await renew(endpoint)).renew_at == expected


async def test_without_a_lifetime_the_end_that_the_token_names_counts(
    endpoint: TokenEndpoint, server: ScriptedServer, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    access = jwt.encode({"exp": NOW.timestamp() + 600}, "a key that nobody needs to know here")
    server.says(reply("expires_in", access_token=access))
    assert await renew(endpoint) == Tokens(access, "new-refresh", NOW.timestamp() + 540)


@BOTH
@pytest.mark.parametrize(
    ("said", "detail"),
    [
        (answer(200, b"<html>Please log in</html>"), "no JSON"),
        (answer(200), "no object"),
        (answer(200, b"[]"), "no object"),
        (reply("access_token"), "no access_token"),
        (reply(access_token=None), "no access_token"),
        (reply(access_token=5), "no access_token"),
        (reply(access_token=""), "no access_token"),
        (reply(access_token="two words"), "no access_token"),
        (reply(access_token="broken\r\nX-Header: line"), "no access_token"),
        (reply(token_type="mac"), "another token_type than bearer"),
        (reply(token_type=["bearer"]), "another token_type than bearer"),
    ],
)
async def test_an_answer_that_is_no_token_is_unreadable(
    endpoint: TokenEndpoint, server: ScriptedServer, ask: Ask, said: bytes, detail: str
) -> None:
    server.says(said)
    error = await failure(endpoint, ask)
    assert type(error) is UnreadableAnswer
    assert str(error).startswith(f"token: 200, {detail}")
    assert len(server.requests) == 1


@given(st.dictionaries(st.sampled_from([*REPLY]), anything))
def test_any_object_is_tokens_or_unreadable(members: Mapping[str, object]) -> None:
    body = orjson.dumps({**REPLY, **members})
    try:
        tokens = _read(Answer("token", 200, "OK", None, body), NOW.timestamp(), OLD)
    except UnreadableAnswer:
        return
    assert tokens.access
    assert tokens.refresh
    assert Tokens.from_record(tokens.as_record()) == tokens


# what a refusal means


@BOTH
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, UnreadableAnswer),
        (400, AuthenticationFailed),
        (401, AuthenticationFailed),
        (403, AuthenticationFailed),
        (404, NotSupported),
        (405, NotSupported),
        (409, Refused),
        (418, Refused),
        (500, ServerFault),
        (501, NotSupported),
        (503, ServerFault),
    ],
)
async def test_every_status_has_its_error_and_is_asked_once(
    endpoint: TokenEndpoint, server: ScriptedServer, ask: Ask, status: int, kind: type[CloudError]
) -> None:
    """An endpoint that renewed before and answers oddly now is taken to be down: only a sign-in can be mistyped."""
    server.says(answer(status, b'{"error": "invalid_grant", "error_description": "It is used up"}'))
    error = await failure(endpoint, ask)
    down = ask is renew and kind in (NotSupported, Refused)
    assert type(error) is (CloudUnavailable if down else kind)
    assert str(error) == f"token: {status}, invalid_grant: It is used up"
    assert len(server.requests) == 1


@BOTH
@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 5}', b'{"message": "Blocked"}'])
async def test_what_does_not_speak_of_an_error_as_the_standard_does_is_no_refusal(
    endpoint: TokenEndpoint, server: ScriptedServer, ask: Ask, status: int, body: bytes
) -> None:
    """A proxy for instance: the refresh token is as good as it was."""
    server.says(answer(status, body))
    assert type(await failure(endpoint, ask)) is (CloudUnavailable if ask is renew else Refused)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"error": "invalid_grant"}', "invalid_grant"),
        (b'{"error_description": "It is used up"}', "It is used up"),
        (b'{"error": 5, "error_description": ["x"]}', "Bad Request"),
        (b'{"error": ""}', "Bad Request"),
        (b"[]", "Bad Request"),
        (b"<html>", "Bad Request"),
        (b"", "Bad Request"),
    ],
)
async def test_a_refusal_is_told_in_its_own_words_else_in_those_of_http(
    endpoint: TokenEndpoint, server: ScriptedServer, body: bytes, detail: str
) -> None:
    server.says(answer(400, body, reason="Bad Request"))
    assert str(await failure(endpoint)) == f"token: 400, {detail}"


@BOTH
async def test_a_rate_limit_says_how_long_to_wait(endpoint: TokenEndpoint, server: ScriptedServer, ask: Ask) -> None:
    server.says(answer(429, b'{"error": "slow_down"}', Retry_After="120"))
    error = await failure(endpoint, ask)
    assert isinstance(error, RateLimited)
    assert error.retry_after == 120
    assert str(error) == "token: 429, slow_down"


@BOTH
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed(
    endpoint: TokenEndpoint, server: ScriptedServer, ask: Ask, status: int
) -> None:
    async with ScriptedServer.running() as elsewhere:
        elsewhere.says(reply())
        server.says(answer(status, Location=f"{elsewhere.url}/oauth/token"))
        assert isinstance(await failure(endpoint, ask), UnreadableAnswer)
        assert elsewhere.requests == [], "no request, so no secret"


# broken connections


@BOTH
@pytest.mark.parametrize("broken", [CUT, answer(200, b'{"access_token"', length=500), b"HTTP/1.1 200 OK\r\nContent-"])
async def test_a_lost_answer_is_not_asked_for_again(
    endpoint: TokenEndpoint, server: ScriptedServer, ask: Ask, broken: bytes
) -> None:
    server.says(broken, reply())
    error = await failure(endpoint, ask)
    assert type(error) is CloudUnavailable
    assert str(error) == "token: the connection was cut"
    assert len(server.requests) == 1


@BOTH
async def test_no_answer_in_time_is_not_asked_for_again(
    server: ScriptedServer, session: ClientSession, ask: Ask
) -> None:
    server.says(SILENCE)
    error = await failure(TokenEndpoint(session, URL(server.url), "our-id", SECRET, timeout=0.1), ask)
    assert type(error) is CloudUnavailable
    assert str(error) == "token: no answer in time"
    assert len(server.requests) == 1


def test_the_usual_patience_is_half_a_minute(endpoint: TokenEndpoint) -> None:
    assert endpoint._transport._timeout.total == 30


@BOTH
async def test_nobody_at_the_address_was_never_reached(session: ClientSession, ask: Ask) -> None:
    async with ScriptedServer.running() as gone:
        address = URL(gone.url)
    error = await failure(TokenEndpoint(session, address, "our-id", SECRET), ask)
    assert type(error) is Unreached
    assert str(error) == "token: no connection to the cloud"


# secrets


SECRETS: Final = (SECRET, CODE, VERIFIER, "0ld-access", "0ld-refresh")


def failures(secret: str) -> dict[str, Said]:
    """Return answers that fail, most of them with the secret in them."""
    form = quote_plus(secret)
    return {
        "echo": answer(400, orjson.dumps({"error": "invalid_request", "error_description": f"Bad {secret}!"})),
        "echo in the error": answer(401, orjson.dumps({"error": secret})),
        "echo of the form": answer(403, orjson.dumps({"error": f"a=b&c={form}&d=e"})),
        "echo in a 429": answer(429, orjson.dumps({"error": f"{secret}: too fast"})),
        "echo in a fault": answer(500, orjson.dumps({"error": f"{secret}{secret}"})),
        "echo in the reason": answer(500, reason=f"No {secret}"),
        "echo in a page": answer(200, f"<html>{secret}</html>".encode()),
        "echo in a redirect": answer(302, Location=f"https://example.com/?token={form}"),
        "echo in tokens that are none": reply(token_type=secret, refresh_token=secret),
        "echo in an unusable token": reply(access_token=f"{secret} {secret}"),
        "echo without HTTP": f"Bearer {secret}\r\n\r\n".encode(),
        "echo in a broken header": f"HTTP/1.1 200 OK\r\nX-Y\x00: {secret}\r\n\r\n".encode(),
        "cut": CUT,
        "cut in the middle": answer(200, orjson.dumps({"access_token": secret}), length=5000),
        "silence": SILENCE,
    }


@pytest.mark.parametrize("said", failures(""))
@pytest.mark.parametrize("secret", SECRETS)
async def test_no_error_and_no_log_record_holds_a_secret(
    server: ScriptedServer, session: ClientSession, caplog: pytest.LogCaptureFixture, said: str, secret: str
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("aiohttp", "aiohttp.client", "aiohttp.internal", "asyncio", "custom_components"):
        caplog.set_level(logging.DEBUG, logger=name)
    server.says(failures(secret)[said])
    ask = exchange if secret in (CODE, VERIFIER) else renew
    error = await failure(TokenEndpoint(session, URL(server.url), "our-id", SECRET, timeout=0.2), ask)
    for part in (*SECRETS, quote_plus(SECRET), quote_plus(CODE)):
        assert part not in told(error)
        assert part not in caplog.text
        assert not [record for record in caplog.records if part in repr(vars(record))]


async def test_a_secret_that_begins_another_leaves_nothing_of_it(
    server: ScriptedServer, session: ClientSession
) -> None:
    server.says(answer(400, b'{"error": "not abcdef"}'))
    endpoint = TokenEndpoint(session, URL(server.url), "our-id", "abc")
    with pytest.raises(AuthenticationFailed) as caught:
        await endpoint.renew(Tokens("ab", "abcdef", None))
    assert caught.value.detail == "not ***"


async def test_a_public_client_has_no_secret_to_take_out(server: ScriptedServer, session: ClientSession) -> None:
    server.says(answer(400, b'{"error": "invalid_grant"}'))
    endpoint = TokenEndpoint(session, URL(server.url), "our-id", "")
    with pytest.raises(AuthenticationFailed, match="token: 400, invalid_grant"):
        await endpoint.exchange("", "", "")


async def test_a_success_logs_operation_status_and_size_alone(
    endpoint: TokenEndpoint, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="custom_components.layla.cloud")
    server.says(answer(200, b'{"access_token": "new-access"}'))
    await renew(endpoint)
    records = [record.getMessage() for record in caplog.records if record.name.startswith("custom_components")]
    assert records == ["token: 200, 30 bytes"]


def test_an_endpoint_does_not_show_its_secret(endpoint: TokenEndpoint) -> None:
    assert SECRET not in repr(endpoint)
