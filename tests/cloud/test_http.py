"""The HTTP layer: typed errors, one retry where it is safe, and a token that stays where it belongs."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import logging
import traceback
from typing import Final

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
from hypothesis import given, strategies as st
import pytest
from yarl import URL

from custom_components.layla.cloud import transport
from custom_components.layla.cloud.bearer import FixedToken
from custom_components.layla.cloud.errors import (
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
)
from custom_components.layla.cloud.http import HttpClient, QueryValue
from custom_components.layla.cloud.route import Evidence, Route

from .server import CUT, SILENCE, Answer, ScriptedServer, answer

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOKEN: Final = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvd25lciJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
LIST: Final = Route("listDevices", "GET", "/v1/devices", Evidence.HIGH)
ITEM: Final = Route("getDevice", "GET", "/v1/devices/{id}", Evidence.HIGH)


def route(method: str) -> Route:
    """Return a route of this method."""
    return Route("thing", method, "/v1/thing", Evidence.LOW)


@pytest.fixture
def client(server: ScriptedServer, session: ClientSession) -> HttpClient:
    """A client of the scripted server."""
    return HttpClient(session, URL(f"{server.url}/api"), FixedToken(TOKEN))


async def failure(client: HttpClient, called: Route = LIST, *, body: object = None) -> CloudError:
    """Make a call that fails."""
    with pytest.raises(CloudError) as caught:
        await client.call(called, {"id": "unit"}, body=body)
    return caught.value


# what is sent


async def test_the_decoded_answer_is_returned(client: HttpClient, server: ScriptedServer) -> None:
    server.says(answer(200, b'{"id": "unit"}'))
    assert await client.call(LIST) == {"id": "unit"}


@pytest.mark.parametrize("status", [200, 201, 202, 206])
async def test_every_success_is_one(client: HttpClient, server: ScriptedServer, status: int) -> None:
    server.says(answer(status, b"[1]"))
    assert await client.call(LIST) == [1]


@pytest.mark.parametrize("content", [answer(200), answer(204), answer(200, b" \r\n")])
async def test_an_empty_answer_is_none(client: HttpClient, server: ScriptedServer, content: bytes) -> None:
    server.says(content)
    assert await client.call(LIST) is None


async def test_what_the_cloud_says_of_a_change_that_it_made_is_logged_without_secrets(
    client: HttpClient, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.says(answer(200, f'{{"message": "Kept for robin@example.com {TOKEN}"}}'.encode()))
    await client.send(route("PATCH"))
    await client.call(route("POST"))
    await client.call(route("GET"))
    assert [record.getMessage() for record in caplog.records if record.name.endswith("cloud.http")] == [
        "thing: done, and the cloud says: Kept for *** ***"
    ] * 2


@pytest.mark.parametrize("content", [b"", b"{}", b'{"message": 7}', b"nonsense", b'[{"message": "no"}]'])
async def test_a_change_of_which_the_cloud_says_nothing_is_not_logged(
    client: HttpClient, server: ScriptedServer, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    caplog.set_level(logging.INFO)
    server.says(answer(200, content))
    await client.send(route("PATCH"))
    assert not [record for record in caplog.records if record.name.endswith("cloud.http")]


async def test_the_token_goes_out_as_bearer(client: HttpClient, server: ScriptedServer) -> None:
    server.says(answer(200))
    await client.call(LIST)
    (request,) = server.requests
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["accept"] == "application/json"
    assert "content-type" not in request.headers
    assert request.body == b""


async def test_a_body_goes_out_as_json(client: HttpClient, server: ScriptedServer) -> None:
    server.says(answer(200))
    await client.call(route("PATCH"), body={"name": "Küche"})
    (request,) = server.requests
    assert request.method == "PATCH"
    assert request.headers["content-type"] == "application/json"
    assert request.body == '{"name":"Küche"}'.encode()


@pytest.mark.parametrize("base", ["", "/", "/api", "/api/", "/a%20b/c"])
async def test_paths_start_below_the_base_url(server: ScriptedServer, session: ClientSession, base: str) -> None:
    server.says(answer(200))
    await HttpClient(session, URL(server.url + base, encoded=True), FixedToken(TOKEN)).call(LIST)
    assert server.requests[0].target == f"{base.rstrip('/')}/v1/devices"


@pytest.mark.parametrize(
    ("item", "segment"), [("a/../b", "a%2F..%2Fb"), ("50%", "50%25"), ("a?b=c#d", "a%3Fb%3Dc%23d"), ("ü", "%C3%BC")]
)
async def test_an_id_arrives_escaped_exactly_once(
    client: HttpClient, server: ScriptedServer, item: str, segment: str
) -> None:
    server.says(answer(200))
    await client.call(ITEM, {"id": item})
    assert server.requests[0].target == f"/api/v1/devices/{segment}"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (False, "false"),
        (5, "5"),
        ("home", "home"),
        (["in_alarm", "snoozed"], "in_alarm,snoozed"),
        ([], ""),
        ("2026-11-20T12:00:00", "2026-11-20T12:00:00"),
    ],
)
async def test_query_values_are_written_as_the_api_reads_them(
    client: HttpClient, server: ScriptedServer, value: QueryValue, written: str
) -> None:
    server.says(answer(200))
    await client.call(LIST, query={"value": value, "absent": None})
    assert dict(URL(server.requests[0].target).query) == {"value": written}


async def test_query_values_cannot_add_others(client: HttpClient, server: ScriptedServer) -> None:
    server.says(answer(200))
    await client.call(LIST, query={"category": "a&b=c d+e%20#f"})
    assert dict(URL(server.requests[0].target).query) == {"category": "a&b=c d+e%20#f"}


async def test_requests_are_counted_repeats_included(client: HttpClient, server: ScriptedServer) -> None:
    assert client.request_count == 0
    server.says(answer(200), answer(500), CUT, answer(200))
    await client.call(LIST)
    await failure(client)
    await client.call(LIST)
    assert client.request_count == len(server.requests) == 4


# what an answer means


@pytest.mark.parametrize(
    ("status", "called", "kind"),
    [
        (301, LIST, UnreadableAnswer),
        (400, LIST, Refused),
        (401, LIST, AuthenticationFailed),
        (401, ITEM, AuthenticationFailed),
        (403, LIST, Refused),
        (404, LIST, NotSupported),
        (404, ITEM, Gone),
        (405, LIST, NotSupported),
        (405, ITEM, NotSupported),
        (409, ITEM, Refused),
        (418, LIST, Refused),
        (429, LIST, RateLimited),
        (500, LIST, ServerFault),
        (501, LIST, NotSupported),
        (502, LIST, ServerFault),
        (599, LIST, ServerFault),
    ],
)
async def test_every_status_has_its_error(
    client: HttpClient, server: ScriptedServer, status: int, called: Route, kind: type[CloudError]
) -> None:
    server.says(answer(status, b'{"message": "because"}'))
    error = await failure(client, called)
    assert type(error) is kind
    assert str(error) == f"{called.operation}: {status}, because"
    assert (error.operation, error.status, error.detail) == (called.operation, status, "because")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>oh no</html>", b'{"error": "x"}', b'{"message": 5}', b'{"message": ""}', b"[]", b'"text"', b"\xff"],
)
async def test_a_refusal_without_a_message_is_told_in_the_words_of_http(
    client: HttpClient, server: ScriptedServer, body: bytes
) -> None:
    server.says(answer(503, body, reason="Down for maintenance"))
    assert str(await failure(client)) == "listDevices: 503, Down for maintenance"


async def test_a_refusal_without_any_words_says_so(client: HttpClient, server: ScriptedServer) -> None:
    server.says(answer(503, reason=""))
    assert str(await failure(client)) == "listDevices: 503, no reason given"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("-5", 0.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("Fri, 20 Nov 2026 12:01:00 -0000", 60.0),
        ("Fri, 20 Nov 2026 13:01:00 +0100", 60.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        ("Fri, 99 Nov 2026 12:01:00 GMT", None),
        ("9" * 400, None),
    ],
)
async def test_a_rate_limit_says_how_long_to_wait_if_the_cloud_does(
    client: HttpClient, server: ScriptedServer, freezer: FrozenDateTimeFactory, header: str, seconds: float | None
) -> None:
    freezer.move_to(NOW)
    server.says(answer(429, Retry_After=header))
    error = await failure(client)
    assert isinstance(error, RateLimited)
    assert error.retry_after == seconds


async def test_a_rate_limit_without_a_time_says_none(client: HttpClient, server: ScriptedServer) -> None:
    server.says(answer(429))
    error = await failure(client)
    assert isinstance(error, RateLimited)
    assert error.retry_after is None


@given(
    st.text(max_size=40)
    | st.from_regex(r"\A(Mon|Fri), \d{1,22} (Jan|Nov) \d{1,22} \d{1,3}:\d{1,3}:\d{1,3} (GMT|[+-]\d{1,22})\Z")
)
def test_no_retry_after_header_raises(header: str) -> None:
    wait = transport._seconds(header, NOW)
    assert wait is None or wait >= 0


@pytest.mark.parametrize(
    "body",
    [
        b'[{"id": "unit-1"}, {"id": "un',
        b"<!doctype html><html><body>Please log in to this network</body></html>",
        b"OK",
        b'{"value": NaN}',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
async def test_an_answer_that_is_no_json_is_unreadable(client: HttpClient, server: ScriptedServer, body: bytes) -> None:
    server.says(answer(200, body))
    error = await failure(client)
    assert type(error) is UnreadableAnswer
    assert str(error).startswith("listDevices: 200, no JSON")
    assert len(server.requests) == 1, "asking again would bring the same"


async def test_an_unreadable_answer_does_not_appear_in_the_error(client: HttpClient, server: ScriptedServer) -> None:
    server.says(answer(200, b'[{"name": "Secret Villa"'))
    assert "Villa" not in told(await failure(client))


async def test_an_answer_that_says_nothing_is_not_read(client: HttpClient, server: ScriptedServer) -> None:
    server.says(answer(200, b"OK"), answer(202, b"{"), answer(204))
    for _ in range(3):
        await client.send(route("PATCH"))


async def test_a_call_whose_answer_says_nothing_fails_like_any_other(
    client: HttpClient, server: ScriptedServer
) -> None:
    server.says(answer(409, b'{"message": "locked"}'))
    with pytest.raises(Refused, match="thing: 409, locked"):
        await client.send(route("PATCH"))


async def test_an_answer_that_is_no_http_is_unreadable(client: HttpClient, server: ScriptedServer) -> None:
    server.says(b"SSH-2.0-OpenSSH_9.9\r\n")
    error = await failure(client)
    assert type(error) is UnreadableAnswer
    assert str(error) == "listDevices: no HTTP came back"
    assert len(server.requests) == 1


async def test_an_answer_that_cannot_be_decompressed_is_no_usable_one(
    client: HttpClient, server: ScriptedServer
) -> None:
    server.says(answer(200, b"not zipped", Content_Encoding="gzip"))
    assert isinstance(await failure(client), CloudUnavailable)


# redirects


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_redirect_is_never_followed(
    client: HttpClient, server: ScriptedServer, status: int, method: str
) -> None:
    async with ScriptedServer.running() as elsewhere:
        elsewhere.says(answer(200, b"[]"))
        server.says(answer(status, Location=f"{elsewhere.url}/v1/thing"))
        error = await failure(client, route(method))
        assert type(error) is UnreadableAnswer
        assert error.status == status
        assert elsewhere.requests == [], "no request, so no token"
    assert len(server.requests) == 1


# broken connections


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("broken", [CUT, answer(200, b'[{"id"', length=500), b"HTTP/1.1 200 OK\r\nContent-"])
async def test_a_call_that_is_safe_to_repeat_is_repeated_once_after_a_cut_connection(
    client: HttpClient, server: ScriptedServer, method: str, broken: bytes
) -> None:
    server.says(broken, answer(200, b"[1]"))
    assert await client.call(route(method)) == [1]
    assert len(server.requests) == 2


async def test_a_connection_that_is_cut_twice_is_an_unavailable_cloud(
    client: HttpClient, server: ScriptedServer
) -> None:
    server.says(CUT)
    error = await failure(client)
    assert type(error) is CloudUnavailable
    assert str(error) == "listDevices: the connection was cut"
    assert len(server.requests) == 2


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("broken", [CUT, answer(200, b'{"id"', length=500)])
async def test_a_call_that_changes_something_is_never_repeated(
    client: HttpClient, server: ScriptedServer, method: str, broken: bytes
) -> None:
    server.says(broken, answer(200, b"[1]"))
    error = await failure(client, route(method), body={})
    assert str(error) == "thing: the connection was cut"
    assert len(server.requests) == 1


async def test_every_call_has_a_repeat_of_its_own(client: HttpClient, server: ScriptedServer) -> None:
    server.says(CUT, answer(200, b"[1]"), CUT, answer(200, b"[2]"))
    assert [await client.call(LIST), await client.call(LIST)] == [[1], [2]]


async def test_no_answer_in_time_is_an_unavailable_cloud_and_not_repeated(
    server: ScriptedServer, session: ClientSession
) -> None:
    server.says(SILENCE)
    error = await failure(HttpClient(session, URL(server.url), FixedToken(TOKEN), timeout=0.05))
    assert type(error) is CloudUnavailable
    assert str(error) == "listDevices: no answer in time"
    assert len(server.requests) == 1


async def test_the_usual_patience_is_half_a_minute(server: ScriptedServer, session: ClientSession) -> None:
    assert HttpClient(session, URL(server.url), FixedToken(TOKEN))._transport._timeout.total == 30


async def test_nobody_at_the_address_was_never_reached(session: ClientSession) -> None:
    async with ScriptedServer.running() as gone:
        address = URL(gone.url)
    error = await failure(HttpClient(session, address, FixedToken(TOKEN)))
    assert type(error) is Unreached
    assert str(error) == "listDevices: no connection to the cloud"


@pytest.mark.parametrize("address", ["http:///api", "/api", ""])
async def test_an_address_that_is_none_was_never_reached(session: ClientSession, address: str) -> None:
    client = HttpClient(session, URL(address), FixedToken(TOKEN))
    error = await failure(client)
    assert type(error) is Unreached


async def test_a_cloud_that_is_gone_after_a_cut_may_have_heard_the_call(
    session: ClientSession, server: ScriptedServer
) -> None:
    server.says(CUT)
    client = HttpClient(session, URL(server.url), FixedToken(TOKEN))
    server.last = True
    error = await failure(client)
    assert type(error) is CloudUnavailable
    assert str(error) == "listDevices: the connection was cut"
    assert len(server.requests) == 1


async def test_a_call_can_have_less_patience(server: ScriptedServer, session: ClientSession) -> None:
    server.says(SILENCE)
    client = HttpClient(session, URL(server.url), FixedToken(TOKEN))
    with pytest.raises(CloudUnavailable, match="no answer in time"):
        await client.send(route("POST"), patience=0.05)
    assert len(server.requests) == 1


# the clock of the cloud


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=3), timedelta(minutes=-30)])
async def test_every_answer_tells_how_far_the_cloud_is_ahead(
    client: HttpClient, server: ScriptedServer, freezer: FrozenDateTimeFactory, status: int, ahead: timedelta
) -> None:
    freezer.move_to(NOW)
    assert client.server_ahead == timedelta(0)
    server.says(answer(status, Date=format_datetime(NOW + ahead, usegmt=True)))
    with suppress(CloudError):
        await client.call(LIST)
    assert abs(client.server_ahead - ahead) <= timedelta(seconds=0.5), "a Date has whole seconds"


@pytest.mark.parametrize("date", ["", "soon", "Fri, 99 Nov 2026 12:01:00 GMT"])
async def test_a_date_that_is_none_tells_nothing(
    client: HttpClient, server: ScriptedServer, freezer: FrozenDateTimeFactory, date: str
) -> None:
    freezer.move_to(NOW)
    server.says(
        answer(200, Date=format_datetime(NOW + timedelta(minutes=3), usegmt=True)), answer(200, Date=date), answer(200)
    )
    for _ in range(3):
        await client.call(LIST)
        assert client.server_ahead == timedelta(minutes=3, seconds=0.5)


# secrets


def told(error: BaseException) -> str:
    """Return everything that an error and its causes can tell: texts, arguments, traceback."""
    texts = [*traceback.format_exception(error)]
    shown: BaseException | None = error
    while shown:
        texts += [str(shown), repr(shown), repr(shown.args), repr(vars(shown))]
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
    return "\n".join(texts)


def failures(token: str) -> dict[str, Answer]:
    """Return answers that fail a call, most of them with the token in it."""
    return {
        "echo in a refusal": answer(400, f'{{"message": "Cannot handle Bearer {token}"}}'.encode()),
        "echo in a 401": answer(401, f'{{"message": "{token} has expired"}}'.encode()),
        "echo in a 429": answer(429, f'{{"message": "{token}: too fast"}}'.encode()),
        "echo in the reason": answer(500, reason=f"No {token}"),
        "echo in another token": answer(403, f'{{"message": "{token}x is no admin"}}'.encode()),
        "echo in a page": answer(200, f"<html>{token}</html>".encode()),
        "echo in a redirect": answer(302, Location=f"https://example.com/?token={token}"),
        "echo without HTTP": f"Bearer {token}\r\n\r\n".encode(),
        "echo in a broken header": f"HTTP/1.1 200 OK\r\nX-Y\x00: {token}\r\n\r\n".encode(),
        "cut": CUT,
        "cut in the middle": answer(200, f'["{token}'.encode(), length=5000),
        "silence": SILENCE,
    }


@pytest.mark.parametrize("said", failures(TOKEN))
@pytest.mark.parametrize("token", [TOKEN, "an0paque.t0ken"], ids=["JWT", "opaque"])
async def test_no_error_and_no_log_record_holds_the_token(
    server: ScriptedServer, session: ClientSession, caplog: pytest.LogCaptureFixture, said: str, token: str
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("aiohttp", "aiohttp.client", "aiohttp.internal", "asyncio", "custom_components"):
        caplog.set_level(logging.DEBUG, logger=name)
    server.says(failures(token)[said])
    error = await failure(HttpClient(session, URL(server.url), FixedToken(token), timeout=0.2))
    for part in (token, *token.split(".")):
        assert part not in told(error)
        assert part not in caplog.text
        assert not [record for record in caplog.records if part in repr(vars(record))]


async def test_a_success_logs_operation_status_and_size_alone(
    client: HttpClient, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="custom_components.layla.cloud")
    server.says(answer(200, b'[{"name": "Secret Villa"}]'))
    await client.call(ITEM, {"id": "unit-1"}, query={"property_id": "home"})
    records = [record.getMessage() for record in caplog.records if record.name.startswith("custom_components")]
    assert records == ["getDevice: 200, 26 bytes"]


async def test_a_client_does_not_show_its_token(client: HttpClient) -> None:
    assert TOKEN not in repr(client)
