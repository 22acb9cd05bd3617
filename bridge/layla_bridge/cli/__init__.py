"""The command line: `layla-bridge`."""

from .app import app

__all__ = ["app"]
