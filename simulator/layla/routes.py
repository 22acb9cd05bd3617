"""The way from a request to its handler: fault, token, description, handler, answer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import hdrs, web

from simulator.answering import answered
from simulator.errors import ApiError
from simulator.simulation import Simulation

from . import (
    air_conditioning,
    devices,
    measurements,
    notifications,
    properties,
    reports,
    requests,
    savings,
    sensor_requests,
    spec,
    statistics,
    users,
)
from .flavour import FLAVOURS, Flavour
from .listing import Listing, encoded
from .spec import Document, Operation

type Handler = Callable[[requests.Call], Any]

HANDLERS: Mapping[str, Handler] = {
    **users.HANDLERS,
    **properties.HANDLERS,
    **devices.HANDLERS,
    **measurements.HANDLERS,
    **air_conditioning.HANDLERS,
    **statistics.HANDLERS,
    **savings.HANDLERS,
    **notifications.HANDLERS,
    **reports.HANDLERS,
    **sensor_requests.HANDLERS,
}

_TOGGLES = frozenset({"setPropertyAlarms", "setPropertyEcoMode", "setDeviceEcoThreshold", "markNotificationsSeen"})
_OPTIONS: Mapping[str, dict[str, Any]] = {hdrs.METH_GET: {"allow_head": False}}
_TOGGLE_METHODS = (hdrs.METH_PATCH, hdrs.METH_PUT, hdrs.METH_POST)


def routes(simulation: Simulation) -> Iterator[web.RouteDef]:
    """Yield a route for every operation, method and prefix of each API."""
    listing = Listing(simulation.world)
    for flavour in FLAVOURS:
        yield from _routes(simulation, flavour, listing)


def _routes(simulation: Simulation, flavour: Flavour, listing: Listing) -> Iterator[web.RouteDef]:
    """Yield the routes of one API; static segments come before parameters."""
    ordered = sorted(spec.operations(flavour.document), key=lambda operation: operation.path.count("{"))
    for operation in ordered:
        endpoint = _Endpoint(simulation, flavour, operation, HANDLERS[operation.id], listing)
        path = _pattern(flavour.document, operation.path)
        for method in _TOGGLE_METHODS if operation.id in _TOGGLES else (operation.method,):
            for prefix in flavour.prefixes:
                yield web.RouteDef(method, prefix + path, endpoint.serve, _OPTIONS.get(method, {}))


@dataclass(frozen=True, slots=True)
class _Endpoint:
    simulation: Simulation
    flavour: Flavour
    operation: Operation
    handler: Handler
    listing: Listing

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request and count it."""
        return await answered(self.simulation, self.operation.id, request, lambda: self._act(request))

    async def _act(self, request: web.Request) -> web.Response:
        try:
            return await self._answer(request)
        except ApiError as error:
            return web.json_response({"message": error.message}, status=error.status)

    async def _answer(self, request: web.Request) -> web.Response:
        simulation, operation = self.simulation, self.operation
        now = simulation.world.catch_up()
        claims = simulation.tokens.check(request.headers.get(hdrs.AUTHORIZATION), now)
        self.flavour.admit(claims, request.method)
        call = requests.Call(
            flavour=self.flavour,
            world=simulation.world,
            now=now,
            parameters=requests.parameters(operation, request),
            body=await requests.body(operation, request),
            claims=claims,
            listing=self.listing,
        )
        answer = self.handler(call)
        content = answer if isinstance(answer, bytes) else encoded(answer)
        return web.Response(body=content, content_type="application/json", status=operation.status)


def _pattern(document: Document, path: str) -> str:
    """Return the path as a route; a parameter does not take the place of a sibling's static segment."""
    segments = path.split("/")
    return "/".join(
        _parameter(document, segments[:place], segment[1:-1]) if segment.startswith("{") else segment
        for place, segment in enumerate(segments)
    )


def _parameter(document: Document, before: list[str], name: str) -> str:
    siblings = {
        segments[len(before)]
        for segments in (operation.path.split("/") for operation in spec.operations(document))
        if len(segments) > len(before) and segments[: len(before)] == before
    }
    static = sorted(segment for segment in siblings if not segment.startswith("{"))
    taken = f"(?!(?:{'|'.join(static)})(?:/|$))" if static else ""
    return f"{{{name}:{taken}[^/]+}}"
