"""What the parts of the server share: the world, who may ask, what goes wrong, what was asked."""

from dataclasses import dataclass, field

from aiohttp import web

from .counters import Counters
from .faults import Faults
from .house.world import World
from .oauth import Authority
from .quota import Quotas
from .tokens import Tokens


@dataclass(frozen=True, slots=True)
class Simulation:
    """One simulated cloud."""

    world: World
    tokens: Tokens
    oauth: Authority
    faults: Faults = field(default_factory=Faults)
    counters: Counters = field(default_factory=Counters)
    quotas: Quotas = field(default_factory=Quotas)


SIMULATION = web.AppKey("simulation", Simulation)
