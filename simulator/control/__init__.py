"""The control API under `/_sim/`: a tool for the loopback, to make things happen in the simulated world."""

from .routes import PREFIX, routes

__all__ = ["PREFIX", "routes"]
