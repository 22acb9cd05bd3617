"""All that a demo is made of, running: the simulated cloud, and a Home Assistant that shows it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from aiohttp import ClientSession

from simulator import Clock, Simulator, World, running as simulating

from . import air_conditioners, bridge, configuration, first_visit, ports, rooms
from .bridge import Bridge
from .client import HomeAssistant, Json, connected
from .failure import eventually
from .process import HomeAssistantProcess, home_assistant
from .terminal import say
from .units import units

HOST: Final = "127.0.0.1"
SIMULATOR_PORT: Final = 8750
_SECONDS_TO_SEE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that runs."""

    simulator: Simulator
    process: HomeAssistantProcess
    client: HomeAssistant
    bridge: Bridge

    async def control(self, method: str, path: str, **members: Json) -> Json:
        """Call the control API of the simulated cloud."""
        async with (
            ClientSession(self.simulator.url, raise_for_status=True) as session,
            session.request(method, f"/_sim/{path}", json=members) as response,
        ):
            return await response.json()

    async def ring(self, unit: str, alarm: str) -> None:
        """Raise an alarm in the simulated cloud."""
        await self.control("POST", "alarms", device_id=unit, name=alarm, active=True)

    async def refresh(self) -> None:
        """Let Home Assistant ask the cloud now; one entity of any unit is enough, since one request serves all."""
        first, *_ = await units(self.client)
        await self.client.act("homeassistant.update_entity", next(iter(first.entities.values())))

    async def see(self, entity_id: str, accepted: Callable[[Json], bool]) -> Json:
        """Wait until an entity's state and attributes are accepted, and return them; raises DemoFailed."""

        async def look() -> Json | None:
            state = await self.client.state(entity_id)
            return state if accepted(state) else None

        return await eventually(f"The state of {entity_id} is as expected", _SECONDS_TO_SEE, look)


@asynccontextmanager
async def running(port: int, clock: Clock) -> AsyncIterator[Stage]:
    """Start everything in a folder of its own, set it up as a user does, and stop it all in the end.

    `port` is wanted for Home Assistant; another one is taken when that is in use.
    """
    with (
        ports.reserved(HOST, SIMULATOR_PORT) as simulator_port,
        ports.reserved(HOST, port) as chosen,
        TemporaryDirectory(prefix="layla-demo-") as name,
    ):
        folder = Path(name)
        configuration.prepare(folder, HOST, chosen)
        say("Starting a simulated LaylaElectric cloud: three homes with ten units")
        async with simulating(World.demo(clock), HOST, simulator_port) as simulator:
            say("Starting Home Assistant with a configuration of its own, which is thrown away in the end")
            async with home_assistant(folder) as process, connected(f"http://{HOST}:{chosen}") as client:
                await first_visit.wait_until_up(client, process)
                say("Creating a user and adding the LaylaElectric integration, as a person would")
                await first_visit.become_owner(client)
                await first_visit.add_integration(client, simulator.base_url, simulator.token)
                await first_visit.enter_credentials(client)
                await rooms.remove_all(client)
                await rooms.assign(client)
                await rooms.choose_alerts(client)
                await air_conditioners.describe(client)
                say("Starting a broker and the bridge, on the same cloud")
                async with bridge.running(folder, HOST, simulator) as beside:
                    yield Stage(simulator, process, client, beside)
