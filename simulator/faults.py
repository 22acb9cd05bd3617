"""Faults on demand: answers that are late, broken or missing, as clouds give them on bad days."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
import json
from typing import Any

from aiohttp import hdrs, web

type Act = Callable[[], Awaitable[web.Response]]

CUT = "cut"
HUNG_UP = "hung_up"
"""How requests are counted whose caller got no answer, or did not wait for it."""
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, with which operation, and how often.

    `when` is "before" (the default) where the fault comes before the world has acted, which then does not act at all,
    and "after" where the world acts and only the answer is hit.
    Reading is no act: an answer to GET is always made, so that it can be spoilt.
    """

    operation: str
    kind: str
    status: int | None = None
    retry_after: str | int | None = None
    seconds: float = 0.0
    device_id: str | None = None
    when: str = "before"
    times: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the fault as the control API shows it."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(slots=True)
class Armed:
    """A fault and how often it still happens; None is for ever."""

    fault: Fault
    left: int | None


@dataclass(slots=True)
class Faults:
    """The faults that wait to happen; the oldest that fits comes first."""

    armed: list[Armed] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Let a fault wait."""
        self.armed.append(Armed(fault, fault.times))

    def clear(self) -> None:
        """Call all faults off."""
        self.armed.clear()

    def take(self, operation: str) -> Fault | None:
        """Return the fault that happens to this request, if any."""
        waiting = next((one for one in self.armed if one.fault.operation in {operation, "*"}), None)
        if waiting is None:
            return None
        if waiting.left is not None:
            waiting.left -= 1
            if not waiting.left:
                self.armed.remove(waiting)
        return waiting.fault


async def meet(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    """Answer a request to which the fault happens."""
    if fault.kind == "delay":
        return await _delayed(fault, act)
    acts = fault.when == "after" or request.method == hdrs.METH_GET
    response = await act() if acts else web.json_response({})
    if fault.kind == "truncate":
        return await _truncated(request, response)
    if fault.kind == CUT:
        _hang_up(request)
    if fault.kind in _OF_JSON and response.content_type != _JSON:
        return response
    return _SPOILT[fault.kind](fault, request, response) if fault.kind in _SPOILT else response


async def _delayed(fault: Fault, act: Act) -> web.StreamResponse:
    """Wait before or after the world acts. The server ends this when the caller hangs up."""
    if fault.when == "after":
        response = await act()
        await asyncio.sleep(fault.seconds)
        return response
    await asyncio.sleep(fault.seconds)
    return await act()


async def _truncated(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Promise the whole body, send half of it, hang up."""
    content = _content(response)
    half = web.StreamResponse(status=response.status, headers={hdrs.CONTENT_TYPE: response.content_type})
    half.content_length = len(content)
    await half.prepare(request)
    await half.write(content[: len(content) // 2])
    _hang_up(request)
    return half


def _hang_up(request: web.Request) -> None:
    if request.transport is not None:  # else the caller was faster
        request.transport.close()


def _content(response: web.Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""


def _refusal(fault: Fault, request: web.Request, response: web.Response) -> web.Response:
    del request, response
    status = fault.status or HTTPStatus.INTERNAL_SERVER_ERROR
    headers = {} if fault.retry_after is None else {hdrs.RETRY_AFTER: str(fault.retry_after)}
    return web.json_response({"message": f"Simulated fault with status {status}"}, status=status, headers=headers)


def _token_echo(fault: Fault, request: web.Request, response: web.Response) -> web.Response:
    del response
    message = f"Cannot handle Authorization: {request.headers.get(hdrs.AUTHORIZATION)}"
    return web.json_response({"message": message}, status=fault.status or HTTPStatus.BAD_REQUEST)


def _page(fault: Fault, request: web.Request, response: web.Response) -> web.Response:
    del request, response
    text = "<!doctype html><html><body><h1>Please log in to this network</h1></body></html>"
    return web.Response(text=text, content_type="text/html", status=fault.status or HTTPStatus.OK)


def _mangled(fault: Fault, request: web.Request, response: web.Response) -> web.Response:
    del fault, request
    content = _content(response)
    half = len(content) // 2
    broken = content[:half] + b"\x00,,}" + content[half:]
    return web.Response(body=broken, content_type=response.content_type, status=response.status)


def _mistyped(fault: Fault, request: web.Request, response: web.Response) -> web.Response:
    del request
    answer = json.loads(_content(response))
    return web.json_response(_wrong(answer, fault.device_id), status=response.status)


def _no_list(fault: Fault, request: web.Request, response: web.Response) -> web.Response:
    del fault, request
    return web.json_response({"items": json.loads(_content(response))}, status=response.status)


def _empty_list(fault: Fault, request: web.Request, response: web.Response) -> web.Response:
    del fault, request
    return web.json_response([], status=response.status)


def _wrong(answer: Any, device_id: str | None) -> Any:
    """Give every member a wrong type: of everything, or of one unit, which keeps its id."""
    if isinstance(answer, list):
        return [_wrong(item, device_id) for item in answer]
    if not isinstance(answer, dict) or device_id not in {None, answer.get("id")}:
        return answer
    kept = {"id": device_id} if device_id else {}
    return {name: _other_type(value) for name, value in answer.items()} | kept


def _other_type(value: Any) -> Any:
    if isinstance(value, str):
        return 12345
    if isinstance(value, list):
        return {"unexpected": True}
    return ["unexpected"]


_SPOILT: Mapping[str, Callable[[Fault, web.Request, web.Response], web.Response]] = {
    "status": _refusal,
    "echo_token": _token_echo,
    "html": _page,
    "mangle": _mangled,
    "wrong_types": _mistyped,
    "not_list": _no_list,
    "empty_list": _empty_list,
}

_OF_JSON = frozenset({"wrong_types", "not_list"})
"""A page has no members that could be wrong."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "status": ("status", "retry_after"),
    "delay": ("seconds",),
    CUT: (),
    "truncate": (),
    "mangle": (),
    "html": ("status",),
    "wrong_types": ("device_id",),
    "not_list": (),
    "empty_list": (),
    "echo_token": ("status",),
}
"""The kinds of fault, and the members that each takes beside operation, kind, when and times."""
