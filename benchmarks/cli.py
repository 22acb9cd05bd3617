"""The command line of script/bench."""

import asyncio
import os
from typing import Annotated

from rich.console import Console
import typer

from . import bridge as bridges
from .failure import BenchFailed
from .figures import table

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def bench() -> None:
    """Measure the programs of this repository against their peers and limits."""


@app.command()
def bridge(
    *,
    units: Annotated[int, typer.Option(help="Units of the simulated account.", min=1)] = 10_000,
    rounds: Annotated[int, typer.Option(help="How often everything is measured.", min=1)] = 3,
) -> None:
    """The bridge between a simulated cloud and a real Mosquitto.

    How fast it publishes a whole account, against mosquitto_pub -l with
    the same messages; what a poll costs in which nothing changed; how
    much memory it needs. docs/performance.md says how it is measured.
    """
    progress = Console(stderr=True)
    try:
        found = asyncio.run(bridges.measured(units, rounds, lambda step: progress.print(f"==> {step}")))
    except BenchFailed as error:
        progress.print(f"error: {error}", markup=False)
        raise typer.Exit(1) from error
    cores = f"{os.process_cpu_count()} cores"
    Console().print(table(f"{units:,} units, {rounds} rounds, {cores}; {found.mix}", found.figures))
