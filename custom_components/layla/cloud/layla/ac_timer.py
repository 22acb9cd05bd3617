"""A unit's timer as a way to send a frame: a call that is not answered is repeated, else called back (L22)."""

from datetime import UTC, datetime, timedelta
import logging
from typing import Final

from ..errors import CloudError, CloudUnavailable, OutcomeUnknown, Unreached
from ..http import REQUEST_TIMEOUT
from .ac_slots import Timer
from .owner import OwnerApi

_LOGGER = logging.getLogger(__name__)
# How long before a frame goes out nobody waits for an answer any more, so that it can still be called back, in s.
_TIME_TO_CALL_BACK: Final = 2.0
# A Date header has whole seconds: nearer than this we cannot tell what has gone out, in s.
_BLUR: Final = 0.5
_SHORTEST_PATIENCE: Final = 1.0


class AcTimers:
    """The timer slots of all units. A timer takes the place of the one that was there."""

    def __init__(self, api: OwnerApi) -> None:
        """Take the calls."""
        self._api = api

    def now(self) -> datetime:
        """Return the server's now, by its Date header."""
        return datetime.now(UTC) + self._api.server_ahead

    def ahead(self, lead: float) -> datetime:
        """Return an instant `lead` seconds ahead, or a little more: whole seconds are all that some can read."""
        return (self.now() + timedelta(seconds=lead + 1)).replace(microsecond=0)

    def by_our_clock(self, at: datetime) -> datetime:
        """Say an instant of the server's clock by ours."""
        return at - self._api.server_ahead

    async def put(self, unit: str, timer: Timer, former: Timer | None) -> None:
        """Put a switch into the slot, in place of `former`, if that is known to be there.

        Raises OutcomeUnknown when nobody can say what goes out. With any other CloudError this one does not go out,
        and what was in the slot still does.
        """
        try:
            await self._post(unit, timer)
        except Unreached:
            raise
        except CloudError as error:
            if not (isinstance(error, CloudUnavailable) and await self._repeated(unit, timer)):
                await self._call_back(unit, timer, former, error)
                raise

    async def drop(self, unit: str) -> None:
        """Empty the slot. Raises CloudError."""
        await self._api.cancel_ac_timer(unit)

    def _left(self, timer: Timer) -> float:
        return (timer.at - self.now()).total_seconds()

    async def _post(self, unit: str, timer: Timer) -> None:
        patience = min(max(self._left(timer) - _TIME_TO_CALL_BACK, _SHORTEST_PATIENCE), REQUEST_TIMEOUT)
        await self._api.schedule_ac_timer(unit, timer.action, timer.at, patience=patience)

    async def _repeated(self, unit: str, timer: Timer) -> bool:
        """Make the call again, while there is time: for the same instant it is still one frame."""
        if self._left(timer) <= 2 * _TIME_TO_CALL_BACK:
            return False
        try:
            await self._post(unit, timer)
        except CloudError as error:
            _LOGGER.debug("A timer was sent again in vain: %s", error)
            return False
        return True

    async def _call_back(self, unit: str, timer: Timer, former: Timer | None, error: CloudError) -> None:
        """Let the slot be as it was: also after a refusal, in case that came from between us and the cloud.

        A cloud that refuses this as well means it. After a lost answer nothing is as sure. Raises OutcomeUnknown.
        """
        lost = isinstance(error, CloudUnavailable)
        try:
            await self._restore(unit, timer, former)
        except CloudError as again:
            if lost:
                raise _unknown(error) from again
        if lost and min(self._left(one) for one in (timer, former) if one) <= _BLUR:
            raise _unknown(error) from error

    async def _restore(self, unit: str, timer: Timer, former: Timer | None) -> None:
        if former and self._left(former) > 0:
            await self._api.schedule_ac_timer(unit, former.action, former.at, patience=_SHORTEST_PATIENCE)
        else:
            patience = min(max(self._left(timer), _SHORTEST_PATIENCE), REQUEST_TIMEOUT)
            await self._api.cancel_ac_timer(unit, patience=patience)


def _unknown(error: CloudError) -> OutcomeUnknown:
    return OutcomeUnknown(error.operation, error.detail, status=error.status)
