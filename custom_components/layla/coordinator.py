"""One account, polled: the snapshot that all entities show."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util.dt import utcnow

from . import failures, rests
from .access import names
from .air_conditioning import control
from .air_conditioning.store import AcStore
from .air_conditioning.truths import Truths
from .alarm_events import AlarmEvents
from .cloud import pace
from .cloud.account import Account
from .cloud.errors import AuthenticationFailed, CloudError, RateLimited
from .cloud.model import Device, Snapshot
from .cloud.pace import LONGEST_INTERVAL, LONGEST_STALE, rest
from .const import CONF_ACCOUNT_ID, LOGGER, MANUFACTURER
from .detail.estimate import Platforms
from .detail.full_units import FullUnits
from .detail.levels import Levels
from .detail.limit import Fit
from .figures.coordinator import FiguresCoordinator
from .homes import Home, homes
from .news import News
from .registry import devices, sharing
from .registry.absences import Absences
from .registry.areas import Areas
from .registry.identity import Kind
from .registry.registered import keys_by_platform

if TYPE_CHECKING:
    from .history.backfill import Backfill

type LaylaConfigEntry = ConfigEntry[LaylaCoordinator]


class LaylaCoordinator(DataUpdateCoordinator[Snapshot]):
    """Refreshes one account; what did not change stays the same object in `data`."""

    config_entry: LaylaConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: LaylaConfigEntry,
        account: Account,
        platforms: Platforms,
        ac_store: AcStore,
    ) -> None:
        """Refresh the account of the entry.

        `platforms` have the entities of its units and properties, `ac_store` what is known of its air conditioners.
        """
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            # The entry's title is the user's and may name a person, so it is not logged.
            name=MANUFACTURER,
        )
        self.account = account
        self.air_conditioners = control.air_conditioners(
            hass, entry, self.account, ac_store, on_accepted=self.command_accepted, on_limited=self.limited
        )
        self.ac_store = ac_store
        self.truths = Truths(self.air_conditioners, ac_store)
        self.account_id: str = entry.data[CONF_ACCOUNT_ID]
        self._rests = hass.data.setdefault(rests.RESTS, {})
        self._limited = hass.data.setdefault(rests.LIMITED, {})
        self._usual = self.update_interval = rests.usual(entry.options)
        self._command_at: datetime | None = None
        self._alarm_at: datetime | None = None
        # Two fetches from the same cursor would both find the same events.
        self._one_at_a_time = asyncio.Lock()
        self._fetched: Snapshot | None = None
        self._misses = 0
        self._shown: Snapshot | None = None
        self._news = News()
        self._units = FullUnits(hass, entry, platforms)
        self.homes: Mapping[str, Home] = {}
        self.absences = Absences(hass, entry)
        self.alarm_events = AlarmEvents(hass, entry.entry_id)
        self.areas = Areas(hass, entry)
        self.figures = FiguresCoordinator(
            hass, entry, account, closed_for=self._closed_for, on_limited=self._begin_rest
        )
        self.refreshed_at: datetime | None = None
        self.currency: str | None = None
        self.policy_accepted: bool | None = None
        self.history: Backfill | None = None

    @cached_property
    def known_keys(self) -> Mapping[tuple[str, Kind], Mapping[str, set[str]]]:
        """The keys of the entities that an earlier run registered, looked up once for all platforms (L25)."""
        return keys_by_platform(self.hass, self.config_entry)

    def full_units(self) -> Collection[Device]:
        """Return the units that have entities of their own; `data` has all units."""
        return self._shown.devices.values() if self._shown else ()

    @property
    def levels(self) -> Levels | None:
        """The level of detail of every property; None before the first refresh."""
        return self._units.levels

    @property
    def fit(self) -> Fit:
        """How the entities fit under Home Assistant's limit."""
        return self._units.fit

    @override
    async def _async_setup(self) -> None:
        """Read what was heard, and what was missing, before a restart."""
        await self.alarm_events.load()
        await self.absences.load()

    @callback
    def command_accepted(self) -> None:
        """Refresh more often for a while, beginning now: the cloud took a command, and may soon show what it did."""
        self._command_at = now = utcnow()
        soon = self._interval(now)
        if not self._listeners or self.left_to_rest(now) or self.update_interval is None:
            return
        if soon < self.update_interval:
            self.update_interval = soon
            self._schedule_refresh()

    @callback
    def limited(self, error: RateLimited) -> None:
        """Leave the cloud alone for as long as it asks for, also when it was a command that came too often."""
        if (length := self._rest(error, utcnow(), at_most=LONGEST_STALE)) and self._listeners:
            self.update_interval = length
            self._schedule_refresh()

    def left_to_background(self) -> timedelta:
        """Return how long background work leaves the cloud alone: in a rest, and while refreshes come more often."""
        now = utcnow()
        if left := self.left_to_rest(now):
            return left
        pace_now = self._interval(now)
        return pace_now if pace_now < self._usual else timedelta()

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Let entities come and change; areas wait until all that come have their ids.

        Who listens to one unit or property alone, by its device identifier, hears nothing while that is the same.
        """
        news = self._news.of(
            succeeded=self.last_update_success,
            lacking=self.account.lacking,
            snapshot=self._shown,
            homes=self.homes,
        )
        with self.areas.held():
            for update, context in [*self._listeners.values()]:
                if context is None or news is None or context in news:
                    self._tell(update)

    def _tell(self, update: CALLBACK_TYPE) -> None:
        """Let one listener know; what it makes of that must not keep the others waiting."""
        try:
            update()
        except Exception:  # noqa: BLE001 - as Home Assistant does
            LOGGER.exception("A listener failed")

    @override
    async def _async_update_data(self) -> Snapshot:
        async with self._one_at_a_time:
            return await self._refreshed()

    async def _refreshed(self) -> Snapshot:
        """Fetch the account, unless the cloud wants to be left alone, whoever asks."""
        now = utcnow()
        if left := self.left_to_rest(now):
            return self._resting(left)
        try:
            refresh = await self.account.fetch(self.alarm_events.cursor, self._fetched)
        except AuthenticationFailed as error:
            raise failures.authentication_failed(error) from error
        except CloudError as error:
            self._misses += 1
            self.update_interval = self._rest(error, now) or pace.retry(self._interval(now), self._misses)
            return self._missed_refresh(error)
        self._misses = 0
        self.refreshed_at = now
        self.currency, self.policy_accepted = refresh.currency, refresh.policy_accepted
        self._fetched = refresh.snapshot
        names.learn(self.hass, self.config_entry, refresh.owner_email)
        snapshot = sharing.without_units_of_others(self.hass, self.config_entry, refresh.snapshot)
        if pace.alarmed(snapshot, self.data):
            self._alarm_at = now
        # A part that is limited must not let the units get old.
        rested = self._rest(refresh.setback, now, at_most=LONGEST_STALE) or timedelta()
        self.update_interval = max(rested, self._interval(now))
        self._show(snapshot)
        self.absences.heard(snapshot, self.data, now)
        news = [event for event in refresh.events if sharing.shows(event, snapshot, refresh.snapshot)]
        await self.alarm_events.keep(refresh.cursor, news)
        return snapshot

    def _show(self, snapshot: Snapshot) -> None:
        """Sort the units into their properties, and register those that have entities of their own."""
        self.homes = homes(snapshot, self.homes)
        shown = replace(snapshot, devices=self._units.update(snapshot, self.homes))
        devices.register(self.hass, self.config_entry, shown, self._shown)
        self._shown = shown
        self.truths.heard(shown)

    def _interval(self, now: datetime) -> timedelta:
        limited_at = self._limited.get(self.account_id)
        return pace.interval(
            self._usual, now, command_at=self._command_at, alarm_at=self._alarm_at, limited_at=limited_at
        )

    def left_to_rest(self, now: datetime | None = None) -> timedelta | None:
        """Return for how long the cloud wants to be left alone, None when it does not."""
        resting = self._rests.get(self.account_id)
        return resting.left(now or utcnow()) if resting else None

    def _closed_for(self) -> timedelta | None:
        """Return how long nothing else is to be asked of the account: a rest, or a way in that is refused."""
        refused = not self.last_update_success and isinstance(self.last_exception, ConfigEntryAuthFailed)
        return LONGEST_INTERVAL if refused else self.left_to_rest()

    def _begin_rest(self, error: RateLimited) -> None:
        """Begin a rest after something that is not urgent; the next refresh comes when it is due, and keeps it."""
        self._rest(error, utcnow(), at_most=LONGEST_STALE)

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
            self._rests.pop(self.account_id, None)
        if not isinstance(error, RateLimited):
            return None
        self._limited[self.account_id] = now
        begun = self._rests[self.account_id] = rest(now, error.retry_after, self._rests.get(self.account_id), **bound)
        return begun.length

    def _missed_refresh(self, error: CloudError) -> Snapshot:
        """Pass over the first miss after a success, if the old values do not get too old; else raise UpdateFailed."""
        soon = self.update_interval is not None and self.update_interval <= LONGEST_STALE
        if self._fetched and self.last_update_success and self._misses == 1 and soon:
            LOGGER.debug("A refresh was missed and will be tried again: %s", error)
            return self.data
        raise failures.update_failed(error, self.update_interval if isinstance(error, RateLimited) else None) from error
