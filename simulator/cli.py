"""The command line: which homes, which clock, which address."""

import asyncio
from datetime import UTC, datetime
import logging
import signal
from typing import Annotated

from rich.console import Console
import typer

from .clock import Clock
from .house.world import World
from .oauth import CLIENT_ID, CLIENT_SECRET, PASSWORD
from .server import Simulator, running
from .tokens import ANONYMOUS_TOKEN, DEMO_TOKEN

app = typer.Typer(add_completion=False, rich_markup_mode="rich")

_HELP = f"""
LaylaElectric's owner API, simulated: three homes that live, or a fleet of any size.

Rooms warm and cool, people come and go, alarms start and end, air conditioners listen to timers and schedules.
Give a client the printed address, with [bold]/api[/bold] at its end, and the token below.
The partner API, with [bold]/partner/api[/bold] at its end, takes tokens that OAuth 2.0 brings.
Under [bold]/_sim/[/bold] anything can be made to happen; simulator/README.md lists it all.

The token of the demo owner, the same at every start:

{DEMO_TOKEN}
"""


@app.command(help=_HELP)
def serve(
    *,
    host: Annotated[
        str, typer.Option(help="Address to listen on. The control API has no password: keep to loopback.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8750,
    speed: Annotated[float, typer.Option(help="Simulated seconds per second.", min=0.001)] = 1.0,
    devices: Annotated[int, typer.Option(help="Serve a fleet of so many still units instead of the homes.", min=0)] = 0,
    properties: Annotated[int, typer.Option(help="Spread the fleet over so many properties.", min=1)] = 10,
    seed: Annotated[int, typer.Option(help="Another seed, other weather and other people.")] = 0,
    start: Annotated[str, typer.Option(help="Begin at this instant, in ISO 8601, instead of now.")] = "",
    null_buckets: Annotated[
        bool, typer.Option("--null-buckets", help="Say null in a series where there is no data, instead of nothing.")
    ] = False,
    access_lifetime: Annotated[
        int, typer.Option(help="Simulated seconds for which an access token of OAuth is good.", min=1)
    ] = 3600,
    log: Annotated[str, typer.Option(help="debug, info (each request), warning or error.")] = "warning",
) -> None:
    """Run until Ctrl-C or SIGTERM."""
    logging.basicConfig(level=_level(log), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    clock = Clock(_instant(start), speed=speed)
    world = World.fleet(devices, properties, clock) if devices else World.demo(clock, seed)
    world.null_buckets = null_buckets
    asyncio.run(_serve(world, host, port, access_lifetime))


async def _serve(world: World, host: str, port: int, access_lifetime: int) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with running(world, host, port) as simulator:
        simulator.simulation.oauth.switch(access_lifetime=access_lifetime)
        announce(simulator)
        await stop.wait()


def announce(simulator: Simulator) -> None:
    """Print what a client needs."""
    world, clock = simulator.world, simulator.world.clock
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"[bold]LaylaElectric, simulated[/bold]: {len(world.properties)} properties, {len(world.devices)} units, "
        f"{clock.now():%Y-%m-%d %H:%M} UTC at {clock.speed:g}-fold speed"
    )
    console.print(f"  Base URL     {simulator.base_url}")
    console.print(f"  Token        {DEMO_TOKEN}")
    console.print(f"  without sub  {ANONYMOUS_TOKEN}")
    console.print(f"  for an hour  {simulator.simulation.tokens.expiring}")
    console.print(f"  Partner API  {simulator.url}/partner/api")
    console.print(f"  Authorize    {simulator.authorize_url}")
    console.print(f"  Tokens       {simulator.token_url}")
    console.print(f"  Client       {CLIENT_ID}, its secret: {CLIENT_SECRET}")
    console.print(f"  Log in as    {world.profile['email']}, password: {PASSWORD}")
    console.print(f"  Control API  {simulator.url}/_sim/state (see simulator/README.md)")
    console.print("  Ctrl-C stops it.")


def _instant(text: str) -> datetime | None:
    """Read --start; without an offset it is UTC."""
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no ISO 8601 instant, such as 2026-07-01T12:00:00Z") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _level(name: str) -> int:
    levels = logging.getLevelNamesMapping()
    if name.upper() not in levels:
        raise typer.BadParameter(f"{name!r} is no log level; accepted: debug, info, warning, error")
    return levels[name.upper()]
