"""Commands to a simulated cloud over HTTP, without a broker: what they are answered, and what the cloud was asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
import json
from typing import Any, Final

from aiohttp import ClientSession
from yarl import URL

from layla_bridge.cloud.ac_control import AirConditioners
from layla_bridge.cloud.air_conditioner import AirConditioner, Mode, Profile
from layla_bridge.cloud.errors import RateLimited
from layla_bridge.cloud.layla.owner_account import OwnerAccount
from layla_bridge.cloud.model import Device, Snapshot
from layla_bridge.cloud.scheduler import Scheduler
from layla_bridge.commands import Commands, Holds, Hooks
from layla_bridge.contract.messages import Message, Publication
from layla_bridge.contract.topics import DeviceCommand, Item, Kind, PropertyCommand, Topics
import simulator
from simulator import Clock, Simulator, World
from simulator.faults import Fault
from tests.bridge.mosquitto import GENEROUS

UNIT: Final = "unit"
HOME: Final = "home"
TOPICS: Final = Topics("villa")
DEVICE: Final = Item(Kind.DEVICE, UNIT)
PLACE: Final = Item(Kind.PROPERTY, HOME)
CELSIUS: Final = Profile(
    vendor="Daikin",
    model="ARC452",
    modes=(Mode.COOL, Mode.HEAT),
    lowest=16,
    highest=30,
    step=0.5,
    fans=("auto", "1"),
    swings=("off", "vertical"),
)
FAHRENHEIT: Final = replace(CELSIUS, lowest=60, highest=86, step=1, fahrenheit=True, fans=(), swings=())


def clock() -> datetime:
    """Return now."""
    return datetime.now(UTC)


def _scheduler() -> Scheduler:
    """Let the event loop be the program."""
    loop = asyncio.get_running_loop()
    return Scheduler(
        now=clock,
        sleep=asyncio.sleep,
        call_at=lambda at, later: loop.call_later(max((at - clock()).total_seconds(), 0), later, at).cancel,
        create_task=lambda work, name: asyncio.create_task(work, name=name),
    )


class Shown:
    """Remembers what air conditioners were told; on a full disk it cannot."""

    def __init__(self) -> None:
        self.states: dict[str, AirConditioner | None] = {}
        self.full = False

    def shown(self, device_id: str) -> AirConditioner | None:
        """Return what it was told last."""
        return self.states.get(device_id)

    async def show(self, device_id: str, state: AirConditioner | None) -> None:
        """Keep it."""
        if self.full:
            raise OSError(28, "No space left on device")
        self.states[device_id] = state

    async def take_back(self, device_id: str, state: AirConditioner | None) -> None:
        """Keep what was kept before."""
        await self.show(device_id, state)


class Bench:
    """The commands of one bridge, whom they tell, and the cloud behind them."""

    def __init__(self, cloud: Simulator, session: ClientSession, profile: Profile | None, **options: Any) -> None:
        self.cloud = cloud
        self.told: list[object] = []
        self.published: asyncio.Queue[Publication] = asyncio.Queue()
        self.holds = Holds()
        self.store = Shown()
        self.snapshot: Snapshot | None = None
        self.selected = True
        self.account = OwnerAccount.by_token(session, URL(cloud.base_url), cloud.token)
        self.air_conditioners = AirConditioners(
            self.account,
            {UNIT: profile} if profile else {},
            self.store,
            _scheduler(),
            full=options.pop("full", True),
            on_accepted=lambda: self.told.append("accepted"),
            on_limited=self.told.append,
            on_unauthorised=lambda: self.told.append("unauthorised"),
        )
        self.commands = Commands(
            self.account,
            TOPICS,
            latest=lambda: self.snapshot,
            selected=self._selects,
            known=lambda item: item in (DEVICE, PLACE),
            air_conditioners=self.air_conditioners,
            holds=self.holds,
            send=self.published.put_nowait,
            hooks=Hooks(
                on_accepted=lambda: self.told.append("accepted"),
                on_limited=self.told.append,
                on_unauthorised=lambda: self.told.append("unauthorised"),
                on_changed=lambda units: self.told.append(frozenset(units)),
            ),
            clock=clock,
            **{"gap": 0.1, **options},
        )

    def _selects(self, property_id: str | None) -> bool:
        return self.selected and property_id == HOME

    @property
    def unit(self) -> Any:
        """The unit as the cloud has it."""
        return self.cloud.world.devices[UNIT]

    @property
    def requests(self) -> Mapping[str, int]:
        """What the cloud was asked since the account was read."""
        return dict(self.cloud.simulation.counters.by_operation)

    @property
    def limits(self) -> list[RateLimited]:
        """The rate limits that were told of."""
        return [each for each in self.told if isinstance(each, RateLimited)]

    async def refresh(self) -> Snapshot:
        """Read the account."""
        self.snapshot = (await self.account.fetch(None, self.snapshot)).snapshot
        self.cloud.simulation.counters.reset()
        return self.snapshot

    def change(self, **members: Any) -> None:
        """Let the account show the unit otherwise."""
        assert self.snapshot is not None
        unit: Device = replace(self.snapshot.devices[UNIT], **members)
        self.snapshot = replace(self.snapshot, devices={UNIT: unit})

    def fails(self, operation: str, **members: Any) -> None:
        """Let an operation fail from now on."""
        self.cloud.simulation.faults.add(Fault(operation, members.pop("kind", "status"), **members))

    def give(self, payload: object, name: str | None = None, *, item: Item = DEVICE, **members: Any) -> None:
        """Give a command: bytes as they are, anything else as JSON."""
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        message = Message(
            topic=TOPICS.command(item, name), payload=raw, qos=1, retain=members.pop("retain", False), **members
        )
        incoming = TOPICS.incoming(message.topic)
        assert isinstance(incoming, DeviceCommand | PropertyCommand)
        self.commands.take(message, incoming)

    async def next(self) -> Publication:
        """Return the next message that was published."""
        async with asyncio.timeout(GENEROUS):
            return await self.published.get()

    async def answer(self) -> dict[str, Any]:
        """Return the next answer."""
        answer: dict[str, Any] = json.loads((await self.next()).payload)
        return answer

    async def ask(self, payload: object, name: str | None = None, **members: Any) -> dict[str, Any]:
        """Give a command, and return its answer."""
        self.give(payload, name, **members)
        return await self.answer()

    async def code(self, payload: object, name: str | None = None, **members: Any) -> str | None:
        """Give a command, and return the code of its error, if it had one."""
        error = (await self.ask(payload, name, **members))["error"]
        return error and str(error["code"])


@asynccontextmanager
async def bench(profile: Profile | None = CELSIUS, **options: Any) -> AsyncIterator[Bench]:
    """Run a cloud with a tiny home in it, and commands for it."""
    async with simulator.running(world=World.tiny(Clock())) as cloud, ClientSession() as session:
        made = Bench(cloud, session, profile, **options)
        await made.refresh()
        yield made
        await made.commands.close()
        await made.air_conditioners.close()
