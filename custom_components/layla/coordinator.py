"""One account, polled: the snapshot that all entities show."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util.dt import utcnow
from yarl import URL

from . import devices, failures, sharing
from .alarm_events import AlarmEvents
from .cloud.account import Account
from .cloud.errors import AuthenticationFailed, CloudError, RateLimited
from .cloud.layla.account import LaylaAccount
from .cloud.model import Device, Snapshot
from .cloud.route import InvalidRoute
from .const import CONF_ACCOUNT_ID, CONF_ROUTES, DOMAIN, LOGGER, MANUFACTURER
from .pace import INTERVAL, LONGEST_STALE, RESTS, rest

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
            update_interval=INTERVAL,
        )
        self.account: Account = _account(hass, entry)
        self._account_id: str = entry.data[CONF_ACCOUNT_ID]
        self._rests = hass.data.setdefault(RESTS, {})
        self.alarm_events = AlarmEvents(hass, entry.entry_id)
        # Two fetches from the same cursor would both find the same events.
        self._one_at_a_time = asyncio.Lock()
        self._fetched: Snapshot | None = None
        self._missed = False
        self.units_by_property: Mapping[str, tuple[Device, ...]] = {}

    @override
    async def _async_setup(self) -> None:
        await self.alarm_events.load()

    @override
    async def _async_update_data(self) -> Snapshot:
        async with self._one_at_a_time:
            return await self._refreshed()

    async def _refreshed(self) -> Snapshot:
        """Fetch the account, unless the cloud wants to be left alone, whoever asks."""
        now = utcnow()
        if left := self._left_to_rest(now):
            return self._resting(left)
        try:
            refresh = await self.account.fetch(self.alarm_events.cursor, self._fetched)
        except AuthenticationFailed as error:
            raise failures.authentication_failed(error) from error
        except CloudError as error:
            self.update_interval = self._rest(error, now) or INTERVAL
            return self._missed_refresh(error)
        self._missed = False
        self._fetched = refresh.snapshot
        # A part that is limited must not let the units get old.
        self.update_interval = self._rest(refresh.setback, now, at_most=LONGEST_STALE) or INTERVAL
        snapshot = sharing.without_units_of_others(self.hass, self.config_entry, refresh.snapshot)
        devices.register(self.hass, self.config_entry, snapshot, self.data)
        self.units_by_property = _by_property(snapshot)
        news = [event for event in refresh.events if sharing.shows(event, snapshot, refresh.snapshot)]
        await self.alarm_events.keep(refresh.cursor, news)
        return snapshot

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
        begun = self._rests[self._account_id] = rest(now, error.retry_after, self._rests.get(self._account_id), **bound)
        return begun.length

    def _missed_refresh(self, error: CloudError) -> Snapshot:
        """Pass over the first miss after a success, if the old values do not get too old; else raise UpdateFailed."""
        soon = self.update_interval is not None and self.update_interval <= LONGEST_STALE
        if self._fetched and self.last_update_success and not self._missed and soon:
            self._missed = True
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
