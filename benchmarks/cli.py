"""The command line of script/bench."""

import asyncio
from collections.abc import Callable, Coroutine
import os
from typing import Annotated, Any

from rich.console import Console
import typer

from . import bridge as bridges, integration as integrations
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
    found = _run(lambda say: bridges.measured(units, rounds, say))
    Console().print(table(f"{units:,} units, {rounds} rounds, {_cores()}; {found.mix}", found.figures))


@app.command()
def integration(
    *,
    units: Annotated[int, typer.Option(help="Units of the simulated account.", min=1)] = 400,
    rounds: Annotated[int, typer.Option(help="How often everything is measured.", min=1)] = 3,
) -> None:
    """The integration in Home Assistant, beside sensibo and beside bare entities.

    What set-up costs, a refresh in which nothing changed, and one in
    which 5 % of the units changed. docs/performance.md says how it is
    measured.
    """
    found = _run(lambda say: integrations.measured(units, rounds, say))
    states = f"{found.states:,} states, {found.changed:,} of which change with 5 % of the units"
    Console().print(table(f"{units:,} units, {states}; {rounds} rounds, {_cores()}", found.figures))


def _run[Found](measure: Callable[[Callable[[str], None]], Coroutine[Any, Any, Found]]) -> Found:
    progress = Console(stderr=True)
    try:
        return asyncio.run(measure(lambda step: progress.print(f"==> {step}")))
    except BenchFailed as error:
        progress.print(f"error: {error}", markup=False)
        raise typer.Exit(1) from error


def _cores() -> str:
    return f"{os.process_cpu_count()} cores"
