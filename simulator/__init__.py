"""The clouds, simulated: a house with physics behind the vendors' APIs, and faults on demand.

`python -m simulator` runs it; `running()` runs it inside a test.
"""

from .clock import Clock
from .house.world import World
from .server import Simulator, create_app, running

__all__ = ["Clock", "Simulator", "World", "create_app", "running"]
