"""The slow clock: what changes by the hour is read each half of one, and never while the cloud wants to rest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final, override
from zlib import crc32

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .. import failures
from ..cloud.account import Account
from ..cloud.errors import AuthenticationFailed, CloudError, RateLimited
from ..cloud.figures import Figures, Unread
from ..const import CONF_ACCOUNT_ID, LOGGER, MANUFACTURER
from .requests import Requests

INTERVAL: Final = timedelta(minutes=30)
_RETRY: Final = timedelta(minutes=5)
# Setting up has requests enough of its own, and several accounts need not ask at the same moment.
_FIRST: Final = timedelta(seconds=75)
_SPREAD: Final = 45
# The refresh of the units goes first when a rest is over.
_AFTER_REST: Final = timedelta(minutes=1)


class FiguresCoordinator(DataUpdateCoordinator[Figures]):
    """Reads the figures of one account. Until the first time `data` is there and says nothing."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        account: Account,
        *,
        closed_for: Callable[[], timedelta | None],
        on_limited: Callable[[RateLimited], None],
    ) -> None:
        """Read the account of the entry, but not while it is `closed_for` some time; limits are passed on."""
        spread = timedelta(seconds=crc32(entry.entry_id.encode()) % _SPREAD)
        super().__init__(
            hass, LOGGER, config_entry=entry, name=f"{MANUFACTURER} figures", update_interval=_FIRST + spread
        )
        self.data = Figures()
        self.requests = Requests(hass, entry.data[CONF_ACCOUNT_ID], account)
        # Also when the entry cannot be set up: what went out in vain was asked for all the same.
        entry.async_on_unload(self.requests.note)
        self._account = account
        self._closed_for = closed_for
        self._on_limited = on_limited
        self._partly = False

    @callback
    def begin(self) -> None:
        """Read from now on, for as long as the entry is loaded, whoever looks."""
        self.requests.look()
        self.config_entry.async_on_unload(self.async_add_listener(self.requests.note))

    @callback
    def marked(self, left: Callable[[Unread], Unread]) -> None:
        """Show what is left of the unread notifications; the next reading is due when it was, and says more."""
        if self.data.unread:
            self.data = replace(self.data, unread=left(self.data.unread))
            self.async_update_listeners()

    @override
    async def _async_update_data(self) -> Figures:
        if closed := self._closed_for():
            self.update_interval = closed + _AFTER_REST
            return self._resting(closed)
        figures = await self._account.figures(self.hass.config.currency)
        self.requests.look()
        setback = figures.setback
        self.update_interval = _RETRY if setback else INTERVAL
        if isinstance(setback, RateLimited):
            self._on_limited(setback)
            self.update_interval = (self._closed_for() or INTERVAL) + _AFTER_REST
        # Whether the token is refused altogether is found by the units' refresh; else it has no right to this alone.
        refused = isinstance(setback, AuthenticationFailed)
        if setback and not refused and not (figures.properties or figures.usage or figures.unread):
            raise failures.update_failed(setback, None) from setback
        self._say(setback)
        return figures

    def _resting(self, left: timedelta) -> Figures:
        """Show what there is; what could not be read before the rest does not come back by it."""
        if self.last_update_success:
            return self.data
        error = RateLimited("figures", "the time it asked for is not over", retry_after=left.total_seconds())
        raise failures.update_failed(error, None)

    def _say(self, setback: CloudError | None) -> None:
        """Say once that a part is missing, and once that it is back."""
        if setback and not self._partly:
            LOGGER.warning("A part of the figures could not be read and is unavailable: %s", setback)
        if self._partly and not setback:
            LOGGER.info("All figures can be read again")
        self._partly = setback is not None
