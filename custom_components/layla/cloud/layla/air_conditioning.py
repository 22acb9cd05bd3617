"""Air conditioners by infrared: one frame per command, and the user's schedule and timer as they were (L22)."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
import logging
from typing import Any, Final, cast

from .. import commands
from ..air_conditioner import Frame
from ..commands import AcCommand
from ..errors import CloudError, CloudUnavailable, OutcomeUnknown, Refused
from ..memory import Document, Memory
from . import ac_slots
from .ac_slots import LATEST, Slots, Timer, appliance_config
from .owner import OwnerApi
from .vocabulary import AcPower, AcSchedule, FreeForm

_LOGGER = logging.getLogger(__name__)
DEFAULT_LEAD: Final = 5.0
# The second try of a timer that the cloud finds to be in the past (L22).
_LONGER_LEAD: Final = 15.0
# An answer that takes longer leaves no time to call the command back before it goes out.
_TIME_TO_CALL_BACK: Final = 1.0
# A frame leaves a little after its time; until then the unit must keep what it was told to send.
_AFTERMATH: Final = timedelta(seconds=2)


class AirConditioning:
    """Sends frames by the units' timers. Every method raises CloudError; none waits for a clock."""

    def __init__(self, api: OwnerApi, memory: Memory, lead: float = DEFAULT_LEAD) -> None:
        """Take the calls, where to remember the slots, and how many seconds ahead a command is put."""
        self._api = api
        self._memory = memory
        self._lead = lead
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._settings: Mapping[str, Mapping[str, Any]] = {}
        self._read_at = datetime.min.replace(tzinfo=UTC)
        self._slots = {unit: _remembered(document) for unit, document in memory.documents.items()}

    def listed(self, settings: Mapping[str, Mapping[str, Any]], read_at: datetime) -> None:
        """Hear what the payloads of the latest device list say in `settings`, by unit."""
        self._settings = settings
        self._read_at = read_at

    @property
    def unsettled(self) -> Mapping[str, datetime]:
        """When to settle which unit, by our clock."""
        return {unit: slots.busy.until + _AFTERMATH for unit, slots in self._slots.items() if slots.busy}

    @property
    def going_out(self) -> Mapping[str, datetime]:
        """When the command goes out that a unit was given last, by our clock."""
        return {unit: slots.busy.until for unit, slots in self._slots.items() if slots.busy}

    async def execute(self, command: AcCommand) -> None:
        """Carry out a command, after any other one of the same unit. Raises CloudError."""
        unit = command.device_id
        async with self._locks[unit]:
            match command:
                case commands.SwitchAirConditioner():
                    await self._fire(unit, self._known(unit), "on" if command.on else "off")
                case commands.TellAirConditioner():
                    await self._tell(unit, command.frame)
                case commands.SettleAirConditioner():
                    await self._settle(unit)
                case commands.SetAcTimer():
                    await self._set_timer(unit, Timer("on" if command.on else "off", command.at))
                case commands.CancelAcTimer():
                    await self._cancel_timer(unit)
                case commands.SetAcSchedule():
                    await self._set_schedule(unit, cast("AcSchedule", command.schedule))
                case commands.DeleteAcSchedule():
                    await self._delete_schedule(unit)

    def _known(self, unit: str) -> Slots:
        slots = self._slots.get(unit, Slots())
        return ac_slots.taken_over(slots, self._settings.get(unit, {}), self._read_at)

    async def _keep(self, unit: str, slots: Slots) -> Slots:
        """Remember the slots, durably: what follows may be the last thing that this process does."""
        self._slots[unit] = kept = replace(slots, written_at=datetime.now(UTC))
        await self._memory.keep(unit, kept.as_document())
        return kept

    async def _tell(self, unit: str, frame: Frame) -> None:
        """Tell the unit what to send, and let its timer send it; what it sends already is not told again."""
        before = self._known(unit)
        config = appliance_config(frame, before.told)
        if config == before.config:
            await self._fire(unit, before, "on")
            return
        slots = await self._lend(unit, before, config)
        try:
            await self._fire(unit, slots, "on")
        except OutcomeUnknown:
            raise
        except CloudError:
            await self._roll_back(unit, before)
            raise

    async def _lend(self, unit: str, before: Slots, config: FreeForm) -> Slots:
        """Set the user's schedule aside for what the unit is to send."""
        lent = await self._keep(unit, replace(before.lending_schedule(datetime.now(UTC)), config=None))
        try:
            await self._api.put_ac_schedule(unit, lent.borrowed(config))
        except CloudUnavailable:
            await self._roll_back(unit, before)
            raise
        except CloudError:
            await self._keep(unit, before)
            raise
        return replace(lent, config=config)

    async def _fire(self, unit: str, slots: Slots, action: AcPower) -> None:
        """Put a command into the timer's slot, a moment ahead; a newer one takes the place of one not yet due."""
        try:
            await self._put_ahead(unit, slots, action, self._lead)
        except Refused as error:
            if error.status != HTTPStatus.BAD_REQUEST or self._lead >= _LONGER_LEAD:
                raise
            await self._put_ahead(unit, slots, action, _LONGER_LEAD)

    async def _put_ahead(self, unit: str, before: Slots, action: AcPower, lead: float) -> None:
        now = datetime.now(UTC)
        at = self._from_now(lead)
        slots = await self._keep(unit, before.occupied(at - self._api.server_ahead, now))
        try:
            await self._send(unit, Timer(action, at))
        except OutcomeUnknown:
            raise
        except CloudUnavailable:
            await self._keep(unit, slots.free(datetime.now(UTC)))
            raise
        except CloudError:
            await self._keep(unit, before)
            raise

    def _from_now(self, lead: float) -> datetime:
        """Return an instant by the server's clock, at a whole second, as that is all that some can read."""
        instant = datetime.now(UTC) + self._api.server_ahead + timedelta(seconds=lead + 1)
        return instant.replace(microsecond=0)

    def _left(self, at: datetime) -> float:
        """Return how many seconds are left until an instant of the server's clock."""
        return (at - self._api.server_ahead - datetime.now(UTC)).total_seconds()

    async def _send(self, unit: str, timer: Timer) -> None:
        """Make the timer call, and make sure of it: repeated for the same instant it is still one frame.

        Raises OutcomeUnknown when nobody can say whether the frame goes out, any other CloudError when it does not.
        """
        try:
            await self._post(unit, timer)
        except CloudUnavailable as error:
            if self._left(timer.at) > 2 * _TIME_TO_CALL_BACK and await self._repeated(unit, timer):
                return
            await self._call_back(unit, timer, error)
            raise

    async def _post(self, unit: str, timer: Timer) -> None:
        patience = max(self._left(timer.at) - _TIME_TO_CALL_BACK, _TIME_TO_CALL_BACK)
        await self._api.schedule_ac_timer(unit, timer.action, timer.at, patience=patience)

    async def _repeated(self, unit: str, timer: Timer) -> bool:
        try:
            await self._post(unit, timer)
        except CloudError as error:
            _LOGGER.debug("A command was repeated in vain: %s", error)
            return False
        return True

    async def _call_back(self, unit: str, timer: Timer, lost: CloudUnavailable) -> None:
        """Empty the timer's slot before a command goes out whose answer was lost. Raises OutcomeUnknown."""
        patience = max(self._left(timer.at), _TIME_TO_CALL_BACK)
        try:
            await self._api.cancel_ac_timer(unit, patience=patience)
        except CloudError as error:
            raise OutcomeUnknown(lost.operation, lost.detail, status=lost.status) from error
        if self._left(timer.at) <= 0:
            raise OutcomeUnknown(lost.operation, lost.detail, status=lost.status) from lost

    async def _roll_back(self, unit: str, before: Slots) -> None:
        """Let things be as they were before a command that does not go out; what fails is left to settling."""
        try:
            if before.under_way(datetime.now(UTC)) and before.config is not None:
                await self._api.put_ac_schedule(unit, before.borrowed(before.config))
                await self._keep(unit, before)
            else:
                await self._settle(unit)
        except CloudError as error:
            _LOGGER.debug("A schedule is put back later: %s", error)

    async def _settle(self, unit: str) -> None:
        """Put the schedule back with its own config, then the timer, once our command has gone out."""
        slots = self._slots.get(unit, Slots())
        if slots.busy is None or slots.under_way(datetime.now(UTC)):
            return
        if slots.busy.schedule and slots.schedule is not None:
            await self._api.put_ac_schedule(unit, slots.schedule)
            own = slots.schedule.get("appliance_config", slots.config)
            slots = await self._keep(unit, replace(slots, config=own, busy=replace(slots.busy, schedule=False)))
        if slots.busy and slots.busy.timer:
            slots = replace(slots, timer=await self._put_back(unit, slots.timer))
        await self._keep(unit, replace(slots, busy=None))

    async def _put_back(self, unit: str, timer: Timer | None) -> Timer | None:
        """Set the user's timer again; one that would have gone out meanwhile goes out now."""
        if timer is None:
            return None
        if datetime.now(UTC) - timer.at > LATEST:
            _LOGGER.warning("A timer of an air conditioner could not be put back in time and is dropped")
            return None
        again = replace(timer, at=max(timer.at, self._from_now(self._lead)))
        await self._api.schedule_ac_timer(unit, again.action, again.at)
        return again

    async def _set_timer(self, unit: str, timer: Timer) -> None:
        """Set the user's timer, or hold it until our own command is out of its slot."""
        slots = self._known(unit)
        if slots.busy and slots.under_way(datetime.now(UTC)):
            await self._keep(unit, replace(slots, timer=timer, busy=replace(slots.busy, timer=True)))
            return
        await self._api.schedule_ac_timer(unit, timer.action, timer.at)
        await self._keep(unit, replace(slots, timer=timer, busy=slots.busy and replace(slots.busy, timer=False)))

    async def _cancel_timer(self, unit: str) -> None:
        slots = self._known(unit)
        if not slots.under_way(datetime.now(UTC)):
            await self._api.cancel_ac_timer(unit)
        await self._keep(unit, replace(slots, timer=None, busy=slots.busy and replace(slots.busy, timer=False)))

    async def _set_schedule(self, unit: str, schedule: AcSchedule) -> None:
        """Set the user's schedule, or hold it while the unit is told something else."""
        slots = self._known(unit)
        if slots.busy and slots.under_way(datetime.now(UTC)):
            await self._keep(unit, replace(slots, schedule=schedule, busy=replace(slots.busy, schedule=True)))
            return
        await self._api.put_ac_schedule(unit, schedule)
        config = schedule.get("appliance_config", slots.config)
        busy = slots.busy and replace(slots.busy, schedule=False)
        await self._keep(unit, replace(slots, schedule=schedule, config=config, busy=busy))

    async def _delete_schedule(self, unit: str) -> None:
        slots = replace(self._known(unit), schedule=None)
        if slots.config is not None and slots.under_way(datetime.now(UTC)):
            # Deleted, the schedule might take along what the unit is about to send.
            await self._api.put_ac_schedule(unit, slots.borrowed(slots.config))
        else:
            await self._api.delete_ac_schedule(unit)
        await self._keep(unit, slots)


def _remembered(document: Document) -> Slots:
    try:
        return Slots.from_document(document)
    except (KeyError, TypeError, ValueError) as error:
        _LOGGER.warning("What was remembered of an air conditioner cannot be read: %r", error)
        return Slots()
