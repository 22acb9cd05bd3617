"""One request and its answer: met by a fault where one waits, and counted."""

import logging

from aiohttp import web

from . import faults
from .simulation import Simulation

_LOGGER = logging.getLogger(__name__)


async def answered(simulation: Simulation, operation: str, request: web.Request, act: faults.Act) -> web.StreamResponse:
    """Answer a request for an operation."""
    fault = simulation.faults.take(operation)
    outcome = faults.HUNG_UP
    try:
        response: web.StreamResponse = await (act() if fault is None else faults.meet(fault, request, act))
        outcome = faults.CUT if fault is not None and fault.kind == faults.CUT else str(response.status)
    finally:
        _use_up(simulation)
        simulation.counters.count(operation, outcome)
        _LOGGER.info("%s %s: %s", request.method, request.path, outcome)
    return response


def _use_up(simulation: Simulation) -> None:
    if simulation.quotas.told:
        simulation.quotas.told.used(simulation.world.clock.now())
