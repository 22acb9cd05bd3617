"""The air conditioners of an account: what each shows, and how what is asked of it becomes one frame.

Both programs command air conditioners by this. The client itself never waits for a clock; this does, for a moment in
which changes are merged and until a frame is settled, by what the program gives it (`Scheduler`).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol

from .ac_plans import Plans
from .account import Account
from .air_conditioner import AirConditioner, Appliance, Frame, Mode, Profile, frame
from .commands import (
    CancelAcTimer,
    Command,
    DeleteAcSchedule,
    PlanAcSchedule,
    SetAcTimer,
    SwitchAirConditioner,
    TellAirConditioner,
)
from .errors import AuthenticationFailed, RateLimited
from .model import Device
from .scheduler import Scheduler
from .settling import Settling

# What is asked for within this time, in s, goes out as one frame: one beep.
_MERGE: Final = 0.3
# A command that is due so soon, in s, is let go out: replaced in its last moment it might go out twice.
_TOO_CLOSE: Final = 1.0
_AT_ONCE: Final = 4


type Planning = SetAcTimer | CancelAcTimer | PlanAcSchedule | DeleteAcSchedule


class ShownStates(Protocol):
    """Keeps what each air conditioner was told last."""

    def shown(self, device_id: str) -> AirConditioner | None:
        """Return what the air conditioner was told last; None when nothing is known."""

    async def show(self, device_id: str, state: AirConditioner | None) -> None:
        """Keep what the air conditioner was told last, None to forget it; returns once that is on disk.

        Raises OSError where it is not, and has then kept nothing.
        """

    async def take_back(self, device_id: str, state: AirConditioner | None) -> None:
        """Keep again what was kept before the last `show`, of which nothing came; raises as that does."""


class AirConditioners:
    """Every air conditioner of one account, and its way to the cloud."""

    def __init__(
        self,
        account: Account,
        profiles: Mapping[str, Profile],
        store: ShownStates,
        scheduler: Scheduler,
        *,
        full: bool,
        on_accepted: Callable[[], None],
        on_limited: Callable[[RateLimited], None],
        on_unauthorised: Callable[[], None],
    ) -> None:
        """Take the account, the profiles by unit, and whether more than "on" and "off" may be sent (L22b).

        Told are that a command was accepted, that one came too often, and that the cloud wants another token.
        """
        self.store = store
        self.scheduler = scheduler
        self._account = account
        self._profiles = profiles
        self.full = full
        self._on_accepted = on_accepted
        self._on_limited = on_limited
        self._on_unauthorised = on_unauthorised
        self._known: dict[str, UnitAirConditioner] = {}
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._settling = Settling(account, scheduler, on_limited)

    def begin(self) -> None:
        """Finish what an earlier run could not."""
        self._settling.plan()

    async def close(self) -> None:
        """Let what is being sent be answered, then do nothing more; the next run reads on disk where this one ended."""
        for unit in self._known.values():
            await unit.sent()
        await self._settling.close()

    def of(self, device: Device | None, device_id: str) -> UnitAirConditioner:
        """Return a unit's air conditioner; its payload, where there is one, says what it is told at first."""
        if device_id not in self._known:
            appliance = device.appliance if device else None
            profile = self._profiles.get(device_id)
            self._known[device_id] = UnitAirConditioner(self, device_id, profile, appliance, full=self.full)
        return self._known[device_id]

    def told(self, device_id: str) -> AirConditioner | None:
        """Return what an air conditioner shows, where that is more than what its payload said at first; else None."""
        return self.of(None, device_id).shown if self.store.shown(device_id) else None

    def offered(self, device: Device) -> bool:
        """Tell whether a unit takes commands for an air conditioner."""
        return SwitchAirConditioner.__name__ in self._account.capabilities(device)

    def plans(self, device_id: str) -> Plans:
        """Return the schedule and the timer of a unit, as far as they are known."""
        return self._account.ac_plans(device_id)

    async def send(self, command: SwitchAirConditioner | TellAirConditioner) -> None:
        """Send a command. Raises CloudError."""
        await self._let_go_out(command.device_id)
        await self.carry_out(command)

    async def carry_out(self, command: SwitchAirConditioner | TellAirConditioner | Planning) -> None:
        """Have the cloud take a command, and settle what it sets aside. Raises CloudError."""
        try:
            async with self._turns:
                await self._execute(command)
            self._on_accepted()
        finally:
            self._settling.plan()

    async def _execute(self, command: Command) -> None:
        try:
            await self._account.execute(command)
        except AuthenticationFailed:
            self._on_unauthorised()
            raise
        except RateLimited as error:
            self._on_limited(error)
            raise

    async def _let_go_out(self, device_id: str) -> None:
        """Wait for an earlier command that goes out in the next moment."""
        if (due := self._account.going_out.get(device_id)) is None:
            return
        left = (due - self.scheduler.now()).total_seconds()
        if 0 < left < _TOO_CLOSE:
            await self.scheduler.sleep(left)


class UnitAirConditioner:
    """One air conditioner. What it shows is assumed: the last thing that it was told, or is being told."""

    def __init__(
        self,
        air_conditioners: AirConditioners,
        device_id: str,
        profile: Profile | None,
        appliance: Appliance | None,
        *,
        full: bool,
    ) -> None:
        """Remember what it was told last; without a profile it can only be switched on and off."""
        self._all = air_conditioners
        self._device_id = device_id
        self.profile = profile
        self.full = profile is not None and full
        told = air_conditioners.store.shown(device_id) or _first(appliance, profile)
        self._accepted = profile.fitted(told) if profile else told
        self._sending: Mapping[str, Any] = {}
        self._waiting: dict[str, Any] = {}
        self._task: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._listeners: list[Callable[[], None]] = []

    @property
    def modes(self) -> list[Mode]:
        """The modes that can be chosen; without full control, the one that it runs in."""
        if self.profile is None:
            return [Mode.AUTO]
        return list(self.profile.modes if self.full else self.profile.modes[:1])

    @property
    def shown(self) -> AirConditioner:
        """What it was told last, with what it is being told."""
        shown = replace(self._accepted, **{**self._sending, **self._waiting})
        return shown if shown.mode in self.modes else replace(shown, mode=self.modes[0])

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call a listener whenever something else is shown; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell_listeners(self) -> None:
        for listener in self._listeners:
            listener()

    async def change(self, **changes: Any) -> None:
        """Ask for changes of an AirConditioner's members; returns when the frame was accepted.

        Changes of one moment go out together. While it is off, they are kept for the next "on".
        Raises CloudError, or OSError where they cannot be kept on disk, and then shows what it showed before.
        """
        self._waiting |= changes
        self._tell_listeners()
        if self._task is None:
            self._task = self._all.scheduler.create_task(self._send_together(), "send a frame")
        # A caller that gives up must not take the others' frame along.
        await asyncio.shield(self._task)

    async def sent(self) -> None:
        """Return when nothing is being sent."""
        while self._task:
            await asyncio.wait([self._task])
        async with self._lock:
            return

    async def plan(self, command: Planning) -> None:
        """Change the unit's schedule or timer. Raises CloudError."""
        try:
            await self._all.carry_out(command)
        finally:
            self._tell_listeners()

    def frame(self, **changes: Any) -> Frame | None:
        """Return the frame of what is shown, with changes; None without full control and a profile."""
        return frame(self.profile, replace(self.shown, **changes)) if self.profile and self.full else None

    async def assume(self, **changes: Any) -> None:
        """Take it that it does this by now, by another hand, and send nothing. Raises OSError."""
        async with self._lock:
            assumed = replace(self._accepted, **changes)
            await self._all.store.show(self._device_id, assumed)
            self._accepted = assumed
        self._tell_listeners()

    async def _send_together(self) -> None:
        await self._all.scheduler.sleep(_MERGE)
        async with self._lock:
            self._task = None
            self._sending, self._waiting = self._waiting, {}
            before, wanted = self._accepted, replace(self._accepted, **self._sending)
            kept = self._all.store.shown(self._device_id)
            try:
                # On disk first: after a power cut it rather shows what was on its way.
                await self._all.store.show(self._device_id, wanted)
                if wanted.power or "power" in self._sending:
                    await self._all.send(self._command(wanted))
                self._accepted = wanted
            finally:
                self._sending = {}
                try:
                    if self._accepted is before:
                        await self._all.store.take_back(self._device_id, kept)
                finally:
                    self._tell_listeners()

    def _command(self, wanted: AirConditioner) -> SwitchAirConditioner | TellAirConditioner:
        if self.profile is None or not self.full or not wanted.power:
            return SwitchAirConditioner(device_id=self._device_id, on=wanted.power)
        return TellAirConditioner(device_id=self._device_id, frame=frame(self.profile, wanted))


def _first(appliance: Appliance | None, profile: Profile | None) -> AirConditioner:
    """Return what to show of an air conditioner that we never told anything."""
    known = appliance or Appliance()
    return AirConditioner(
        power=False,
        mode=known.mode or (profile.modes[0] if profile else Mode.AUTO),
        temperature=known.temperature,
        fan=known.fan,
        swing=known.swing,
    )
