"""Air conditioners by infrared: one frame per command, and the user's schedule and timer as they were (L22)."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
import logging
from typing import Any, Final, cast

from .. import commands
from ..ac_plans import Plans
from ..air_conditioner import Frame
from ..commands import AcCommand
from ..errors import CloudError, CloudUnavailable, OutcomeUnknown, Refused, Unreached
from ..memory import Document, Memory
from . import ac_plans, ac_slots
from .ac_slots import Slots, Timer, appliance_config
from .ac_timer import AcTimers
from .owner import OwnerApi
from .vocabulary import AcPower, AcSchedule, FreeForm

_LOGGER = logging.getLogger(__name__)
DEFAULT_LEAD: Final = 5.0
# The second try of a timer that the cloud finds to be in the past (L22).
_LONGER_LEAD: Final = 15.0
# A frame leaves a little after its time; until then the unit must keep what it was told to send.
_AFTERMATH: Final = timedelta(seconds=2)
# A timer that could not be put back in time is still sent so much later; after that nobody expects it any more.
_LATEST: Final = timedelta(minutes=15)


class AirConditioning:
    """Sends frames by the units' timers. Every method raises CloudError; none waits for a clock.

    What a step is going to change is remembered before it, so that settling can finish it after a crash.
    """

    def __init__(self, api: OwnerApi, memory: Memory, lead: float = DEFAULT_LEAD) -> None:
        """Take the calls, where to remember the slots, and how many seconds ahead a command is put."""
        self._api = api
        self._timers = AcTimers(api)
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
        return {unit: slots.busy.until for unit, slots in self._slots.items() if slots.busy}

    @property
    def going_out(self) -> Mapping[str, datetime]:
        """When the command goes out that a unit was given last, by our clock."""
        busy = {unit: slots.busy for unit, slots in self._slots.items() if slots.busy}
        return {unit: one.until - _AFTERMATH for unit, one in busy.items() if one.command}

    def plans(self, unit: str) -> Plans:
        """Return the user's schedule and timer of a unit, as far as they are known."""
        return ac_plans.plans(self._known(unit))

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
                    await self._set_timer(unit, Timer("on" if command.on else "off", _whole(command.at)))
                case commands.CancelAcTimer():
                    await self._cancel_timer(unit)
                case commands.SetAcSchedule():
                    await self._set_schedule(unit, cast("AcSchedule", command.schedule))
                case commands.PlanAcSchedule():
                    members = ac_plans.members(command, self._known(unit), self._settings.get(unit, {}))
                    await self._set_schedule(unit, members)
                case commands.DeleteAcSchedule():
                    await self._delete_schedule(unit)

    async def forget(self, unit: str) -> None:
        """Know nothing of a unit any more: it is gone."""
        await self._keep(unit, Slots())

    def _known(self, unit: str) -> Slots:
        slots = self._slots.get(unit, Slots())
        return ac_slots.taken_over(slots, self._settings.get(unit, {}), self._read_at)

    async def _keep(self, unit: str, slots: Slots) -> Slots:
        """Remember the slots, durably: what follows may be the last thing that this process does."""
        now = _now()
        kept = replace(slots, busy=slots.busy if slots.away(now) else None, written_at=now)
        await self._memory.keep(unit, kept.as_document())
        self._slots[unit] = kept
        return kept

    # commands

    async def _tell(self, unit: str, frame: Frame) -> None:
        """Tell the unit what to send, and let its timer send it; what it sends already is not told again."""
        before = self._known(unit)
        config = appliance_config(frame, ac_slots.known_members(before, self._settings.get(unit, {})))
        if config == before.config:
            await self._fire(unit, before, "on")
            return
        earlier = before.command_to_come(self._timers.now())
        lent = await self._lend(unit, before, config, earlier)
        try:
            await self._fire(unit, lent, "on")
        except OutcomeUnknown:
            raise
        except CloudError as error:
            await self._give_back(unit, before, earlier, error)
            raise

    async def _lend(self, unit: str, before: Slots, config: FreeForm, earlier: Timer | None) -> Slots:
        """Set the user's schedule aside for what the unit is to send."""
        lent = await self._keep(unit, replace(before.lending_schedule(_now()), config=None))
        try:
            await self._api.put_ac_schedule(unit, lent.borrowed(config))
        except Unreached:
            await self._keep(unit, before)
            raise
        except CloudUnavailable as error:
            await self._give_back(unit, before, earlier, error)
            raise
        except CloudError:
            # In case that this came from between us and the cloud; a cloud that refuses this as well means it.
            if not await self._given_back(unit, before, earlier):
                await self._keep(unit, before)
            raise
        return replace(lent, config=config)

    async def _fire(self, unit: str, before: Slots, action: AcPower) -> None:
        """Put a command into the timer's slot, a moment ahead; a newer one takes the place of one not yet due."""
        try:
            await self._put_ahead(unit, before, action, self._lead)
        except Refused as error:
            if error.status != HTTPStatus.BAD_REQUEST or self._lead >= _LONGER_LEAD:
                raise
            await self._put_ahead(unit, before, action, _LONGER_LEAD)

    async def _put_ahead(self, unit: str, before: Slots, action: AcPower, lead: float) -> None:
        server_now = self._timers.now()
        command = Timer(action, self._timers.ahead(lead))
        until = self._timers.by_our_clock(command.at) + _AFTERMATH
        slots = await self._keep(unit, before.occupied(command, until, server_now))
        try:
            await self._timers.put(unit, command, before.in_slot(server_now))
        except OutcomeUnknown:
            raise
        except CloudError:
            await self._keep(unit, before)
            raise
        if slots.timer:
            await self._keep(unit, slots.with_timer_waiting())

    # after a command

    async def _give_back(self, unit: str, before: Slots, earlier: Timer | None, error: CloudError) -> None:
        """Let the schedule be as it was before a command that does not go out; what fails is left to settling.

        Raises OutcomeUnknown where an `earlier` command, not yet out, may go out with the later one's frame.
        """
        given_back = await self._given_back(unit, before, earlier)
        if earlier and not (given_back and self._timers.now() < earlier.at):
            raise OutcomeUnknown(error.operation, error.detail, status=error.status) from error

    async def _given_back(self, unit: str, before: Slots, earlier: Timer | None) -> bool:
        """Put back the schedule of the user, or that of an earlier command; False where that cannot be done."""
        try:
            if earlier is None:
                await self._schedule_back(unit, self._slots[unit])
                return True
            if before.config is None:
                return False
            await self._api.put_ac_schedule(unit, before.borrowed(before.config))
        except CloudError as failed:
            _LOGGER.debug("A schedule is put back later: %s", failed)
            return False
        await self._keep(unit, before.lending_schedule(_now()))
        return True

    async def _settle(self, unit: str) -> None:
        """Put the schedule back with its own config, then the timer, once our command has gone out."""
        slots = self._slots.get(unit, Slots())
        if slots.busy is None or slots.under_way(_now()):
            return
        slots = await self._schedule_back(unit, slots)
        if slots.busy and slots.busy.timer and slots.timer:
            slots = await self._put_back(unit, slots, slots.timer, None)
        await self._keep(unit, replace(slots, busy=None))

    async def _schedule_back(self, unit: str, slots: Slots) -> Slots:
        """Put the user's schedule back, if it is set aside; where there is none, ours stays: it switches nothing."""
        if not (slots.busy and slots.busy.schedule):
            return slots
        if slots.schedule is not None:
            await self._api.put_ac_schedule(unit, slots.schedule)
        return await self._keep(unit, slots.with_schedule_back())

    async def _put_back(self, unit: str, slots: Slots, timer: Timer, former: Timer | None) -> Slots:
        """Set the user's timer; one that would have gone out meanwhile goes out now, unless that is long ago."""
        now = self._timers.now()
        if now - timer.at > _LATEST or (timer.sent and timer.at <= now):
            _LOGGER.warning("A timer of an air conditioner could not be put back in time and is dropped")
            return slots.without_timer()
        again = timer if timer.sent else replace(timer, at=max(timer.at, self._timers.ahead(self._lead)), sent=True)
        await self._keep(unit, replace(slots, timer=again))
        try:
            await self._timers.put(unit, again, former)
        except OutcomeUnknown:
            raise
        except CloudError:
            await self._keep(unit, replace(slots, timer=timer))
            raise
        return slots.with_timer_back(again)

    # the user's own schedule and timer

    async def _set_timer(self, unit: str, timer: Timer) -> None:
        """Set the user's timer, or hold it until our own command is out of its slot."""
        before, server_now = self._known(unit), self._timers.now()
        if timer.at <= server_now:
            raise Refused("scheduleAcTimer", "the time of the timer has passed")
        held = await self._keep(unit, before.holding_timer(timer, _now()))
        if held.under_way(_now()):
            return
        try:
            held = await self._put_back(unit, held, timer, before.in_slot(server_now))
        except OutcomeUnknown:
            raise
        except CloudError:
            await self._keep(unit, before)
            raise
        await self._keep(unit, held)

    async def _cancel_timer(self, unit: str) -> None:
        slots = self._known(unit)
        if not slots.under_way(_now()):
            with _no_way_back():
                await self._timers.drop(unit)
        await self._keep(unit, slots.without_timer())

    async def _set_schedule(self, unit: str, schedule: AcSchedule) -> None:
        """Set the user's schedule, or hold it while the unit is told something else."""
        before = self._known(unit)
        held = await self._keep(unit, replace(before.lending_schedule(_now()), schedule=schedule))
        if held.under_way(_now()):
            return
        try:
            with _no_way_back():
                await self._api.put_ac_schedule(unit, schedule)
        except OutcomeUnknown:
            raise
        except CloudError:
            await self._keep(unit, before)
            raise
        await self._keep(unit, held.with_schedule_back())

    async def _delete_schedule(self, unit: str) -> None:
        slots = replace(self._known(unit), schedule=None)
        with _no_way_back():
            if slots.config is not None and slots.under_way(_now()):
                # Deleted, the schedule might take along what the unit is about to send.
                await self._api.put_ac_schedule(unit, slots.borrowed(slots.config))
            else:
                await self._api.delete_ac_schedule(unit)
        await self._keep(unit, slots)


def _whole(instant: datetime) -> datetime:
    """Leave out the fraction of a second, which the calls have no room for."""
    return instant.replace(microsecond=0)


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _no_way_back() -> Iterator[None]:
    """Raise OutcomeUnknown for an answer that was lost."""
    try:
        yield
    except Unreached, OutcomeUnknown:
        raise
    except CloudUnavailable as lost:
        raise OutcomeUnknown(lost.operation, lost.detail, status=lost.status) from lost


def _remembered(document: Document) -> Slots:
    try:
        return Slots.from_document(document)
    except (KeyError, TypeError, ValueError) as error:
        _LOGGER.warning("What was remembered of an air conditioner cannot be read: %s", type(error).__name__)
        return Slots()
