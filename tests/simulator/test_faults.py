"""Each kind of fault, and when and how often it happens."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
import json
from typing import Any

from aiohttp import ClientError, ClientPayloadError, ClientTimeout, ServerDisconnectedError
import pytest

from simulator import World
from simulator.faults import KINDS
from tests.simulator.caller import Caller, lives_in

LIST = "/v1/devices?fields=latest_values,in_alarm,snoozed,active_alarms"


async def arm(caller: Caller, kind: str, operation: str = "listDevices", **members: Any) -> None:
    """Let a fault wait; a member that is None is not sent."""
    sent = {name: value for name, value in members.items() if value is not None}
    await caller.control("POST", "faults", operation=operation, kind=kind, **sent)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_a_status_comes_with_a_message(caller: Caller, status: int) -> None:
    """As the vendor's own errors do."""
    await arm(caller, "status", status=status)
    assert await caller.refused("GET", LIST) == (status, f"Simulated fault with status {status}")


async def test_a_delay_makes_an_answer_late(caller: Caller) -> None:
    """It is right all the same."""
    await arm(caller, "delay", seconds=0.2)
    await arm(caller, "delay", "getCurrentUser", seconds=0.2, when="after")
    loop = asyncio.get_running_loop()
    begin = loop.time()
    assert len(await caller.get(LIST)) == 1
    assert await caller.get("/v1/users/self")
    assert loop.time() - begin >= 0.4


async def test_nobody_acts_for_a_caller_who_did_not_wait(caller: Caller) -> None:
    """With `when: after` it has been done before the waiting began."""
    path, body = "/v1/devices/unit/pillar", {"device_pillar": "noise"}
    for when, pillar in (("before", "smart_ac"), ("after", "noise")):
        await arm(caller, "delay", "setDevicePillar", seconds=0.3, when=when, times=1)
        with pytest.raises(TimeoutError):
            await caller.ask("PATCH", path, json=body, timeout=ClientTimeout(total=0.1))
        await asyncio.sleep(0.4)
        assert (await caller.unit())["device_pillar"] == pillar
    assert (await caller.control("GET", "counters"))["by_status"]["hung_up"] == 2


async def test_a_cut_connection_gives_no_answer(caller: Caller) -> None:
    """The caller sees the connection end; aiohttp asks once more by itself where it had used the connection before."""
    await arm(caller, "cut")
    with pytest.raises(ServerDisconnectedError):
        await caller.ask("GET", LIST)
    assert (await caller.control("GET", "counters"))["by_status"].keys() == {"cut"}


async def test_a_truncated_answer_ends_in_the_middle(caller: Caller) -> None:
    """After a header that promised more."""
    await arm(caller, "truncate")
    with pytest.raises(ClientPayloadError):
        await caller.ask("GET", LIST)


async def test_a_mangled_answer_is_no_json(caller: Caller) -> None:
    """Although its header says so."""
    await arm(caller, "mangle", "*")
    for path in (LIST, "/v1/users/self"):
        response = await caller.ask("GET", path)
        assert (response.status, response.content_type) == (HTTPStatus.OK, "application/json")
        with pytest.raises(ValueError, match=r"Expecting|Invalid"):
            json.loads(await response.text())


@pytest.mark.parametrize("status", [None, 502])
async def test_a_page_comes_instead_of_json(caller: Caller, status: int | None) -> None:
    """A captive portal says 200, a gateway 502."""
    await arm(caller, "html", status=status)
    response = await caller.ask("GET", LIST)
    assert (response.status, response.content_type) == (status or HTTPStatus.OK, "text/html")
    assert "<html>" in await response.text()


@lives_in(lambda clock: World.fleet(3, 1, clock))
async def test_wrong_types_hit_one_unit_and_leave_the_others_alone(caller: Caller) -> None:
    """Every member but the id, by which it can still be told."""
    right = await caller.get(LIST)
    await arm(caller, "wrong_types", device_id="unit-00001")
    first, broken, last = await caller.get(LIST)
    assert [first, last] == [right[0], right[2]]
    assert broken["id"] == "unit-00001"
    assert broken.keys() == right[1].keys()
    assert all(type(broken[name]) is not type(right[1][name]) for name in broken if name != "id")


async def test_wrong_types_hit_everything_when_no_unit_is_named(caller: Caller) -> None:
    """Ids too, in lists and in single answers."""
    right, (unit,) = await caller.get("/v1/users/self"), await caller.get(LIST)
    await arm(caller, "wrong_types", "*")
    wrong, (broken,) = await caller.get("/v1/users/self"), await caller.get(LIST)
    assert all(type(wrong[name]) is not type(right[name]) for name in right)
    assert type(broken["id"]) is not type(unit["id"])


async def test_a_list_may_be_no_list_or_empty(caller: Caller) -> None:
    """Both are good JSON."""
    await arm(caller, "not_list", times=1)
    await arm(caller, "empty_list", times=1)
    assert (await caller.get(LIST)).keys() == {"items"}
    assert await caller.get(LIST) == []
    assert len(await caller.get(LIST)) == 1


@pytest.mark.parametrize("status", [None, 500])
async def test_an_error_may_echo_the_token(caller: Caller, status: int | None) -> None:
    """So that clients can be seen to keep it out of their logs."""
    await arm(caller, "echo_token", status=status)
    code, message = await caller.refused("GET", LIST)
    assert code == (status or HTTPStatus.BAD_REQUEST)
    assert caller.running.token in message


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"delay"}))
@pytest.mark.parametrize("when", ["before", "after"])
async def test_the_world_acts_only_when_the_fault_comes_after(caller: Caller, kind: str, when: str) -> None:
    """Whatever the caller sees of it."""
    await arm(caller, kind, "setDevicePillar", when=when, times=1, status=500 if kind == "status" else None)
    with suppress(ClientError):
        await caller.ask("PATCH", "/v1/devices/unit/pillar", json={"device_pillar": "noise"})
    assert (await caller.unit())["device_pillar"] == ("noise" if when == "after" else "smart_ac")


async def test_a_fault_happens_so_often_and_then_no_more(caller: Caller) -> None:
    """The list tells how often it still will; the oldest fault that fits comes first."""
    await arm(caller, "status", status=500, times=2)
    await arm(caller, "status", "*", status=503)
    await caller.refused("GET", LIST)
    assert [fault["left"] for fault in await caller.control("GET", "faults")] == [1, None]
    await caller.refused("GET", LIST)
    assert (await caller.refused("GET", LIST))[0] == HTTPStatus.SERVICE_UNAVAILABLE
    await caller.control("DELETE", "faults")
    assert await caller.control("GET", "faults") == []
    assert len(await caller.get(LIST)) == 1


async def test_a_fault_hits_its_operation_alone(caller: Caller) -> None:
    """And never the control API."""
    await arm(caller, "status", status=500)
    await caller.get("/v1/users/self")
    await caller.control("GET", "state")
    await caller.refused("GET", LIST)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"operation": "listDevices", "kind": "meteor"}, "body.kind: 'meteor' is not one of ['status', 'delay', 'cut'"),
        (
            {"operation": "everything", "kind": "cut"},
            "body.operation: 'everything' is not one of ['*', 'getCurrentUser'",
        ),
        (
            {"operation": "*", "kind": "cut", "seconds": 3},
            "body.seconds: no member of a cut fault; accepted: operation, kind",
        ),
        ({"operation": "*", "kind": "cut", "how": "hard"}, "body: Additional properties are not allowed ('how' was"),
        ({"operation": "*", "kind": "cut", "times": 0}, "body.times: 0 is less than the minimum of 1"),
        ({"operation": "*"}, "body: 'kind' is a required property"),
        ({"operation": "*", "kind": "status"}, "body: a status fault needs the member status"),
        ({"operation": "*", "kind": "delay"}, "body: a delay fault needs the member seconds"),
    ],
)
async def test_an_unknown_fault_is_refused_with_what_is_accepted(
    caller: Caller, members: dict[str, Any], message: str
) -> None:
    """Nothing is armed by mistake."""
    status, refusal = await caller.control_refused("POST", "faults", **members)
    assert status == HTTPStatus.BAD_REQUEST
    assert refusal.startswith(message), refusal
    assert await caller.control("GET", "faults") == []
