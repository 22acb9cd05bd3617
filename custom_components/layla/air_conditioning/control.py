"""The air conditioners of an account: what each shows, and how what is asked of it becomes one frame."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util.dt import utcnow

from .. import failures
from ..cloud.account import Account
from ..cloud.air_conditioner import AirConditioner, Appliance, Mode, Profile, frame
from ..cloud.commands import Command, SwitchAirConditioner, TellAirConditioner
from ..cloud.errors import AuthenticationFailed, CloudError, RateLimited
from ..cloud.model import Device
from ..const import AC_FULL, CONF_AC_CONTROL
from .profiles import profiles
from .settling import Settling
from .store import AcStore

# What is asked for within this time, in s, goes out as one frame: one beep.
_MERGE: Final = 0.3
# A command that is due so soon, in s, is let go out: replaced in its last moment it might go out twice.
_TOO_CLOSE: Final = 1.0
_AT_ONCE: Final = 4


class AirConditioners:
    """Every air conditioner of one account, and its way to the cloud."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        account: Account,
        store: AcStore,
        *,
        on_accepted: Callable[[], None],
        on_limited: Callable[[RateLimited], None],
    ) -> None:
        """Take the account and the store, and whom to tell that a command was accepted or came too often."""
        self.hass = hass
        self.store = store
        self._entry = entry
        self._account = account
        self._on_accepted = on_accepted
        self._on_limited = on_limited
        self._profiles = profiles(entry)
        self._full = entry.options.get(CONF_AC_CONTROL) == AC_FULL
        self._known: dict[str, UnitAirConditioner] = {}
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._settling = Settling(hass, account, on_limited)

    @callback
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
            self._known[device_id] = UnitAirConditioner(self, device_id, profile, appliance, full=self._full)
        return self._known[device_id]

    def offered(self, device: Device) -> bool:
        """Tell whether a unit takes commands for an air conditioner."""
        return SwitchAirConditioner.__name__ in self._account.capabilities(device)

    async def send(self, command: SwitchAirConditioner | TellAirConditioner) -> None:
        """Send a command; raises HomeAssistantError in the user's language."""
        await self._let_go_out(command.device_id)
        try:
            async with self._turns:
                await self._execute(command)
            self._on_accepted()
        finally:
            self._settling.plan()

    async def _execute(self, command: Command) -> None:
        try:
            await self._account.execute(command)
        except CloudError as error:
            if isinstance(error, AuthenticationFailed):
                self._entry.async_start_reauth(self.hass)
            if isinstance(error, RateLimited):
                self._on_limited(error)
            raise failures.command_failed(error) from error

    async def _let_go_out(self, device_id: str) -> None:
        """Wait for an earlier command that goes out in the next moment."""
        if (due := self._account.going_out.get(device_id)) is None:
            return
        left = (due - utcnow()).total_seconds()
        if 0 < left < _TOO_CLOSE:
            await asyncio.sleep(left)


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

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a listener whenever something else is shown; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def _tell_listeners(self) -> None:
        for listener in self._listeners:
            listener()

    async def change(self, **changes: Any) -> None:
        """Ask for changes of an AirConditioner's members; returns when the frame was accepted.

        Changes of one moment go out together. While it is off, they are kept for the next "on".
        Raises HomeAssistantError, and then shows what it showed before.
        """
        self._waiting |= changes
        self._tell_listeners()
        if self._task is None:
            self._task = self._all.hass.async_create_task(self._send_together(), "send a frame")
        # A caller that gives up must not take the others' frame along.
        await asyncio.shield(self._task)

    async def sent(self) -> None:
        """Return when nothing is being sent."""
        while self._task:
            await asyncio.wait([self._task])
        async with self._lock:
            return

    async def assume(self, **changes: Any) -> None:
        """Take it that it does this by now, by another hand, and send nothing."""
        async with self._lock:
            self._accepted = replace(self._accepted, **changes)
            await self._all.store.show(self._device_id, self._accepted)
        self._tell_listeners()

    async def _send_together(self) -> None:
        await asyncio.sleep(_MERGE)
        async with self._lock:
            self._task = None
            self._sending, self._waiting = self._waiting, {}
            before, wanted = self._accepted, replace(self._accepted, **self._sending)
            try:
                # On disk first: after a power cut it rather shows what was on its way.
                await self._all.store.show(self._device_id, wanted)
                if wanted.power or "power" in self._sending:
                    await self._all.send(self._command(wanted))
                self._accepted = wanted
            finally:
                self._sending = {}
                self._tell_listeners()
                if self._accepted is before:
                    await self._all.store.show(self._device_id, before)

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
