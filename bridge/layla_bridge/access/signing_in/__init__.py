"""Signing in by a browser that may be on another machine: the address to go to, and the answer that comes back."""

from .answer import Denied
from .asking import Asking
from .listening import HOST, listening
from .typed import lines
from .waiting import Waiting

__all__ = ["HOST", "Asking", "Denied", "Waiting", "lines", "listening"]
