"""Running a command until it is done, fails, or is interrupted."""

import asyncio
from collections.abc import Coroutine
import signal
from typing import Any

from aiohttp import ClientError
import typer

from .failure import DemoFailed
from .terminal import say

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(doing: Coroutine[Any, Any, None]) -> bool:
    """Do it and return whether it was done; on a signal, whatever runs is stopped first. Exits with 1 on failure."""
    return asyncio.run(_run(doing))


async def _run(doing: Coroutine[Any, Any, None]) -> bool:
    task = asyncio.create_task(doing)

    def stop() -> None:
        say("Stopping")
        task.cancel()

    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        return False
    except (DemoFailed, ClientError, TimeoutError) as failure:
        for note in getattr(failure, "__notes__", []):
            typer.echo(f"\n{note}\n", err=True)
        typer.echo(f"error: {str(failure) or type(failure).__name__}", err=True)
        raise typer.Exit(1) from failure
    return True
