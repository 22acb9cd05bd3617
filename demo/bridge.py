"""The bridge as a process of the demo's: on the same simulated cloud, on the demo's own broker."""

import asyncio
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
import os
from pathlib import Path
import sys
from typing import Final

from aiohttp import ClientError, ClientSession

from simulator import Simulator

from . import broker, ports
from .configuration import REPOSITORY
from .failure import DemoFailed, eventually

BROKER_PORT: Final = 1883
PAGE_PORT: Final = 8751
_SECONDS_TO_START: Final = 60.0
_PATIENCE: Final = 20.0
_TAIL: Final = 40
_MODEL: Final = {
    "vendor": "Daikin",
    "model": "ARC452",
    "modes": ["cool", "heat", "dry", "fan_only", "auto"],
    "lowest": 16,
    "highest": 30,
}


@dataclass(frozen=True, slots=True)
class Bridge:
    """A running bridge, its broker and its status page."""

    broker: str
    port: int
    page: str
    printed: Path
    process: Process

    async def ended(self) -> None:
        """Wait until it stops, and raise DemoFailed: it should not."""
        await self.process.wait()
        self.insist()

    def insist(self) -> None:
        """Raise DemoFailed when it has stopped."""
        if self.process.returncode is not None:
            raise DemoFailed(f"The bridge stopped by itself, with exit code {self.process.returncode}")

    @property
    def log(self) -> list[str]:
        """Every line it has printed."""
        return self.printed.read_text(errors="replace").splitlines()


@asynccontextmanager
async def running(folder: Path, host: str, simulator: Simulator) -> AsyncIterator[Bridge]:
    """Run a broker, and a bridge that has its files in a folder; and wait until the account is on the broker."""
    with ports.reserved(host, BROKER_PORT) as port, ports.reserved(host, PAGE_PORT) as page:
        async with broker.running(folder, host, port) as name:
            printed = folder / "bridge.log"
            process = await _started(printed, _environment(folder, host, port, page, simulator))
            bridge = Bridge(name, port, f"http://{host}:{page}/", printed, process)
            try:
                await eventually("The bridge shows the account", _SECONDS_TO_START, lambda: _well(bridge))
                yield bridge
            except Exception as failure:
                failure.add_note("\n".join(["The bridge's log ends like this:", *bridge.log[-_TAIL:]]))
                raise
            finally:
                await _stopped(process)


def _environment(folder: Path, host: str, port: int, page: int, simulator: Simulator) -> Mapping[str, str]:
    """Return the configuration, with full control: nobody's schedule can be lost in a simulated cloud."""
    driving = [unit for unit, device in simulator.world.devices.items() if device.drives_ac]
    return {
        "PYTHONPATH": str(REPOSITORY / "bridge"),
        "PYTHONUNBUFFERED": "1",
        "LAYLA_ACCOUNT__URL": simulator.base_url,
        "LAYLA_ACCOUNT__TOKEN": simulator.token,
        "LAYLA_AIR_CONDITIONERS__CONTROL": "full",
        "LAYLA_AIR_CONDITIONERS__PROFILES": json.dumps([{**_MODEL, "units": driving}]),
        "LAYLA_BROKER__HOST": host,
        "LAYLA_BROKER__PORT": str(port),
        "LAYLA_STATUS_PAGE__HOST": host,
        "LAYLA_STATUS_PAGE__PORT": str(page),
        "LAYLA_DATA": str(folder / "bridge"),
    }


async def _started(printed: Path, environment: Mapping[str, str]) -> Process:
    # A configuration of the user's own has no part in this.
    others = {name: value for name, value in os.environ.items() if not name.startswith("LAYLA_")}
    with printed.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "demo.with_parent", sys.executable, "-P", "-m", "layla_bridge", "run"),
            cwd=REPOSITORY,
            env={**others, **environment},
            stdin=DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for the demo, which then stops all in order
        )


async def _well(bridge: Bridge) -> bool | None:
    bridge.insist()
    try:
        async with ClientSession() as session, session.get(f"{bridge.page}healthz?ready") as response:
            return response.ok or None
    except ClientError:
        return None


async def _stopped(process: Process) -> None:
    """Ask it to stop; when it does not, make it."""
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(_PATIENCE):
            await process.wait()
    except TimeoutError as error:
        raise DemoFailed(f"The bridge did not stop within {_PATIENCE:.0f} seconds") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
