"""`python -m simulator`."""

from .cli import app

app()
