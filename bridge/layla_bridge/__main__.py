"""`python -m layla_bridge`."""

from .cli import app

app(prog_name="layla-bridge")
