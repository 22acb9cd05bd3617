"""Who may ask."""

from collections.abc import Mapping
from http import HTTPStatus

import jwt
import pytest

from simulator.tokens import ANONYMOUS_TOKEN, DEMO_TOKEN
from tests.simulator.caller import Caller


async def status_of(caller: Caller, headers: Mapping[str, str]) -> tuple[int, str]:
    """Ask for the profile with other headers; return the status and the message."""
    address = f"{caller.running.base_url}/v1/users/self"
    async with caller.session.get(address, headers={"Authorization": "", **headers}) as response:
        return response.status, (await response.json()).get("message", "")


def test_the_demo_token_is_the_same_at_every_start() -> None:
    """Written down here so that a change is noticed: users keep it in their settings."""
    assert DEMO_TOKEN.startswith(
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJkZW1vLW93bmVyIiwiaWF0IjoxNzY3MjI1NjAwfQ."
    )
    assert jwt.decode(DEMO_TOKEN, options={"verify_signature": False})["sub"] == "demo-owner"
    assert "sub" not in jwt.decode(ANONYMOUS_TOKEN, options={"verify_signature": False})


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "No token; send the header Authorization: Bearer <JWT>"),
        ({"Authorization": "Bearer"}, "No token; send the header Authorization: Bearer <JWT>"),
        ({"Authorization": f"Basic {DEMO_TOKEN}"}, "No token; send the header Authorization: Bearer <JWT>"),
        ({"Authorization": "Bearer nonsense"}, "The token is not valid"),
        ({"Authorization": f"Bearer {DEMO_TOKEN}x"}, "The token is not valid"),
        ({"Authorization": "Bearer " + jwt.encode({"sub": "x"}, "another secret " * 3)}, "The token is not valid"),
    ],
)
async def test_a_missing_or_wrong_token_is_a_401(caller: Caller, headers: dict[str, str], message: str) -> None:
    """With a message that says which."""
    assert await status_of(caller, headers) == (HTTPStatus.UNAUTHORIZED, message)


@pytest.mark.parametrize("token", [DEMO_TOKEN, ANONYMOUS_TOKEN])
async def test_fixed_tokens_are_good(caller: Caller, token: str) -> None:
    """With and without `sub`; the scheme in any case."""
    assert (await status_of(caller, {"Authorization": f"bearer {token}"}))[0] == HTTPStatus.OK


async def test_a_token_expires_by_the_simulated_clock(caller: Caller) -> None:
    """The one for an hour, and one that was made for less."""
    expiring = caller.running.simulation.tokens.expiring
    short = (await caller.control("POST", "tokens", ttl=60))["token"]
    assert (await status_of(caller, {"Authorization": f"Bearer {short}"}))[0] == HTTPStatus.OK
    await caller.advance(60)
    assert await status_of(caller, {"Authorization": f"Bearer {short}"}) == (401, "The token has expired")
    assert (await status_of(caller, {"Authorization": f"Bearer {expiring}"}))[0] == HTTPStatus.OK
    await caller.advance(3540)
    assert (await status_of(caller, {"Authorization": f"Bearer {expiring}"}))[0] == HTTPStatus.UNAUTHORIZED


async def test_a_token_can_be_made_to_expire(caller: Caller) -> None:
    """Also the demo token, in this process."""
    await caller.control("POST", "tokens/expire", token=DEMO_TOKEN)
    assert await status_of(caller, {"Authorization": f"Bearer {DEMO_TOKEN}"}) == (401, "The token has expired")


@pytest.mark.parametrize(("members", "sub"), [({}, "demo-owner"), ({"sub": "other"}, "other"), ({"sub": None}, None)])
async def test_a_token_can_be_made_for_anyone(caller: Caller, members: dict[str, object], sub: str | None) -> None:
    """Of the demo owner, of another account, or without `sub`; each is a new one."""
    token = (await caller.control("POST", "tokens", **members))["token"]
    assert token != (await caller.control("POST", "tokens", **members))["token"]
    assert jwt.decode(token, options={"verify_signature": False}).get("sub") == sub
    assert (await status_of(caller, {"Authorization": f"Bearer {token}"}))[0] == HTTPStatus.OK


async def test_a_token_for_an_address_shows_that_address_in_the_profile(caller: Caller) -> None:
    """So that two accounts differ although both have no `sub`."""
    token = (await caller.control("POST", "tokens", sub=None, email="other@example.com"))["token"]
    profile = await caller.send("GET", "/v1/users/self", headers={"Authorization": f"Bearer {token}"})
    assert profile["email"] == "other@example.com"
    assert (await caller.get("/v1/users/self"))["email"] == "robin@example.com"
