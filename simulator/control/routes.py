"""The way from a request to a verb of the control API."""

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from simulator.layla.requests import parsed_json
from simulator.layla.spec import check
from simulator.simulation import Simulation

from . import devices, oauth, traffic, world
from .verbs import Asked, Verb

PREFIX = "/_sim"
VERBS: tuple[Verb, ...] = (*world.VERBS, *devices.VERBS, *traffic.VERBS, *oauth.VERBS)


def routes(simulation: Simulation) -> Iterator[web.RouteDef]:
    """Yield a route for every verb."""
    for verb in VERBS:
        yield web.route(verb.method, PREFIX + verb.path, _Endpoint(simulation, verb).serve)


@dataclass(frozen=True, slots=True)
class _Endpoint:
    simulation: Simulation
    verb: Verb

    async def serve(self, request: web.Request) -> web.Response:
        """Let everything happen that is due, then do what is asked."""
        content = await request.read()
        body = parsed_json(content) if content and self.verb.schema is not None else {}
        if self.verb.schema is not None:
            check(self.verb.schema, body, "body")
        self.simulation.world.catch_up()
        answer = self.verb.act(Asked(self.simulation, request.match_info.get("id", ""), body))
        return web.json_response(answer, status=self.verb.status)
