"""The pages of the authorization server, and who is sent where."""

from base64 import b64encode
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulator.browser import BROKEN_FORMS, OTHER, PKCE, Browser, claims_of, field, sent_back
from tests.simulator.caller import Caller


async def test_pages_keep_to_themselves_and_load_nothing(browser: Browser) -> None:
    """No frame, no script, no trace in a cache or a referrer; the way back stays open in every browser."""
    query = browser.query()
    pages = [
        await browser.open(query),
        await browser.send(query, email=OTHER, password="demo", action="sign_in"),
        await browser.open(browser.query(client_id="another")),
    ]
    for page in pages:
        text = await page.text()
        assert page.content_type == "text/html"
        assert '<html lang="en">' in text
        assert "<title>" in text
        assert "<script" not in text
        assert "http" not in text
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        policy = page.headers["Content-Security-Policy"].split("; ")
        style = text.partition("<style>")[2].partition("</style>")[0]
        assert f"style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy
        assert {"default-src 'none'", "frame-ancestors 'none'", "form-action 'self' http: https:"} <= set(policy)


async def test_the_log_in_says_that_it_is_simulated_and_how_to_get_in(browser: Browser, caller: Caller) -> None:
    """With the address of the profile as it is now, filled in."""
    await caller.control("PATCH", "profile", email="o'hara&co@example.com")
    page = await (await browser.open(browser.query())).text()
    assert "This is a simulation." in page
    assert field(page, "email") == "o'hara&co@example.com"
    assert "<b>demo</b>" in page
    for name in ("email", "password"):
        assert f'<label for="{name}">' in page
    assert (await browser.open(browser.query())).status == HTTPStatus.OK


@pytest.mark.parametrize("email", ["", 7, None])
async def test_a_profile_without_an_address_leaves_the_log_in_usable(
    browser: Browser, caller: Caller, email: object
) -> None:
    """Nothing is filled in then, and any address will do."""
    await caller.control("PATCH", "profile", email=email)
    page = await (await browser.open(browser.query())).text()
    assert field(page, "email") == ""
    assert "Any e-mail address is an account" in page
    answer = await browser.signed_in(email=OTHER)
    assert claims_of(answer)["sub"] == "sam"
    answer = await caller.control("POST", "oauth/grants", email=OTHER)
    assert claims_of(answer)["sub"] == "sam"


@pytest.mark.parametrize(
    ("email", "password", "message"),
    [
        ("robin@example.com", "wrong", "The password is wrong."),
        ("robin@example.com", "", "The password is wrong."),
        ("", "demo", "Enter an e-mail address"),
        ("robin", "demo", "Enter an e-mail address"),
        ("@example.com", "demo", "Enter an e-mail address"),
        ("robin@", "demo", "Enter an e-mail address"),
        ("ro bin@example.com", "demo", "Enter an e-mail address"),
        ('"><script>alert(1)</script>@example.com', "wrong", "The password is wrong."),
    ],
)
async def test_a_wrong_log_in_shows_the_page_again(browser: Browser, email: str, password: str, message: str) -> None:
    """With a message and what was typed, which cannot become part of the page; the next try goes through."""
    query = browser.query()
    response = await browser.send(query, email=email, password=password, action="sign_in")
    page = await response.text()
    assert response.status == HTTPStatus.OK
    assert message in page
    assert 'role="alert"' in page
    assert field(page, "email") == email
    assert "<script" not in page
    assert 'name="ticket"' not in page
    assert await browser.log_in(query)


async def test_the_consent_says_who_asks_which_account_and_what_for(browser: Browser) -> None:
    """One line for each scope."""
    texts = {}
    for scope in ("read", "write", "read write"):
        query = browser.query(scope=scope)
        page = await (await browser.send(query, email=OTHER, password="demo", action="sign_in")).text()
        assert "Home Assistant (demo)" in page
        assert OTHER in page
        assert "homeassistant.local:8123" in page
        texts[scope] = page
    assert [page.count("<li>") for page in texts.values()] == [1, 1, 2]
    assert "See your homes" in texts["read"]
    assert "Change your homes" in texts["write"]


@pytest.mark.parametrize(
    ("email", "sub", "shown"),
    [
        ("robin@example.com", "demo-owner", None),
        (" Robin@Example.com ", "demo-owner", None),
        (OTHER, "sam", OTHER),
        ("demo-owner@elsewhere.org", "demo-owner", "demo-owner@elsewhere.org"),
    ],
)
async def test_the_address_decides_whose_account_it_is(
    browser: Browser, email: str, sub: str, shown: str | None
) -> None:
    """The demo owner's, or another whose profile shows that address; after a renewal still."""
    answer = await browser.signed_in(email=email)
    renewed = await (await browser.refresh(answer["refresh_token"])).json()
    for told in (answer, renewed):
        claims = claims_of(told)
        assert (claims["sub"], claims.get("email")) == (sub, shown)
        profile = await (await browser.profile(told["access_token"])).json()
        assert profile["email"] == (shown or "robin@example.com")


@pytest.mark.parametrize(
    "redirect",
    [
        "https://my.home-assistant.io/redirect/oauth",
        "http://homeassistant.local:8123/auth/external/callback",
        "https://home.example.com/auth/external/callback?keep=this",
        "http://127.0.0.1:5/anything",
        "http://127.0.0.2:5/anything?",
        "https://[::1]:8080/",
        "http://localhost/a/b?c=d%20e",
        "HTTP://LOCALHOST:1",
    ],
)
async def test_answers_go_to_home_assistant_and_to_loopback(browser: Browser, redirect: str) -> None:
    """A query that the address has is kept; the token endpoint wants the very same address."""
    query = browser.query(redirect_uri=redirect)
    response = await browser.send(query, ticket=await browser.log_in(query), action="allow")
    location = response.headers["Location"]
    assert location.startswith(redirect)
    before, after = parse_qs(urlsplit(redirect).query), parse_qs(urlsplit(location).query)
    assert {name: after[name] for name in before} == before
    assert after.keys() == before.keys() | {"code", "state"}
    assert (await browser.exchange(after["code"][0], redirect_uri=redirect)).status == HTTPStatus.OK


@pytest.mark.parametrize(
    "redirect",
    [
        "https://evil.example.com/",
        "https://my.home-assistant.io/redirect/oauth/",
        "https://my.home-assistant.io/redirect/oauth?x=y",
        "https://evil.example.com/auth/external/callback/more",
        "https://evil.example.com/?/auth/external/callback",
        "ftp://home.example.com/auth/external/callback",
        "javascript:alert(1)//auth/external/callback",
        "//127.0.0.1/",
        "http:///auth/external/callback",
        "http://127.0.0.1.evil.example.com/",
        "http://localhost.evil.example.com/",
        "http://evil.example.com@127.0.0.1/",
        "http://evil.example.com\\@127.0.0.1/",
        "http://127.0.0.1/#fragment",
        "http://127.0.0.1/\r\nSet-Cookie: a=b",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/",
        "http://[::1/",
        "http://2130706433/",
        "http://8.8.8.8/",
        "not an address",
        "",
    ],
)
async def test_nobody_is_sent_anywhere_else(browser: Browser, redirect: str) -> None:
    """A page says so, also where a form is sent."""
    query = browser.query(redirect_uri=redirect)
    for response in (
        await browser.open(query),
        await browser.send(query, email=OTHER, password="demo", action="sign_in"),
        await browser.send(query, action="cancel"),
    ):
        assert (response.status, response.content_type) == (HTTPStatus.BAD_REQUEST, "text/html")
        assert "Location" not in response.headers
        assert "redirect_uri" in await response.text()


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
async def test_a_request_whose_sender_cannot_be_told_gets_a_page(browser: Browser, name: str) -> None:
    """Missing, empty, unknown or sent twice."""
    good = browser.query()
    for query in (
        browser.query(**{name: None}),
        browser.query(**{name: ""}),
        browser.query(**{name: "unknown"}),
        [*good.items(), (name, good[name])],
    ):
        response = await browser.open(query)
        assert (response.status, response.content_type) == (HTTPStatus.BAD_REQUEST, "text/html")
        assert name in await response.text()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "read everything"}, "invalid_scope"),
        ({"scope": "read  write"}, "invalid_scope"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({**PKCE, "code_challenge_method": "S512"}, "invalid_request"),
        ({**PKCE, "code_challenge": "short"}, "invalid_request"),
        ({**PKCE, "code_challenge": "é" * 43}, "invalid_request"),
        ({**PKCE, "code_challenge": "a" * 129}, "invalid_request"),
    ],
)
async def test_the_client_is_told_what_is_wrong_with_its_request(
    browser: Browser, changes: dict[str, str | None], error: str
) -> None:
    """At its address, with the state (RFC 6749 4.1.2.1); a form on such a page changes nothing."""
    query = browser.query(**changes)
    for response in (await browser.open(query), await browser.send(query, action="sign_in")):
        told = sent_back(response)
        assert told.keys() == {"error", "error_description", "state"}
        assert (told["error"], told["state"]) == (error, "a state")


@pytest.mark.parametrize("name", ["response_type", "scope", "state", "code_challenge", "unheard_of"])
async def test_a_parameter_that_comes_twice_is_refused(browser: Browser, name: str) -> None:
    """The client is told; of two states neither is handed back."""
    query = [*browser.query(scope="read", unheard_of="1", **PKCE).items(), (name, "again")]
    told = sent_back(await browser.open(query))
    assert told["error"] == "invalid_request"
    assert ("state" in told) == (name != "state")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"action": "dance"},
        {"action": "allow"},
        {"action": "deny"},
        {"action": "allow", "ticket": "unknown"},
        {"action": "deny", "ticket": "unknown"},
    ],
)
async def test_a_form_that_is_none_of_ours_gets_a_page(browser: Browser, fields: dict[str, str]) -> None:
    """Nobody is sent back by it."""
    response = await browser.send(browser.query(), **fields)
    assert (response.status, response.content_type) == (HTTPStatus.BAD_REQUEST, "text/html")


async def test_a_body_that_is_no_form_gets_a_page(browser: Browser) -> None:
    """JSON, nonsense, a field twice."""
    forms = {"Content-Type": "application/x-www-form-urlencoded"}
    bodies: list[dict[str, Any]] = [{"data": data, "headers": forms} for data in BROKEN_FORMS]
    for body in (*bodies, {"json": {"action": "cancel"}}):
        response = await browser.ask("POST", browser.running.authorize_url, params=browser.query(), **body)
        assert (response.status, response.content_type) == (HTTPStatus.BAD_REQUEST, "text/html")
