"""`python -m benchmarks`; script/bench prepares the environment for it."""

from .cli import app

app(prog_name="script/bench")
