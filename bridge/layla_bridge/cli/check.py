"""`layla-bridge check`: would the bridge work as it is configured? Each step is tried, and says what to do."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
import os

from rich.console import Console
import typer

from ..configuration import Configuration, ConfigurationError, load
from ..parts import sharded
from ..shard import Shard
from .check_broker import broker
from .check_cloud import cloud
from .check_machine import data_folder, status_page
from .configured import ConfigOption, found
from .exits import CONFIGURATION, FAILED
from .findings import Finding, Verdict, failed, passed, show
from .sharded import ShardOption, shard_of
from .terminal import listed, report

type _Step = Callable[[Configuration], Awaitable[Sequence[Finding]]]


def _steps(shard: Shard) -> Sequence[tuple[str, _Step]]:
    return (
        ("Data folder", data_folder),
        ("Cloud", partial(cloud, shard=shard)),
        ("Broker", broker),
        ("Status page", status_page),
    )


def check(config: ConfigOption = None, *, shard: ShardOption = None) -> None:
    """Try the configuration, the cloud and the broker, and say what to do about what does not work."""
    console, path, chosen = report(), found(config), shard_of(shard)
    where = str(path) if path else "from the environment alone"
    try:
        configuration = sharded(load(path, os.environ), chosen)
    except ConfigurationError as error:
        show(console, "Configuration", [failed(where, *listed(error.problems))])
        console.print("\nThe rest can be tried when the configuration is right.")
        raise typer.Exit(CONFIGURATION) from None
    show(console, "Configuration", [passed(where)])
    failures = asyncio.run(_tried(configuration, _steps(chosen), console))
    if failures:
        console.print(f"\nNot all is well: {', '.join(failures)}.")
        raise typer.Exit(FAILED)
    console.print("\nAll is well.")


async def _tried(configuration: Configuration, steps: Iterable[tuple[str, _Step]], console: Console) -> Sequence[str]:
    """Try every step, whatever became of the others; return those that failed."""
    failures: list[str] = []
    for title, step in steps:
        findings = await step(configuration)
        show(console, title, findings)
        if any(finding.verdict is Verdict.FAILED for finding in findings):
            failures.append(title)
    return failures
