"""What both programs do with air conditioners, where disk and time are not Home Assistant's."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta
import logging
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.layla.cloud.ac_control import AirConditioners
from custom_components.layla.cloud.air_conditioner import AirConditioner, Mode, Profile
from custom_components.layla.cloud.errors import Refused
from custom_components.layla.cloud.scheduler import Later, Scheduler
from custom_components.layla.cloud.settling import settle_for_good

from .layla.ac_house import SCHEDULING, TIMER, UNIT, House, with_schedule_and_timer

PROFILE: Final = Profile(
    vendor="Acme", model="X1", modes=[Mode.COOL, Mode.HEAT], lowest=16, highest=30, step=1, fans=["low", "high"]
)
COOL: Final = AirConditioner(power=True, mode=Mode.COOL, temperature=21, fan="low")


async def full_disk(*_: object) -> None:
    """Find no room for anything."""
    raise OSError(28, "No space left on device")


class Shelf:
    """Keeps what was told last."""

    def __init__(self) -> None:
        """Begin empty."""
        self.states: dict[str, AirConditioner | None] = {}

    def shown(self, device_id: str) -> AirConditioner | None:
        """Return what was told last."""
        return self.states.get(device_id)

    async def show(self, device_id: str, state: AirConditioner | None) -> None:
        """Keep what was told last."""
        self.states[device_id] = state

    async def take_back(self, device_id: str, state: AirConditioner | None) -> None:
        """Keep what was told before."""
        await self.show(device_id, state)


class Calendar:
    """What is to be called when; nothing is, before the test does it."""

    def __init__(self) -> None:
        """Begin without an appointment."""
        self.appointments: list[tuple[datetime, Later]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.scheduler = Scheduler(
            now=lambda: datetime.now(UTC), sleep=asyncio.sleep, call_at=self._call_at, create_task=self._create_task
        )

    def _call_at(self, at: datetime, later: Later) -> Callable[[], None]:
        appointment = (at, later)
        self.appointments.append(appointment)
        return lambda: self.appointments.remove(appointment)

    def _create_task(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.append(task)
        return task

    async def keep(self, house: House) -> datetime:
        """Wait for the only appointment, keep it, and return when it was."""
        ((at, later),) = self.appointments
        self.appointments.clear()
        await house.wait(max((at - datetime.now(UTC)).total_seconds(), 0))
        later(at)
        await house.in_time(self._tasks[-1])
        return at


@pytest.fixture
async def house(freezer: FrozenDateTimeFactory) -> AsyncIterator[House]:
    """A unit that nobody has commanded yet; all clocks show the same."""
    async with House.standing(freezer) as standing:
        yield standing


@pytest.fixture
def calendar() -> Calendar:
    """Time, as the test lets it pass."""
    return Calendar()


@pytest.fixture
def shelf() -> Shelf:
    """Somewhere to keep what was told."""
    return Shelf()


@pytest.fixture
def control(house: House, shelf: Shelf, calendar: Calendar) -> AirConditioners:
    """Full control of the unit's air conditioner."""
    return AirConditioners(
        house.account,
        {UNIT: PROFILE},
        shelf,
        calendar.scheduler,
        full=True,
        on_accepted=lambda: None,
        on_limited=lambda _: None,
        on_unauthorised=lambda: None,
    )


async def test_who_was_never_told_anything_has_nothing_to_tell(house: House, control: AirConditioners) -> None:
    unit = control.of(None, UNIT)
    assert control.told(UNIT) is None

    house.fails(TIMER, status=403)
    with pytest.raises(Refused):
        await house.in_time(unit.change(power=True))
    assert control.told(UNIT) is None

    house.heals()
    await house.in_time(unit.change(power=True, mode=Mode.COOL, temperature=21))
    assert control.told(UNIT) == unit.shown == COOL


async def test_what_cannot_be_kept_is_neither_sent_nor_shown(
    house: House, control: AirConditioners, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = control.of(None, UNIT)
    before = unit.shown
    with monkeypatch.context() as patched:
        patched.setattr(shelf, "show", full_disk)
        for change in (unit.change(power=True), unit.assume(power=True)):
            with pytest.raises(OSError, match="No space left"):
                await house.in_time(change)
    assert (house.requests, unit.shown) == ({}, before)

    await unit.assume(power=True)
    assert unit.shown.power


async def test_what_the_client_cannot_remember_is_not_sent_and_does_not_count(
    house: House, control: AirConditioners, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = control.of(None, UNIT)
    with monkeypatch.context() as patched:
        patched.setattr(house.memory, "keep", full_disk)
        with pytest.raises(OSError, match="No space left"):
            await house.in_time(unit.change(power=True))

    assert (house.requests, house.account.unsettled, unit.shown.power) == ({}, {}, False)
    await house.in_time(unit.change(power=True))
    await house.wait(10)
    assert len(house.frames) == 1


async def test_what_a_full_disk_keeps_from_being_settled_is_tried_again(
    house: House,
    control: AirConditioners,
    calendar: Calendar,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await with_schedule_and_timer(house)
    before = await house.slots()
    control.begin()
    assert calendar.appointments == []
    await house.in_time(control.of(None, UNIT).change(power=True))
    with monkeypatch.context() as patched:
        patched.setattr(house.memory, "keep", full_disk)
        first = await calendar.keep(house)
        second = await calendar.keep(house)
        third, _ = calendar.appointments[0]

    assert (second - first, third - second) == (timedelta(minutes=1), timedelta(minutes=2))
    said = [record.levelno for record in caplog.records if "could not be put back yet" in record.getMessage()]
    assert said == [logging.WARNING, logging.DEBUG]
    await calendar.keep(house)
    assert (await house.slots(), calendar.appointments) == (before, [])
    assert len(house.frames) == 1


async def test_nothing_is_settled_any_more_when_it_is_closed(
    house: House, control: AirConditioners, calendar: Calendar
) -> None:
    await house.in_time(control.of(None, UNIT).change(power=True))

    await control.close()

    assert calendar.appointments == []
    control.begin()
    assert calendar.appointments == []


async def test_who_leaves_for_good_settles_as_soon_as_the_frame_is_out_or_says_that_it_cannot(
    house: House,
    control: AirConditioners,
    calendar: Calendar,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await with_schedule_and_timer(house)
    before = await house.slots()
    await house.in_time(control.of(None, UNIT).change(power=True))
    await control.close()
    with monkeypatch.context() as patched:
        patched.setattr(house.memory, "keep", full_disk)
        await house.in_time(settle_for_good(house.account, calendar.scheduler))
    assert "will not be: [Errno 28]" in caplog.text

    await house.in_time(settle_for_good(house.account, calendar.scheduler))

    assert await house.slots() == before
    assert house.requests[SCHEDULING] >= 2
    assert len(house.frames) == 1
