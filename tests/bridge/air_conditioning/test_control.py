"""Air conditioners of the bridge: commanded over HTTP at the simulator, remembered on disk, with time by asyncio."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession
import pytest
from yarl import URL

from layla_bridge.air_conditioning import AcFile, opened
from layla_bridge.air_conditioning.scheduler import on_asyncio
from layla_bridge.cloud.ac_control import AirConditioners
from layla_bridge.cloud.air_conditioner import AirConditioner, Mode
from layla_bridge.cloud.errors import AuthenticationFailed, RateLimited
from layla_bridge.cloud.layla.owner_account import OwnerAccount
from layla_bridge.configuration import AirConditioners as Chosen
import simulator
from simulator import Simulator, World
from simulator.faults import Fault

GENEROUS: Final = 30
CHOSEN: Final = Chosen.model_validate(
    {
        "control": "full",
        "profiles": [
            {
                "vendor": "Daikin",
                "model": "ARC452",
                "units": ["unit"],
                "modes": ["cool", "heat"],
                "lowest": "16",
                "highest": "30",
                "fans": ["auto", "low"],
            }
        ],
    }
)
COOL: Final = AirConditioner(power=True, mode=Mode.COOL, temperature=21, fan="auto")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Told:
    """Who was told what."""

    accepted: int = 0
    limited: list[float | None] = field(default_factory=list)
    unauthorised: int = 0

    def accept(self) -> None:
        """Hear that a command was accepted."""
        self.accepted += 1

    def limit(self, error: RateLimited) -> None:
        """Hear that one came too often."""
        self.limited.append(error.retry_after)

    def refuse(self) -> None:
        """Hear that another token is wanted."""
        self.unauthorised += 1


@dataclass(slots=True)
class Home:
    """A unit with an air conditioner, at the simulator, and the bridge's folder."""

    cloud: Simulator
    session: ClientSession
    folder: Path
    told: Told

    async def opened(self) -> tuple[AirConditioners, AcFile]:
        """Open the control as a run of the bridge does."""
        file = await AcFile.opened(self.folder)
        account = OwnerAccount.by_token(self.session, URL(self.cloud.base_url), self.cloud.token, memory=file)
        told = self.told
        control = opened(
            CHOSEN,
            account,
            file,
            _now,
            on_accepted=told.accept,
            on_limited=told.limit,
            on_unauthorised=told.refuse,
        )
        control.begin()
        return control, file

    @property
    def timer(self) -> Any:
        """What is in the timer's slot of the cloud."""
        return self.cloud.world.devices["unit"].infrared.timer

    @property
    def requests(self) -> dict[str, int]:
        """What was asked of the cloud."""
        return dict(self.cloud.simulation.counters.by_operation)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """A unit that nobody has commanded yet."""
    async with simulator.running(World.tiny()) as cloud, ClientSession() as session:
        yield Home(cloud, session, tmp_path / "data", Told())


async def test_changes_of_one_moment_are_one_frame_and_a_restart_knows_them(home: Home) -> None:
    control, file = await home.opened()
    unit = control.of(None, "unit")
    assert control.told("unit") is None

    await asyncio.gather(unit.change(power=True, mode=Mode.COOL), unit.change(temperature=21.0))

    assert home.requests == {"putAcSchedule": 1, "scheduleAcTimer": 1}
    assert home.timer is not None
    assert (unit.shown, control.told("unit"), home.told.accepted) == (COOL, COOL, 1)
    await control.close()
    await file.close()
    control, file = await home.opened()
    assert control.told("unit") == control.of(None, "unit").shown == COOL
    await control.close()
    await file.close()


async def test_what_cannot_be_kept_on_disk_is_not_sent(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    control, file = await home.opened()
    unit = control.of(None, "unit")
    before = unit.shown

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            await unit.change(power=True)
        with pytest.raises(OSError, match="No space left"):
            await unit.assume(power=True)

    assert (home.requests, unit.shown, control.told("unit")) == ({}, before, None)
    await unit.change(power=True)
    assert unit.shown.power
    await control.close()
    await file.close()


async def test_who_has_to_know_of_a_failure_is_told(home: Home) -> None:
    control, file = await home.opened()
    unit = control.of(None, "unit")
    home.cloud.simulation.faults.add(Fault("putAcSchedule", "status", status=429, retry_after=120, times=1))
    with pytest.raises(RateLimited):
        await unit.change(power=True)
    home.cloud.simulation.faults.add(Fault("putAcSchedule", "status", status=401))
    with pytest.raises(AuthenticationFailed):
        await unit.change(power=True)

    assert home.told == Told(limited=[120], unauthorised=1)
    assert (unit.shown.power, control.told("unit")) == (False, None)
    await control.close()
    await file.close()


# time


async def test_what_is_due_is_called_once_with_its_time() -> None:
    called: asyncio.Queue[datetime] = asyncio.Queue()
    at = _now() + timedelta(seconds=0.05)
    on_asyncio(_now).call_at(at, called.put_nowait)

    async with asyncio.timeout(GENEROUS):
        assert await called.get() == at
    assert _now() >= at - timedelta(seconds=0.02)
    assert called.empty()


async def test_what_was_due_before_is_called_at_once_and_what_is_called_off_never() -> None:
    called: asyncio.Queue[datetime] = asyncio.Queue()
    scheduler = on_asyncio(_now)
    past = _now() - timedelta(hours=1)
    scheduler.call_at(past - timedelta(hours=1), called.put_nowait)()
    scheduler.call_at(past, called.put_nowait)

    async with asyncio.timeout(GENEROUS):
        assert await called.get() == past
    assert called.empty()


async def test_a_task_has_a_name_and_is_kept_until_it_is_done() -> None:
    going = asyncio.Event()

    async def work() -> None:
        await going.wait()

    task = on_asyncio(_now).create_task(work(), "a frame")
    assert task.get_name() == "a frame"
    going.set()
    async with asyncio.timeout(GENEROUS):
        await task
