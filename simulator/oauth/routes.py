"""The two addresses: requests are read, counted and met by faults as those of the APIs are."""

from collections.abc import Iterator
from http import HTTPStatus

from aiohttp import hdrs, web

from simulator.answering import answered
from simulator.simulation import Simulation

from . import AUTHORIZE_PATH, OPERATIONS, TOKEN_PATH, pages
from .authorize import Page, Step, begin, problem, proceed
from .exchange import exchange
from .refused import Refused
from .sent import form, sent

_AUTHORIZE, _TOKEN = OPERATIONS
_PRIVATE = {hdrs.CACHE_CONTROL: "no-store", hdrs.PRAGMA: "no-cache"}


def routes(simulation: Simulation) -> Iterator[web.RouteDef]:
    """Yield the routes of the authorization server."""

    async def authorize(request: web.Request) -> web.StreamResponse:
        return await answered(simulation, _AUTHORIZE, request, lambda: _authorize(simulation, request))

    async def token(request: web.Request) -> web.StreamResponse:
        return await answered(simulation, _TOKEN, request, lambda: _token(simulation, request))

    yield web.get(AUTHORIZE_PATH, authorize, allow_head=False)
    yield web.post(AUTHORIZE_PATH, authorize)
    yield web.post(TOKEN_PATH, token)


async def _authorize(simulation: Simulation, request: web.Request) -> web.Response:
    step = await _step(simulation, request)
    if isinstance(step, Page):
        return web.Response(text=step.html, status=step.status, content_type="text/html", headers=pages.HEADERS)
    headers = {**pages.HEADERS, hdrs.LOCATION: step.address}
    return web.Response(status=HTTPStatus.FOUND, headers=headers)


async def _step(simulation: Simulation, request: web.Request) -> Step:
    query, owner = sent(request.query.items()), _owner(simulation)
    if request.method == hdrs.METH_GET:
        return begin(query, owner)
    try:
        filled = form(request.content_type, await request.read())
    except Refused as refused:
        return problem(refused)
    return proceed(simulation.oauth, query, filled, owner)


async def _token(simulation: Simulation, request: web.Request) -> web.Response:
    authorization = request.headers.get(hdrs.AUTHORIZATION)
    try:
        asked = form(request.content_type, await request.read())
        answer = exchange(simulation.oauth, asked, authorization)
    except Refused as refused:
        return _refusal(refused, by_header=authorization is not None)
    return web.json_response(answer, headers=_PRIVATE)


def _refusal(refused: Refused, *, by_header: bool) -> web.Response:
    """Say no as RFC 6749 5.2 has it."""
    unknown = refused.error == "invalid_client"
    challenge = {hdrs.WWW_AUTHENTICATE: 'Basic realm="LaylaElectric, simulated"'} if unknown and by_header else {}
    body = {"error": refused.error, "error_description": refused.description}
    status = HTTPStatus.UNAUTHORIZED if unknown else HTTPStatus.BAD_REQUEST
    return web.json_response(body, status=status, headers={**_PRIVATE, **challenge})


def _owner(simulation: Simulation) -> str:
    """Return the demo owner's address; a test may have put anything there."""
    email = simulation.world.profile.get("email")
    return email if isinstance(email, str) else ""
