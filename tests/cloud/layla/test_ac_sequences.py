"""Whatever is commanded, whatever fails and whenever the process dies: the user's schedule and timer survive."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from hypothesis import HealthCheck, example, given, settings, strategies as st
import pytest

from custom_components.layla.cloud import commands
from custom_components.layla.cloud.commands import AcCommand
from custom_components.layla.cloud.errors import CloudError, OutcomeUnknown

from .ac_house import CANCEL, OWN, SCHEDULE, SCHEDULING, TIMER, UNIT, House, Killed, cooling, switch, tell

SCHEDULES: Final[Sequence[dict[str, Any]]] = (
    dict(SCHEDULE),
    {**SCHEDULE, "days": ["sun"], "appliance_config": {**OWN, "temperature": 17}},
)


@dataclass(frozen=True, slots=True)
class Pause:
    """Time passes, in s."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Settle:
    """What is due is settled, as the caller of an account does."""


@dataclass(frozen=True, slots=True)
class Bad:
    """An operation fails from now on, or a few times."""

    operation: str
    fault: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Good:
    """Nothing fails any more."""


@dataclass(frozen=True, slots=True)
class Dies:
    """The process ends after so many more requests and writes, counted before and after each, and begins anew."""

    steps: int
    command: Tell | Switch | SetTimer | Cancel | SetSchedule | Delete


@dataclass(frozen=True, slots=True)
class Tell:
    """A whole frame."""

    temperature: int


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetTimer:
    """A timer of the user's, so many seconds ahead."""

    on: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """No timer any more."""


@dataclass(frozen=True, slots=True)
class SetSchedule:
    """One of the schedules."""

    which: int


@dataclass(frozen=True, slots=True)
class Delete:
    """No schedule any more."""


type Asked = Tell | Switch | SetTimer | Cancel | SetSchedule | Delete
type Step = Asked | Pause | Settle | Bad | Good | Dies

asked: Final = st.one_of(
    st.builds(Tell, st.integers(18, 28)),
    st.builds(Switch, st.booleans()),
    st.builds(SetTimer, st.booleans(), st.sampled_from([9, 60, 1200, 7200])),
    st.just(Cancel()),
    st.builds(SetSchedule, st.integers(0, 1)),
    st.just(Delete()),
)
# A refusal that comes after the deed is believed where the user's own calls meet it, so it is left to other tests.
faults: Final = st.one_of(
    st.fixed_dictionaries({"status": st.sampled_from([400, 403, 429])}, optional={"times": st.integers(1, 3)}),
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["status", "cut"]), "when": st.sampled_from(["before", "after"])},
        optional={"times": st.integers(1, 3)},
    ),
)
steps: Final = st.lists(
    st.one_of(
        asked,
        asked,
        st.builds(Pause, st.sampled_from([0.4, 1, 3, 5.5, 7, 9, 30, 1000])),
        st.just(Settle()),
        st.builds(Bad, st.sampled_from([TIMER, CANCEL, SCHEDULING, "deleteAcSchedule", "*"]), faults),
        st.just(Good()),
        st.builds(Dies, st.integers(0, 14), asked),
    ),
    max_size=14,
)


@dataclass(slots=True)
class Expected:
    """What the user's schedule and timer may be, and how many frames there may be at most."""

    schedules: list[dict[str, Any] | None] = field(default_factory=lambda: [None])
    timers: list[tuple[bool, datetime] | None] = field(default_factory=lambda: [None])
    frames: int = 0

    def note(self, given: Asked, at: datetime, *, sure: bool) -> None:
        """Note what was carried out, or what may have been."""
        match given:
            case Tell() | Switch():
                self.frames += 1
            case SetTimer(on, _):
                self.frames += 1
                self.timers = [(on, at)] if sure else [*self.timers, (on, at)]
            case Cancel():
                self.timers = [None] if sure else [*self.timers, None]
            case SetSchedule(which):
                self.schedules = [SCHEDULES[which]] if sure else [*self.schedules, SCHEDULES[which]]
            case Delete():
                self.schedules = [None] if sure else [*self.schedules, None]


def command(given: Asked, at: datetime) -> AcCommand:
    """Say it in the words of an account."""
    match given:
        case Tell(temperature):
            return tell(temperature)
        case Switch(on):
            return switch(on=on)
        case SetTimer(on, _):
            return commands.SetAcTimer(device_id=UNIT, on=on, at=at)
        case Cancel():
            return commands.CancelAcTimer(device_id=UNIT)
        case SetSchedule(which):
            return commands.SetAcSchedule(device_id=UNIT, schedule=SCHEDULES[which])
        case Delete():
            return commands.DeleteAcSchedule(device_id=UNIT)


async def ask(house: House, given: Asked, expected: Expected) -> None:
    """Have something done, and note what the answer promises."""
    ahead = timedelta(seconds=given.seconds if isinstance(given, SetTimer) else 0)
    at = (house.now() + ahead).replace(microsecond=0)
    try:
        await house.does(command(given, at))
    except OutcomeUnknown, Killed:
        expected.note(given, at, sure=False)
    except CloudError:
        return
    else:
        expected.note(given, at, sure=True)


async def live(house: House, step: Step, expected: Expected) -> None:
    """Go through one step."""
    match step:
        case Pause(seconds):
            await house.wait(seconds)
        case Settle():
            await house.tries(commands.SettleAirConditioner(device_id=UNIT))
        case Bad(operation, fault):
            house.fails(operation, **{"kind": "status", "status": 500, **fault})
        case Good():
            house.heals()
        case Dies(lives, given):
            house.lives.left = lives
            await ask(house, given, expected)
            house.restart()
            await house.tries_to_refresh()
        case _:
            await ask(house, step, expected)


async def check(house: House, expected: Expected) -> None:
    """Compare what the cloud has with what the user may expect."""
    schedule, timer = await house.slots()
    assert schedule in expected.schedules
    due = [one and {"at": one[1].isoformat(), "action": "on" if one[0] else "off"} for one in expected.timers]
    passed = any(one is None or one[1] <= house.now() for one in expected.timers)
    assert timer in due or (timer is None and passed)
    assert len(house.frames) <= expected.frames


async def story(frozen: FrozenDateTimeFactory, told: Sequence[Step]) -> None:
    """Live through the steps; in the end all is well, and one more command goes out and leaves no trace."""
    expected = Expected()
    async with House.standing(frozen) as house:
        for step in told:
            await live(house, step, expected)
        house.heals()
        await house.wait(10)
        await house.settles()
        await house.wait(90)
        await check(house, expected)
        sent = len(house.frames)
        await house.does(tell(16))
        await house.wait(10)
        await house.settles()
        told_now = [config for action, config in house.frames[sent:] if action == "on"]
        assert cooling(16).items() <= told_now[0].items()
        await house.wait(30)
        expected.note(Tell(16), house.now(), sure=True)
        await check(house, expected)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_users_schedule_and_timer_survive_everything(freezer: FrozenDateTimeFactory) -> None:
    @settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
    @example(
        told=[SetTimer(on=True, seconds=9), Tell(20), Bad(TIMER, {"kind": "cut", "when": "after"}), Pause(9), Settle()]
    )
    @example(told=[SetSchedule(0), Tell(20), Pause(1), Dies(5, Tell(26))])
    @given(told=steps)
    def lived(told: list[Step]) -> None:
        asyncio.run(story(freezer, told))

    lived()
