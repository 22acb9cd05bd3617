"""One account, polled: the snapshot that all entities show."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util.dt import utcnow
from yarl import URL

from . import devices, failures, pace, sharing
from .absences import Absences
from .areas import Areas
from .cloud.account import Account, Cursor
from .cloud.errors import AuthenticationFailed, CloudError, RateLimited
from .cloud.layla.account import LaylaAccount
from .cloud.model import Device, Snapshot
from .cloud.route import InvalidRoute
from .const import CONF_ACCOUNT_ID, CONF_ROUTES, DOMAIN, LOGGER, MANUFACTURER
from .pace import LIMITED, LONGEST_STALE, RESTS, rest

type LaylaConfigEntry = ConfigEntry[LaylaCoordinator]


class LaylaCoordinator(DataUpdateCoordinator[Snapshot]):
    """Refreshes one account; what did not change stays the same object in `data`."""

    config_entry: LaylaConfigEntry

    def __init__(self, hass: HomeAssistant, entry: LaylaConfigEntry) -> None:
        """Open the account of the entry."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            # The entry's title is the user's and may name a person, so it is not logged.
            name=MANUFACTURER,
        )
        self.account: Account = _account(hass, entry)
        self._account_id: str = entry.data[CONF_ACCOUNT_ID]
        self._rests = hass.data.setdefault(RESTS, {})
        self._limited = hass.data.setdefault(LIMITED, {})
        self._usual = self.update_interval = pace.usual(entry.options)
        self._command_at: datetime | None = None
        self._alarm_at: datetime | None = None
        self._cursor: Cursor | None = None
        self._fetched: Snapshot | None = None
        self._misses = 0
        self.absences = Absences(hass, entry)
        self.areas = Areas(hass, entry)
        self.units_by_property: Mapping[str, tuple[Device, ...]] = {}

    @override
    async def _async_setup(self) -> None:
        """Read what was missing before a restart."""
        await self.absences.load()

    @callback
    def command_accepted(self) -> None:
        """Refresh more often for a while, beginning now: the cloud took a command, and may soon show what it did."""
        self._command_at = now = utcnow()
        soon = self._interval(now)
        if not self._listeners or self._left_to_rest(now) or self.update_interval is None:
            return
        if soon < self.update_interval:
            self.update_interval = soon
            self._schedule_refresh()

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Let entities come and change; areas wait until all that come have their ids."""
        with self.areas.held():
            super().async_update_listeners()

    @override
    async def _async_update_data(self) -> Snapshot:
        """Fetch the account, unless the cloud wants to be left alone, whoever asks."""
        now = utcnow()
        if left := self._left_to_rest(now):
            return self._resting(left)
        try:
            refresh = await self.account.fetch(self._cursor, self._fetched)
        except AuthenticationFailed as error:
            raise failures.authentication_failed(error) from error
        except CloudError as error:
            self._misses += 1
            self.update_interval = self._rest(error, now) or pace.retry(self._interval(now), self._misses)
            return self._missed_refresh(error)
        self._misses = 0
        self._cursor = refresh.cursor
        self._fetched = refresh.snapshot
        snapshot = sharing.without_units_of_others(self.hass, self.config_entry, refresh.snapshot)
        if pace.alarmed(snapshot, self.data):
            self._alarm_at = now
        # A part that is limited must not let the units get old.
        rested = self._rest(refresh.setback, now, at_most=LONGEST_STALE) or timedelta()
        self.update_interval = max(rested, self._interval(now))
        devices.register(self.hass, self.config_entry, snapshot, self.data)
        self.absences.heard(snapshot, self.data, now)
        self.units_by_property = _by_property(snapshot)
        return snapshot

    def _interval(self, now: datetime) -> timedelta:
        limited_at = self._limited.get(self._account_id)
        return pace.interval(
            self._usual, now, command_at=self._command_at, alarm_at=self._alarm_at, limited_at=limited_at
        )

    def _left_to_rest(self, now: datetime) -> timedelta | None:
        resting = self._rests.get(self._account_id)
        return resting.left(now) if resting else None

    def _resting(self, left: timedelta) -> Snapshot:
        """Show what there is, and come back when the rest is over."""
        self.update_interval = left
        if self._fetched and self.last_update_success:
            return self.data
        error = RateLimited("refresh", "the time it asked for is not over", retry_after=left.total_seconds())
        raise failures.update_failed(error, left)

    def _rest(self, error: CloudError | None, now: datetime, **bound: timedelta) -> timedelta | None:
        """Begin a rest after a rate limit and return its length; a refresh without any failure forgets the last one."""
        if error is None:
            self._rests.pop(self._account_id, None)
        if not isinstance(error, RateLimited):
            return None
        self._limited[self._account_id] = now
        begun = self._rests[self._account_id] = rest(now, error.retry_after, self._rests.get(self._account_id), **bound)
        return begun.length

    def _missed_refresh(self, error: CloudError) -> Snapshot:
        """Pass over the first miss after a success, if the old values do not get too old; else raise UpdateFailed."""
        soon = self.update_interval is not None and self.update_interval <= LONGEST_STALE
        if self._fetched and self.last_update_success and self._misses == 1 and soon:
            LOGGER.debug("A refresh was missed and will be tried again: %s", error)
            return self.data
        raise failures.update_failed(error, self.update_interval if isinstance(error, RateLimited) else None) from error


def _by_property(snapshot: Snapshot) -> Mapping[str, tuple[Device, ...]]:
    units: defaultdict[str, list[Device]] = defaultdict(list)
    for device in snapshot.devices.values():
        units[device.property_id or ""].append(device)
    return {property_id: tuple(members) for property_id, members in units.items()}


def _account(hass: HomeAssistant, entry: ConfigEntry) -> Account:
    try:
        return LaylaAccount.by_token(
            async_get_clientsession(hass),
            URL(entry.data[CONF_URL]),
            entry.data[CONF_TOKEN],
            entry.options.get(CONF_ROUTES),
        )
    except InvalidRoute as error:
        raise ConfigEntryError(
            translation_domain=DOMAIN, translation_key="invalid_route", translation_placeholders={"reason": str(error)}
        ) from error
