"""Steps are carried out here, and only here: what fails becomes a Problem, and is told to whom it concerns."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..cloud.account import Account
from ..cloud.errors import AuthenticationFailed, CloudError, RateLimited
from .air_conditioner import UnitAirConditioner
from .frames import Frames
from .holds import Hold, Holds
from .problems import Problem, of_cloud, of_storage, stopping
from .steps import BEEPING, AssumeAc, ChangeAc, Execute, Step

# So many requests at once, over all units: a cloud that is asked for more answers 429.
_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Whom to tell: that the cloud accepted a command, that it was asked too often, that it wants another token.

    Of air conditioners their control tells. `on_changed` is told of the units that show something else by now.
    """

    on_accepted: Callable[[], None]
    on_limited: Callable[[RateLimited], None]
    on_unauthorised: Callable[[], None]
    on_changed: Callable[[Collection[str]], None]


@dataclass(frozen=True, slots=True)
class Appliance:
    """A unit's air conditioner, and what keeps its frames apart."""

    ac: UnitAirConditioner
    frames: Frames


class Carrier:
    """Carries the steps of commands out, one after the other."""

    def __init__(self, account: Account, holds: Holds, hooks: Hooks, clock: Callable[[], datetime]) -> None:
        self.closing = False
        self._account = account
        self._holds = holds
        self._hooks = hooks
        self._clock = clock
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def hold(self, steps: Sequence[Step]) -> Sequence[Sequence[Hold]]:
        """Show what is commanded, step by step, from now on."""
        begun = [self._holds.begin(each.holds if isinstance(each, Execute) else (), self._clock()) for each in steps]
        self._tell(begun)
        return begun

    async def carry_out(
        self, steps: Sequence[Step], holds: Sequence[Sequence[Hold]], appliance: Appliance | None
    ) -> None:
        """Carry steps out in order, until one fails. Raises Problem, which says what was done before it."""
        for number, step in enumerate(steps):
            try:
                await self._one(step, appliance)
            except (Problem, CloudError, OSError) as error:
                left = holds[number:]
                for each in left:
                    self._holds.end(each)
                self._tell(left)
                raise _told(error, step, steps[:number]) from error
            self._holds.keep(holds[number], self._clock())

    async def _one(self, step: Step, appliance: Appliance | None) -> None:
        if self.closing:
            raise stopping()
        match step:
            case Execute():
                await self._execute(step, appliance)
            case ChangeAc() if appliance:
                await appliance.frames.change(step.changes)
            case AssumeAc() if appliance:
                await appliance.ac.assume(**step.changes)

    async def _execute(self, step: Execute, appliance: Appliance | None) -> None:
        if appliance and isinstance(step.command, BEEPING):
            async with appliance.frames.beep():
                await self._send(step)
        else:
            await self._send(step)

    async def _send(self, step: Execute) -> None:
        try:
            async with self._turns:
                await self._account.execute(step.command)
        except AuthenticationFailed:
            self._hooks.on_unauthorised()
            raise
        except RateLimited as error:
            self._hooks.on_limited(error)
            raise
        self._hooks.on_accepted()

    def _tell(self, holds: Sequence[Sequence[Hold]]) -> None:
        if units := {hold.held.device_id for each in holds for hold in each}:
            self._hooks.on_changed(units)


def _told(error: Problem | CloudError | OSError, step: Step, done: Sequence[Step]) -> Problem:
    if isinstance(error, CloudError):
        problem = of_cloud(error, step.field)
    elif isinstance(error, OSError):
        problem = of_storage(error, step.field)
    else:
        problem = Problem(error.code, error.message, field=step.field)
    if not done:
        return problem
    before = ", ".join(each.field for each in done)
    message = f"{problem.message}. Carried out before: {before}"
    return Problem(problem.code, message, field=problem.field, retry_after=problem.retry_after)
