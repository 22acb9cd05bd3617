"""An air conditioner's user between a client and a simulated cloud, on one clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
import json
from types import SimpleNamespace
from typing import Any, Final, Self, override

from aiohttp import ClientSession, TraceConfig
from freezegun.api import FrozenDateTimeFactory
from yarl import URL

from custom_components.layla.cloud import commands
from custom_components.layla.cloud.air_conditioner import Frame, Mode
from custom_components.layla.cloud.commands import AcCommand
from custom_components.layla.cloud.errors import CloudError
from custom_components.layla.cloud.layla.owner_account import OwnerAccount
from custom_components.layla.cloud.memory import Document, Memory
import simulator
from simulator import Clock, Simulator, World
from simulator.faults import Fault
from tests.cloud.conftest import NOW

UNIT: Final = "unit"
OWN: Final = {"vendor": "Acme", "model": "X1", "mode": "heat", "temperature": 21, "fan_speed": "low", "beep": False}
SCHEDULE: Final[Mapping[str, Any]] = {
    "enabled": True,
    "days": ["mon", "sat"],
    "start_time": "03:00",
    "end_time": "05:00",
    "change_ac_state": True,
    "appliance_config": OWN,
}
SILENT: Final = {"enabled": False, "change_ac_state": False}
TIMER: Final = "scheduleAcTimer"
CANCEL: Final = "cancelAcTimer"
SCHEDULING: Final = "putAcSchedule"


class Killed(BaseException):
    """The process ends here."""


class Notebook(Memory):
    """A memory on paper: what is in it is JSON, and outlives an account."""

    def __init__(self, lives: Lives) -> None:
        """Begin with empty pages."""
        self.pages: dict[str, str] = {}
        self._lives = lives

    @property
    @override
    def documents(self) -> Mapping[str, Document]:
        return {unit: json.loads(page) for unit, page in self.pages.items()}

    @override
    async def keep(self, device_id: str, document: Document) -> None:
        self._lives.step()
        self.pages[device_id] = json.dumps(document, allow_nan=False)
        self._lives.step()


class Lives:
    """Ends a process after so many steps; a step is before or after a request, before or after a write."""

    def __init__(self) -> None:
        """Live for ever."""
        self.left: int | None = None

    def step(self) -> None:
        """Take a step, or die."""
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed

    def traced(self) -> TraceConfig:
        """Count the requests of a session as steps."""

        async def on_request(*_: object) -> None:
            self.step()

        traced = TraceConfig(trace_config_ctx_factory=SimpleNamespace)
        traced.on_request_start.append(on_request)
        traced.on_request_end.append(on_request)
        return traced


class House:
    """One unit in the tiny home, what it holds, what it has sent, and the account that commands it."""

    def __init__(self, cloud: Simulator, session: ClientSession, frozen: FrozenDateTimeFactory, lives: Lives) -> None:
        """Open the account with an empty memory."""
        self.cloud = cloud
        self.lives = lives
        self.memory = Notebook(lives)
        self._session = session
        self._frozen = frozen
        self.account = self._opened(cloud.base_url)

    @classmethod
    @asynccontextmanager
    async def standing(cls, frozen: FrozenDateTimeFactory, ahead: timedelta = timedelta(0)) -> AsyncIterator[Self]:
        """Build it; the cloud's clock is `ahead` of ours."""
        frozen.move_to(NOW)
        # By a clock that leaps every task is slow, and says so.
        asyncio.get_running_loop().set_debug(False)
        lives = Lives()
        world = World.tiny(Clock(NOW + ahead, counter=lambda: datetime.now(UTC).timestamp()))
        async with simulator.running(world) as cloud, ClientSession(trace_configs=[lives.traced()]) as session:
            house = cls(cloud, session, frozen, lives)
            await house.refresh()
            yield house

    def _opened(self, base_url: str) -> OwnerAccount:
        return OwnerAccount.by_token(self._session, URL(base_url), self.cloud.token, memory=self.memory)

    def restart(self, base_url: str | None = None) -> None:
        """Begin anew with what the memory has."""
        self.lives.left = None
        self.account = self._opened(base_url or self.cloud.base_url)

    async def refresh(self) -> None:
        """Read the account, as is done every minute; requests count from here on."""
        await self.account.fetch(None, None)
        self.cloud.simulation.counters.reset()

    async def tries_to_refresh(self) -> None:
        """Read the account as a caller does that has just begun; it lives on without an answer."""
        with suppress(CloudError):
            await self.refresh()

    def tells(self, **settings: object) -> None:
        """Let the unit's payload say this in its settings."""
        unit = self.cloud.world.devices[UNIT]
        unit.settings |= settings
        self.cloud.world.changed(unit)

    # time

    def now(self) -> datetime:
        """Say the cloud's time."""
        return self.cloud.world.clock.now()

    async def wait(self, seconds: float) -> None:
        """Let time pass; everybody may do what is due."""
        self._frozen.tick(timedelta(seconds=seconds))
        self.cloud.world.catch_up()

    async def in_time[T](self, work: Awaitable[T]) -> T:
        """Do some work while time passes, which it does when nothing else happens."""
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(300):
                await asyncio.sleep(0)
            if not task.done():
                self._frozen.tick(timedelta(seconds=0.5))
        return await task

    # faults

    def fails(self, operation: str, kind: str = "status", **members: Any) -> None:
        """Let an operation fail from now on."""
        self.cloud.simulation.faults.add(Fault(operation, kind, **members))

    def heals(self) -> None:
        """End every fault."""
        self.cloud.simulation.faults.clear()

    # commands

    async def does(self, command: AcCommand) -> None:
        """Execute a command."""
        await self.in_time(self.account.execute(command))

    async def tries(self, command: AcCommand) -> type[CloudError] | None:
        """Execute a command, and say how it failed, if it did."""
        try:
            await self.does(command)
        except CloudError as error:
            return type(error)
        return None

    async def settles(self) -> None:
        """Settle whatever is due, now and until nothing is left."""
        for _ in range(20):
            due = self.account.unsettled.get(UNIT)
            if due is None:
                return
            await self.wait(max((due - datetime.now(UTC)).total_seconds(), 0))
            if await self.tries(commands.SettleAirConditioner(device_id=UNIT)):
                await self.wait(20)
        message = "never settled"
        raise AssertionError(message)

    # what the cloud has

    async def state(self) -> dict[str, Any]:
        """Return what the simulator says of the air conditioner."""
        async with ClientSession() as session, session.get(f"{self.cloud.url}/_sim/state") as reply:
            (unit,) = (await reply.json())["devices"]
        state: dict[str, Any] = unit["ac"]
        return state

    async def slots(self) -> tuple[Any, Any]:
        """Return the schedule and the timer; a schedule that does nothing at all is none."""
        state = await self.state()
        held = state["schedule"]
        does_nothing = held is not None and not (held["enabled"] or held["change_ac_state"] or held["days"])
        return None if does_nothing else held, state["timer"]

    @property
    def frames(self) -> list[tuple[str, Mapping[str, Any]]]:
        """What the unit has sent until now."""
        self.cloud.world.catch_up()
        return [(frame.action, frame.config) for frame in self.cloud.world.devices[UNIT].infrared.frames]

    @property
    def sent_at(self) -> list[datetime]:
        """When the unit has sent its frames."""
        self.cloud.world.catch_up()
        return [frame.at for frame in self.cloud.world.devices[UNIT].infrared.frames]

    @property
    def requests(self) -> dict[str, int]:
        """What was asked for since the last refresh."""
        return dict(self.cloud.simulation.counters.by_operation)


def frame(temperature: float = 22.0, **members: Any) -> Frame:
    """Make a frame that cools."""
    usual = {"vendor": "Acme", "model": "X1", "mode": Mode.COOL, "fan": "high", "swing": None}
    return Frame(**{**usual, "temperature": temperature, **members})


def tell(temperature: float = 22.0, **members: Any) -> commands.TellAirConditioner:
    """Make a command that cools."""
    return commands.TellAirConditioner(device_id=UNIT, frame=frame(temperature, **members))


def switch(*, on: bool) -> commands.SwitchAirConditioner:
    """Make a command that switches."""
    return commands.SwitchAirConditioner(device_id=UNIT, on=on)


def cooling(temperature: float = 22, **members: object) -> dict[str, object]:
    """Return what the unit is told by such a frame, in the vendor's members."""
    usual = {"vendor": "Acme", "model": "X1", "mode": "cool", "fan_speed": "high"}
    return {**usual, "temperature": temperature, **members}


type Situation = Callable[[House], Awaitable[None]]


async def with_schedule_and_timer(house: House) -> None:
    """Let the user have a schedule, and a timer in two hours."""
    await house.does(commands.SetAcSchedule(device_id=UNIT, schedule=SCHEDULE))
    at = house.now() + timedelta(hours=2)
    await house.does(commands.SetAcTimer(device_id=UNIT, on=False, at=at))
    house.cloud.simulation.counters.reset()


async def with_nothing(house: House) -> None:
    """Leave everything empty."""
    house.cloud.simulation.counters.reset()
