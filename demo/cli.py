"""The command line of script/demo."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, Final

import typer

from simulator import Clock
from simulator.oauth import PASSWORD as OAUTH_PASSWORD

from . import check as checks, command
from .first_visit import PASSWORD, USER
from .stage import HOST, running

_INTERRUPTED: Final = 130

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def demo(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Instead of waiting for a person, see that everything works, and end.")
    ] = False,
    port: Annotated[int, typer.Option(help="Home Assistant's port; another one is taken when it is in use.")] = 8123,
    speed: Annotated[
        float,
        typer.Option(help="Simulated seconds per second; above 300, an air conditioner is told too late.", min=0.001),
    ] = 1.0,
) -> None:
    """Home Assistant with three simulated homes, in your browser; Ctrl-C stops it.

    Installs what it needs on first use, then starts a simulated
    LaylaElectric cloud, a real Home Assistant with the integration
    set up on it, and an MQTT broker with the bridge. No account is needed and, once all is installed, no
    network. Its configuration is in a temporary folder: every start is
    a fresh one.
    """
    clock = Clock(speed=speed)
    if check and not command.run(checks.run(port, clock)):
        raise typer.Exit(_INTERRUPTED)
    if not check:
        command.run(_show(port, clock))


async def _show(port: int, clock: Clock) -> None:
    async with running(port, clock) as stage:
        simulator, bridge = stage.simulator, stage.bridge
        cloud = f"{simulator.url}/_sim"
        alarm = '{"device_id": "villa-kitchen", "name": "smoke_alarm", "active": true}'
        typer.echo(
            f"""
  Home Assistant   {stage.client.url}
  User             {USER}
  Password         {PASSWORD}
  Simulated cloud  {cloud}/state
  The bridge       {bridge.page}
  Its MQTT broker  {HOST}:{bridge.port} ({bridge.broker})

  For a smoke alarm, which Home Assistant shows within a minute:
  curl --data '{alarm}' {cloud}/alarms

  To listen to the bridge:
  mosquitto_sub -V 5 -h {HOST} -p {bridge.port} -t 'layla/#' -v

  To sign in instead of using a token, choose Reconfigure in the account's menu, By signing in, and type
  {simulator.partner_url}, {simulator.authorize_url} and
  {simulator.token_url}; then log in as {simulator.world.profile["email"]} with the password {OAUTH_PASSWORD}.

Ctrl-C stops everything.
"""
        )
        await _first_end(stage.process.ended(), bridge.ended())


async def _first_end(*lives: Coroutine[Any, Any, None]) -> None:
    """Wait until one of them ends, which raises DemoFailed; stop waiting for the others."""
    tasks = [asyncio.ensure_future(life) for life in lives]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
