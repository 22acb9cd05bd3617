"""Settling: once a command to an air conditioner has gone out, the user's schedule and timer are put back."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util.dt import utcnow

from ..cloud.account import Account
from ..cloud.commands import SettleAirConditioner
from ..cloud.errors import CloudError
from ..const import LOGGER

_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=1)


class Settling:
    """Settles every unit of an account when it is due; what fails is tried again, ever more rarely."""

    def __init__(self, hass: HomeAssistant, account: Account) -> None:
        """Take the account that knows what is due when, also from before a restart."""
        self._hass = hass
        self._account = account
        self._waits: dict[str, timedelta] = {}
        self._again_at: dict[str, datetime] = {}
        self._cancel: CALLBACK_TYPE | None = None
        self._job = HassJob(self._settle_due, "settle air conditioners")

    @callback
    def plan(self) -> None:
        """Wait for the next unit that is due; to be called after each command."""
        self.stop()
        if due := [self._due(unit, at) for unit, at in self._account.unsettled.items()]:
            self._cancel = async_track_point_in_utc_time(self._hass, self._job, max(min(due), utcnow()))

    @callback
    def stop(self) -> None:
        """Wait no longer; what is not settled is so after the next start."""
        if self._cancel:
            self._cancel()
            self._cancel = None

    def _due(self, unit: str, at: datetime) -> datetime:
        return max(at, self._again_at.get(unit, at))

    async def _settle_due(self, now: datetime) -> None:
        self._cancel = None
        for unit, at in dict(self._account.unsettled).items():
            if self._due(unit, at) <= now:
                await self._settle(unit, now)
        self.plan()

    async def _settle(self, unit: str, now: datetime) -> None:
        try:
            await self._account.execute(SettleAirConditioner(device_id=unit))
        except CloudError as error:
            wait = self._waits[unit] = min(self._waits.get(unit, _FIRST_WAIT / 2) * 2, _LONGEST_WAIT)
            self._again_at[unit] = now + wait
            LOGGER.warning("The schedule or timer of an air conditioner could not be put back yet: %s", error)
        else:
            self._waits.pop(unit, None)
            self._again_at.pop(unit, None)
