"""Authorization codes and tokens: the way to them, what is refused, and what ends them."""

from datetime import UTC, datetime
from http import HTTPStatus

from hypothesis import given, strategies as st
import pytest

from simulator import Clock
from simulator.errors import ApiError
from simulator.oauth import CLIENT_ID, Authority
from simulator.oauth.accounts import Account
from simulator.oauth.refused import Refused
from simulator.tokens import Tokens
from tests.simulator.browser import BACK, CHALLENGE, PKCE, VERIFIER, Browser, claims_of, refusal, sent_back
from tests.simulator.caller import Caller


@pytest.mark.parametrize(
    ("asked", "verifier"),
    [
        ({}, None),
        (PKCE, VERIFIER),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, VERIFIER),
        ({"code_challenge": VERIFIER}, VERIFIER),
    ],
)
async def test_a_user_who_allows_it_gives_the_client_tokens(
    browser: Browser, asked: dict[str, str], verifier: str | None
) -> None:
    """With and without PKCE; the access token is a JWT that names the account, the scopes and the client."""
    query = browser.query(**asked)
    response = await browser.exchange(await browser.allow(query), code_verifier=verifier)
    answer = await response.json()
    assert (response.status, response.headers["Cache-Control"]) == (HTTPStatus.OK, "no-store")
    assert answer.keys() == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 3600, "read write")
    claims = claims_of(answer)
    assert claims.keys() == {"sub", "scope", "client_id", "iat", "exp", "jti"}
    assert (claims["sub"], claims["scope"], claims["client_id"]) == ("demo-owner", "read write", CLIENT_ID)
    assert claims["exp"] - claims["iat"] == 3600
    assert await browser.is_good(answer["access_token"])


async def test_the_state_comes_back_as_it_was(browser: Browser) -> None:
    """Whatever is in it; without one there is none."""
    for state in ("a b&c=d+é%20\"<>'", None):
        query = browser.query(state=state)
        told = sent_back(await browser.send(query, ticket=await browser.log_in(query), action="allow"))
        assert told.keys() == ({"code"} if state is None else {"code", "state"})
        assert told.get("state") == state


@pytest.mark.parametrize("action", ["cancel", "deny"])
async def test_a_user_who_does_not_allow_it_is_sent_back_too(browser: Browser, action: str) -> None:
    """At the log-in and at the consent alike; the ticket is used up."""
    query = browser.query()
    ticket = await browser.log_in(query)
    told = sent_back(await browser.send(query, ticket=ticket, action=action))
    assert (told["error"], told["state"]) == ("access_denied", "a state")
    assert told["error_description"]
    if action == "deny":
        assert (await browser.send(query, ticket=ticket, action="allow")).status == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    ("scope", "granted"),
    [(None, "read write"), ("read", "read"), ("write", "write"), ("write read", "read write"), ("read read", "read")],
)
async def test_the_client_gets_the_scopes_that_it_asked_for(browser: Browser, scope: str | None, granted: str) -> None:
    """Both where it named none."""
    assert (await browser.signed_in(browser.query(scope=scope)))["scope"] == granted


async def test_a_ticket_is_good_once_for_its_request_and_for_ten_minutes(browser: Browser, caller: Caller) -> None:
    """For every log-in another."""
    query, other = browser.query(scope="read"), browser.query()
    tickets = [await browser.log_in(query) for _ in range(4)]
    assert len(set(tickets)) == 4
    assert (await browser.send(other, ticket=tickets[0], action="allow")).status == HTTPStatus.BAD_REQUEST
    await caller.advance(599)
    assert sent_back(await browser.send(query, ticket=tickets[1], action="allow"))["code"]
    assert (await browser.send(query, ticket=tickets[1], action="allow")).status == HTTPStatus.BAD_REQUEST
    await caller.advance(1)
    assert (await browser.send(query, ticket=tickets[2], action="allow")).status == HTTPStatus.BAD_REQUEST
    assert (await browser.send(query, ticket=tickets[3], action="deny")).status == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("lifetime", [None, 5])
async def test_a_code_lives_for_a_minute_or_as_long_as_it_is_told(
    browser: Browser, caller: Caller, lifetime: int | None
) -> None:
    """Not a second longer."""
    if lifetime is not None:
        await caller.control("PATCH", "oauth", code_lifetime=lifetime)
    first, second = await browser.allow(), await browser.allow()
    await caller.advance((lifetime or 60) - 1)
    assert (await browser.exchange(first)).status == HTTPStatus.OK
    await caller.advance(1)
    assert await refusal(await browser.exchange(second)) == (400, "invalid_grant")


async def test_a_fast_clock_does_not_hurry_people(browser: Browser, caller: Caller) -> None:
    """Codes and tickets live in the seconds of their callers."""
    await caller.control("POST", "clock", speed=100)
    query = browser.query()
    ticket = await browser.log_in(query)
    await caller.advance(59_000)
    code = sent_back(await browser.send(query, ticket=ticket, action="allow"))["code"]
    await caller.advance(5_900)
    assert (await browser.exchange(code)).status == HTTPStatus.OK


async def test_a_code_that_comes_twice_ends_what_it_has_brought(browser: Browser) -> None:
    """Access tokens, refresh tokens, renewed ones too (RFC 6749 4.1.2); other grants go on."""
    other = await browser.signed_in()
    code = await browser.allow()
    answer = await (await browser.exchange(code)).json()
    renewed = await (await browser.refresh(answer["refresh_token"])).json()
    assert await refusal(await browser.exchange(code)) == (400, "invalid_grant")
    for token in (answer["access_token"], renewed["access_token"]):
        assert not await browser.is_good(token)
    assert await refusal(await browser.refresh(renewed["refresh_token"])) == (400, "invalid_grant")
    assert await browser.is_good(other["access_token"])
    assert (await browser.refresh(other["refresh_token"])).status == HTTPStatus.OK


@pytest.mark.parametrize(
    ("asked", "changes", "error"),
    [
        ({}, {"code": None}, "invalid_request"),
        ({}, {"code": ""}, "invalid_request"),
        ({}, {"code": "unknown"}, "invalid_grant"),
        ({}, {"redirect_uri": None}, "invalid_request"),
        ({}, {"redirect_uri": f"{BACK}/"}, "invalid_grant"),
        ({}, {"code_verifier": VERIFIER}, "invalid_grant"),
        (PKCE, {}, "invalid_grant"),
        (PKCE, {"code_verifier": f"{VERIFIER}x"}, "invalid_grant"),
        (PKCE, {"code_verifier": CHALLENGE}, "invalid_grant"),
        (PKCE, {"code_verifier": "short"}, "invalid_grant"),
        ({"code_challenge": VERIFIER}, {"code_verifier": f"{VERIFIER}x"}, "invalid_grant"),
        ({}, {"grant_type": None}, "invalid_request"),
        ({}, {"grant_type": "password"}, "unsupported_grant_type"),
        ({}, {"grant_type": "refresh_token"}, "invalid_request"),
        ({}, {"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant"),
    ],
)
async def test_a_code_is_exchanged_only_by_whom_it_was_made_for(
    browser: Browser, asked: dict[str, str], changes: dict[str, str | None], error: str
) -> None:
    """As it was asked for; a refusal uses nothing up."""
    code = await browser.allow(browser.query(**asked))
    assert await refusal(await browser.exchange(code, **changes)) == (400, error)
    right = await browser.exchange(code, code_verifier=VERIFIER if asked else None)
    assert right.status == HTTPStatus.OK


@given(steps=st.lists(st.tuples(st.sampled_from(["refresh", "check"]), st.integers(0, 9)), max_size=30))
def test_at_most_one_line_of_tokens_lives(steps: list[tuple[str, int]]) -> None:
    """Of all refresh tokens that a grant ever had the newest is good, and none after an older one was tried."""
    clock = Clock.fixed(datetime(2026, 7, 1, tzinfo=UTC))
    tokens = Tokens(clock.now())
    authority = Authority(clock, tokens)
    bystander = authority.allow(Account("bystander"), ["read"])
    answers = [authority.allow(Account("somebody"), ["read", "write"])]
    alive = True
    for step, number in steps:
        chosen = answers[number % len(answers)]
        if step == "check":
            assert is_good(tokens, chosen["access_token"], clock) == alive
            continue
        alive = alive and chosen is answers[-1]
        if alive:
            answers.append(authority.refresh(chosen["refresh_token"], None))
            continue
        with pytest.raises(Refused, match="replaced or revoked"):
            authority.refresh(chosen["refresh_token"], None)
    assert all(is_good(tokens, answer["access_token"], clock) == alive for answer in answers)
    assert len({answer["refresh_token"] for answer in answers}) == len(answers)
    assert authority.grants[1].revoked is not alive
    assert is_good(tokens, bystander["access_token"], clock)
    assert authority.refresh(bystander["refresh_token"], None)


def is_good(tokens: Tokens, access_token: str, clock: Clock) -> bool:
    """Return whether the API would take a token."""
    try:
        tokens.check(f"Bearer {access_token}", clock.now())
    except ApiError:
        return False
    return True
