"""A history over a simulated cloud: what it delivers, and how often it asks."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession
from yarl import URL

from layla_bridge.cloud.layla.owner_account import OwnerAccount
from layla_bridge.cloud.layla.partner_account import PartnerAccount
from layla_bridge.cloud.model import Device as BridgeDevice, Point, Snapshot
from layla_bridge.history import NAME, History, HistoryFile, Scope, Series
from layla_bridge.history.series import Has, measured
from simulator import Simulator
from simulator.faults import Fault
from simulator.house.device import Device

from .mosquitto import GENEROUS
from .seconds import Seconds

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
SERIES: Final = "getDeviceMeasurements"


class CloudHistory:
    """One bridge's history; `run` is its life from start to stop, of which it may have several."""

    def __init__(self, cloud: Simulator, session: ClientSession, folder: Path, **options: Any) -> None:
        self.cloud = cloud
        self.seconds = Seconds()
        self.held: bool
        self.snapshot: Snapshot | None
        self.delivered: asyncio.Queue[tuple[Series, Sequence[Point]]] = asyncio.Queue()
        self.limited: list[float | None] = []
        self.file = HistoryFile(folder / NAME)
        self.account: OwnerAccount | PartnerAccount
        self.account = OwnerAccount.by_token(session, URL(cloud.base_url), cloud.token)
        self.options = options
        self.has: Has = measured
        self.begin()

    def begin(self) -> None:
        """Make a history, as a start of the bridge does: it has seen nothing yet."""
        self.snapshot = None
        self.held = False
        self.seconds.meanwhile = lambda: None
        self.budget = self.seconds.budget(held=lambda: self.held)
        members: dict[str, Any] = {"settle": timedelta(), **self.options}
        scope = {
            "shown": lambda: self.snapshot,
            "selected": lambda _: True,
            "has": self._has,
            **members.pop("scope", {}),
        }
        self.history = History(
            self.account,
            Scope(**scope),
            lambda series, points: self.delivered.put_nowait((series, points)),
            self.file,
            self.budget,
            limited=lambda error: self.limited.append(error.retry_after),
            clock=lambda: self.now,
            **members,
        )

    def _has(self, device: BridgeDevice) -> Collection[str]:
        return self.has(device)

    @property
    def now(self) -> datetime:
        """The simulated instant."""
        return self.cloud.world.time

    @property
    def asked(self) -> int:
        """How many series the cloud was asked for."""
        return self.cloud.simulation.counters.by_operation[SERIES]

    def units(self) -> Sequence[Device]:
        """Return the simulated units."""
        return list(self.cloud.world.devices.values())

    def measure_only(self, *measures: str) -> None:
        """Leave the units these measures."""
        for unit in self.units():
            unit.measures = measures
        self.cloud.world.changed()

    def fails(self, times: int | None = None, kind: str = "status", **members: Any) -> None:
        """Let the series fail."""
        self.cloud.simulation.faults.add(Fault(operation=SERIES, kind=kind, times=times, **members))

    async def refresh(self, *, after: timedelta = timedelta()) -> None:
        """Poll the cloud as the bridge does."""
        self.cloud.world.clock.advance(after.total_seconds())
        self.cloud.world.catch_up()
        refresh = await self.account.fetch(None, self.snapshot)
        self.snapshot = refresh.snapshot
        await self.history.refreshed(self.now)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run it until the end of the block."""
        task = asyncio.create_task(self.history.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def next(self, count: int = 1) -> Sequence[tuple[Series, Sequence[Point]]]:
        """Return what is delivered next."""
        async with asyncio.timeout(GENEROUS):
            return [await self.delivered.get() for _ in range(count)]

    async def idle(self) -> None:
        """Wait until nothing is left to do."""
        async with asyncio.timeout(GENEROUS):
            while self.history.depth:  # noqa: ASYNC110  # nobody else tells of it
                await asyncio.sleep(0.01)

    async def six(self) -> Sequence[tuple[Series, Sequence[Point]]]:
        """Return what is delivered in the first minute, and hold the budget at its end."""
        self.seconds.meanwhile = self._hold
        return await self.next(6)

    def _hold(self) -> None:
        self.held = True

    async def answer(self, **members: object) -> tuple[int, int]:
        """Make a request, and return how it ended."""
        ended: asyncio.Future[tuple[int, int]] = asyncio.get_running_loop().create_future()
        self.history.request(members, lambda points, failed: ended.set_result((points, failed)))
        async with asyncio.timeout(GENEROUS):
            return await ended


def hours(points: Sequence[Point]) -> Sequence[str]:
    """Return when points begin, as `HH:MM` in UTC."""
    return [f"{point.at.astimezone(UTC):%H:%M}" for point in points]
