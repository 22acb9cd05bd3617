"""The token endpoint: who may ask, and how long what it hands out is good."""

from http import HTTPStatus
import json
from typing import Any
from urllib.parse import quote

import pytest

from simulator.oauth import CLIENT_ID, CLIENT_SECRET
from tests.simulator.browser import BROKEN_FORMS, OTHER, Browser, basic, claims_of, refusal
from tests.simulator.caller import NOON, Caller


async def test_the_client_proves_itself_in_the_body_or_by_http_basic(browser: Browser) -> None:
    """With or without its name in the body as well."""
    header = basic(CLIENT_ID, CLIENT_SECRET)
    answer = await browser.signed_in()
    for client_id in (None, CLIENT_ID):
        response = await browser.token(
            header,
            client_id=client_id,
            client_secret=None,
            grant_type="refresh_token",
            refresh_token=answer["refresh_token"],
        )
        assert response.status == HTTPStatus.OK
        answer = await response.json()


@pytest.mark.parametrize(
    ("authorization", "client_id", "secret", "status", "error"),
    [
        (None, CLIENT_ID, "wrong", 401, "invalid_client"),
        (None, CLIENT_ID, None, 401, "invalid_client"),
        (None, "another", CLIENT_SECRET, 401, "invalid_client"),
        (None, None, CLIENT_SECRET, 401, "invalid_client"),
        (None, CLIENT_ID, "é", 401, "invalid_client"),
        (basic(CLIENT_ID, "wrong"), None, None, 401, "invalid_client"),
        (basic("another", CLIENT_SECRET), None, None, 401, "invalid_client"),
        ("Basic !", None, None, 401, "invalid_client"),
        ("Basic /w==", None, None, 401, "invalid_client"),
        ("Basic YWJj", None, None, 401, "invalid_client"),
        ("Bearer YTpi", None, None, 401, "invalid_client"),
        (basic(CLIENT_ID, CLIENT_SECRET), None, CLIENT_SECRET, 400, "invalid_request"),
        (basic(CLIENT_ID, CLIENT_SECRET), "another", None, 400, "invalid_request"),
    ],
)
async def test_a_client_that_proves_nothing_is_refused(
    browser: Browser, authorization: str | None, client_id: str | None, secret: str | None, status: int, error: str
) -> None:
    """It is asked for Basic where it came with a header; nothing is used up."""
    refresh_token = (await browser.signed_in())["refresh_token"]
    response = await browser.token(
        authorization,
        client_id=client_id,
        client_secret=secret,
        grant_type="refresh_token",
        refresh_token=refresh_token,
    )
    assert await refusal(response) == (status, error)
    challenge = response.headers.get("WWW-Authenticate", "")
    assert challenge.startswith("Basic") == (status == 401 and authorization is not None)
    assert (await browser.refresh(refresh_token)).status == HTTPStatus.OK


async def test_the_token_endpoint_reads_forms_alone(browser: Browser) -> None:
    """No JSON, no multipart, nothing broken, no parameter twice; and it is asked by POST."""
    whole = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "refresh_token"}
    forms = {"Content-Type": "application/x-www-form-urlencoded"}
    twice = "&".join(f"{name}={quote(value)}" for name, value in (*whole.items(), ("client_id", CLIENT_ID)))
    bodies: list[dict[str, Any]] = [
        {"json": whole},
        {"data": json.dumps(whole), "headers": forms},
        {"data": b"", "headers": forms},
        {"data": twice, "headers": forms},
        *({"data": data, "headers": forms} for data in BROKEN_FORMS),
    ]
    wanted = [(400, "invalid_request")] * len(bodies)
    wanted[2] = (401, "invalid_client")
    found = [await refusal(await browser.ask("POST", browser.running.token_url, **body)) for body in bodies]
    assert found == wanted
    assert (await browser.ask("GET", browser.running.token_url)).status == HTTPStatus.METHOD_NOT_ALLOWED


async def test_a_refresh_brings_new_tokens_and_the_old_refresh_token_ends_everything(browser: Browser) -> None:
    """The old access token stays good until then."""
    first = await browser.signed_in()
    second = await (await browser.refresh(first["refresh_token"])).json()
    assert second.keys() == first.keys()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert await browser.is_good(first["access_token"])
    assert await refusal(await browser.refresh(first["refresh_token"])) == (400, "invalid_grant")
    assert await refusal(await browser.refresh(second["refresh_token"])) == (400, "invalid_grant")
    for answer in (first, second):
        response = await browser.profile(answer["access_token"])
        assert response.status == HTTPStatus.UNAUTHORIZED


async def test_without_rotation_the_refresh_token_stays(browser: Browser, caller: Caller) -> None:
    """And is not told again."""
    await caller.control("PATCH", "oauth", rotate=False)
    first = await browser.signed_in()
    for _ in range(3):
        renewed = await (await browser.refresh(first["refresh_token"])).json()
        assert renewed.keys() == first.keys() - {"refresh_token"}
        assert await browser.is_good(renewed["access_token"])


async def test_a_refresh_may_narrow_the_scope_and_never_widen_it(browser: Browser) -> None:
    """What was granted stays granted (RFC 6749 6); a refusal rotates nothing."""
    answer = await browser.signed_in()
    for scope, granted in (("read", "read"), (None, "read write"), ("write", "write")):
        more = {} if scope is None else {"scope": scope}
        answer = await (await browser.refresh(answer["refresh_token"], **more)).json()
        assert answer["scope"] == granted
        assert claims_of(answer)["scope"] == granted
    answer = await browser.signed_in(browser.query(scope="read"))
    for scope in ("read write", "write", "everything", " "):
        assert await refusal(await browser.refresh(answer["refresh_token"], scope=scope)) == (400, "invalid_scope")
    assert (await browser.refresh(answer["refresh_token"], scope="read")).status == HTTPStatus.OK


@pytest.mark.parametrize("opaque", [False, True])
async def test_an_access_token_expires_by_the_simulated_clock(
    browser: Browser, caller: Caller, *, opaque: bool
) -> None:
    """After an hour, or as long as it is told; or when it is made to."""
    await caller.control("PATCH", "oauth", opaque=opaque)
    long = (await browser.signed_in())["access_token"]
    await caller.control("PATCH", "oauth", access_lifetime=60)
    answer = await browser.signed_in()
    assert answer["expires_in"] == 60
    await caller.advance(59)
    assert await browser.is_good(answer["access_token"])
    await caller.advance(1)
    assert not await browser.is_good(answer["access_token"])
    assert await browser.is_good(long)
    await caller.control("POST", "tokens/expire", token=long)
    response = await browser.profile(long)
    assert (response.status, await response.json()) == (401, {"message": "The token has expired"})
    assert (await browser.refresh(answer["refresh_token"])).status == HTTPStatus.OK


async def test_opaque_tokens_say_nothing_and_do_the_same(browser: Browser, caller: Caller) -> None:
    """The server knows whose they are."""
    await caller.control("PATCH", "oauth", opaque=True)
    answer = await browser.signed_in(browser.query(scope="read"), email=OTHER)
    assert "." not in answer["access_token"]
    assert (await (await browser.profile(answer["access_token"])).json())["email"] == OTHER
    claims = caller.running.simulation.tokens.check(f"Bearer {answer['access_token']}", NOON)
    assert (claims["sub"], claims["email"], claims["scope"], claims["client_id"]) == ("sam", OTHER, "read", CLIENT_ID)
    await caller.control("DELETE", "oauth/grants")
    assert not await browser.is_good(answer["access_token"])


@pytest.mark.parametrize(("speed", "told"), [(1, 3600), (60, 60), (7, 514), (0.5, 7200), (100_000, 1)])
async def test_a_lifetime_is_told_in_the_seconds_of_the_caller(
    browser: Browser, caller: Caller, speed: float, told: int
) -> None:
    """Who knows no other; at least one."""
    await caller.control("POST", "clock", speed=speed)
    assert (await browser.signed_in())["expires_in"] == told
