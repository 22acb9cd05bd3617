"""The authorization server under faults and under the control API."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError, ClientTimeout
import pytest

from simulator.faults import KINDS
from simulator.oauth import CLIENT_ID, CLIENT_SECRET
from tests.simulator.browser import OTHER, Browser, basic, claims_of, field, refusal
from tests.simulator.caller import Caller


async def test_the_two_operations_are_counted(browser: Browser, caller: Caller) -> None:
    """The page, its two forms, and each exchange."""
    await browser.signed_in()
    await browser.open(browser.query())
    await browser.refresh("unknown")
    counted = await caller.control("GET", "counters")
    assert counted["by_operation"] == {"authorize": 3, "token": 2}
    assert counted["by_status"] == {"200": 3, "302": 1, "400": 1}


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"delay"}))
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_fault_after_a_refresh_costs_the_refresh_token(
    browser: Browser, caller: Caller, kind: str, when: str
) -> None:
    """The cloud has rotated it, the caller has not heard; a fault before it changes nothing."""
    answer = await browser.signed_in()
    members = {"status": 503} if kind == "status" else {}
    await caller.control("POST", "faults", operation="token", kind=kind, when=when, times=1, **members)
    with suppress(ClientError):
        await browser.refresh(answer["refresh_token"])
    (grant,) = await caller.control("GET", "oauth/grants")
    assert grant["renewals"] == (1 if when == "after" else 0)
    assert (grant["refresh_token"] == answer["refresh_token"]) == (when == "before")
    again = await browser.refresh(answer["refresh_token"])
    assert again.status == (HTTPStatus.BAD_REQUEST if when == "after" else HTTPStatus.OK)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_refresh_that_nobody_waited_for(browser: Browser, caller: Caller, when: str) -> None:
    """Has happened where the fault came after it."""
    answer = await browser.signed_in()
    await caller.control("POST", "faults", operation="token", kind="delay", seconds=0.3, when=when, times=1)
    with pytest.raises(TimeoutError):
        await browser.ask(
            "POST",
            browser.running.token_url,
            headers={"Authorization": basic(CLIENT_ID, CLIENT_SECRET)},
            data={"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]},
            timeout=ClientTimeout(total=0.1),
        )
    await asyncio.sleep(0.4)
    assert (await caller.control("GET", "counters"))["by_status"]["hung_up"] == 1
    (grant,) = await caller.control("GET", "oauth/grants")
    assert grant["renewals"] == (1 if when == "after" else 0)


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_the_page_can_be_hit_as_well(browser: Browser, caller: Caller, kind: str) -> None:
    """What is about JSON leaves it alone, and no fault makes the simulator fail."""
    members: dict[str, dict[str, Any]] = {"status": {"status": 503}, "delay": {"seconds": 0.01}}
    await caller.control("POST", "faults", operation="authorize", kind=kind, times=1, **members.get(kind, {}))
    with suppress(ClientError):
        response = await browser.open(browser.query())
        assert response.status != HTTPStatus.INTERNAL_SERVER_ERROR
        if kind in {"wrong_types", "not_list", "delay"}:
            assert field(await response.text(), "email") == "robin@example.com"
    assert await browser.signed_in()


async def test_the_switches_can_be_read_and_changed(caller: Caller) -> None:
    """One by one; the others stay."""
    switches: dict[str, object] = {"access_lifetime": 3600, "code_lifetime": 60, "rotate": True, "opaque": False}
    assert await caller.control("GET", "oauth") == switches
    changes: tuple[dict[str, object], ...] = (
        {"access_lifetime": 90.5},
        {"code_lifetime": 1},
        {"rotate": False},
        {"opaque": True},
        {},
    )
    for change in changes:
        switches |= change
        assert await caller.control("PATCH", "oauth", **change) == switches
    assert await caller.control("GET", "oauth") == switches


@pytest.mark.parametrize(
    ("members", "sub", "email", "scope"),
    [
        ({}, "demo-owner", None, "read write"),
        ({"email": "ROBIN@example.com"}, "demo-owner", None, "read write"),
        ({"email": OTHER}, "sam", OTHER, "read write"),
        ({"sub": "somebody", "scope": "write"}, "somebody", None, "write"),
        ({"email": OTHER, "sub": "somebody", "scope": "write read"}, "somebody", OTHER, "read write"),
    ],
)
async def test_a_grant_can_be_made_without_a_browser(
    browser: Browser, caller: Caller, members: dict[str, str], sub: str, email: str | None, scope: str
) -> None:
    """It is one like any other, with what the token endpoint would say."""
    answer = await caller.control("POST", "oauth/grants", **members)
    assert answer.keys() == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    claims = claims_of(answer)
    assert (claims["sub"], claims.get("email"), claims["scope"]) == (sub, email, scope)
    assert await browser.is_good(answer["access_token"])
    assert (await browser.refresh(answer["refresh_token"])).status == HTTPStatus.OK


async def test_grants_can_be_listed_and_revoked(browser: Browser, caller: Caller) -> None:
    """Each with its newest tokens, the oldest first; a new one is good after that."""
    assert await caller.control("GET", "oauth/grants") == []
    first = await browser.signed_in(email=OTHER)
    second = await caller.control("POST", "oauth/grants", scope="read")
    renewed = await (await browser.refresh(second["refresh_token"])).json()
    expected = [
        {
            "sub": sub,
            "scope": answer["scope"],
            "renewals": renewals,
            "revoked": False,
            "refresh_token": answer["refresh_token"],
            "access_token": answer["access_token"],
        }
        for sub, answer, renewals in (("sam", first, 0), ("demo-owner", renewed, 1))
    ]
    assert await caller.control("GET", "oauth/grants") == expected
    assert await caller.control("DELETE", "oauth/grants") == {}
    assert await caller.control("GET", "oauth/grants") == [{**grant, "revoked": True} for grant in expected]
    for answer in (first, second, renewed):
        assert not await browser.is_good(answer["access_token"])
        assert await refusal(await browser.refresh(answer["refresh_token"])) == (400, "invalid_grant")
    assert await browser.is_good((await browser.signed_in())["access_token"])


@pytest.mark.parametrize(
    ("method", "path", "members", "message"),
    [
        ("PATCH", "oauth", {"rotate": 1}, "body.rotate: 1 is not of type 'boolean'"),
        ("PATCH", "oauth", {"access_lifetime": 0}, "body.access_lifetime: 0 is less than or equal to the minimum of 0"),
        ("PATCH", "oauth", {"code_lifetime": 1e300}, "body.code_lifetime: 1e+300 is greater than the maximum"),
        ("PATCH", "oauth", {"x": 1}, "body: Additional properties are not allowed ('x' was unexpected); accepted: acc"),
        ("POST", "oauth/grants", {"scope": "all"}, "body.scope: Unknown or not granted; accepted, with single spaces"),
        ("POST", "oauth/grants", {"email": "nobody"}, "body.email: no e-mail address; accepted: one such as"),
        ("POST", "oauth/grants", {"sub": None}, "body.sub: None is not of type 'string'"),
    ],
)
async def test_what_the_verbs_do_not_take_is_refused_by_name(
    caller: Caller, method: str, path: str, members: dict[str, Any], message: str
) -> None:
    """Nothing changes."""
    before = await caller.control("GET", "oauth")
    status, refused = await caller.control_refused(method, path, **members)
    assert status == HTTPStatus.BAD_REQUEST
    assert refused.startswith(message), refused
    assert await caller.control("GET", "oauth") == before
    assert await caller.control("GET", "oauth/grants") == []
