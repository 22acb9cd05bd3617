"""The command line of script/demo."""

import asyncio
from collections.abc import Coroutine
import signal
from typing import Annotated, Any, Final

from aiohttp import ClientError
import typer

from . import check as checks
from .failure import DemoFailed
from .first_visit import PASSWORD, USER
from .stage import running
from .terminal import say

_INTERRUPTED: Final = 130

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def demo(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Instead of waiting for a person, see that everything works, and end.")
    ] = False,
    port: Annotated[int, typer.Option(help="Home Assistant's port; another one is taken when it is in use.")] = 8123,
    speed: Annotated[float, typer.Option(help="Simulated seconds per second.", min=0.001)] = 1.0,
) -> None:
    """Home Assistant with three simulated homes, in your browser; Ctrl-C stops it.

    Installs what it needs on first use, then starts a simulated
    LaylaElectric cloud and a real Home Assistant with the integration
    set up on it. No account is needed and, once all is installed, no
    network. Its configuration is in a temporary folder: every start is
    a fresh one.
    """
    doing = checks.run(port, speed) if check else _show(port, speed)
    interrupted = asyncio.run(_until_interrupted(doing))
    if interrupted and check:
        raise typer.Exit(_INTERRUPTED)


async def _show(port: int, speed: float) -> None:
    async with running(port, speed) as stage:
        cloud = f"{stage.simulator.url}/_sim"
        alarm = '{"device_id": "villa-kitchen", "name": "smoke_alarm", "active": true}'
        typer.echo(
            f"""
  Home Assistant   {stage.client.url}
  User             {USER}
  Password         {PASSWORD}
  Simulated cloud  {cloud}/state

  For a smoke alarm, which Home Assistant shows within a minute:
  curl --data '{alarm}' {cloud}/alarms

Ctrl-C stops everything.
"""
        )
        await stage.process.ended()


async def _until_interrupted(doing: Coroutine[Any, Any, None]) -> bool:
    """Do it, and return whether a signal ended it; whatever runs is stopped first."""
    task = asyncio.create_task(doing)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        say("Stopping")
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        return True
    except (DemoFailed, ClientError, TimeoutError) as failure:
        for note in getattr(failure, "__notes__", []):
            typer.echo(f"\n{note}\n", err=True)
        typer.echo(f"error: {str(failure) or type(failure).__name__}", err=True)
        raise typer.Exit(1) from failure
    return False
