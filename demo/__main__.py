"""`python -m demo`; script/demo prepares the environment for it."""

from .cli import app

app(prog_name="script/demo")
