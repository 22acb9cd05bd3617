"""One account, polled: the snapshot that all entities show."""

from collections import defaultdict
from collections.abc import Mapping
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from yarl import URL

from . import devices, sharing
from .cloud.account import Account, Cursor
from .cloud.errors import AuthenticationFailed, CloudError, RateLimited
from .cloud.layla.account import LaylaAccount
from .cloud.model import Device, Snapshot
from .const import CONF_ROUTES, LOGGER, MANUFACTURER
from .failures import refresh_failures
from .pace import INTERVAL, after_rate_limit

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
        self.account: Account = LaylaAccount.by_token(
            async_get_clientsession(hass),
            URL(entry.data[CONF_URL]),
            entry.data[CONF_TOKEN],
            entry.options.get(CONF_ROUTES),
        )
        self._cursor: Cursor | None = None
        self._fetched: Snapshot | None = None
        self._missed = False
        self.units_by_property: Mapping[str, tuple[Device, ...]] = {}

    @override
    async def _async_update_data(self) -> Snapshot:
        """Fetch the account; the first miss after a success is passed over, with the old data."""
        with refresh_failures():
            try:
                refresh = await self.account.fetch(self._cursor, self._fetched)
            except CloudError as error:
                self._slow_down(error)
                if isinstance(error, AuthenticationFailed) or self._missed or self._fetched is None:
                    raise
                self._missed = True
                LOGGER.debug("A refresh was missed and will be tried again: %s", error)
                return self.data
        self._missed = False
        self._cursor = refresh.cursor
        self._fetched = refresh.snapshot
        self._slow_down(refresh.setback)
        snapshot = sharing.without_units_of_others(self.hass, self.config_entry, refresh.snapshot)
        devices.register(self.hass, self.config_entry, snapshot, self.data)
        self.units_by_property = _by_property(snapshot)
        return snapshot

    def _slow_down(self, error: CloudError | None) -> None:
        if isinstance(error, RateLimited):
            interval = self.update_interval or INTERVAL
            self.update_interval = after_rate_limit(interval, error.retry_after)
        else:
            self.update_interval = INTERVAL


def _by_property(snapshot: Snapshot) -> Mapping[str, tuple[Device, ...]]:
    units: defaultdict[str, list[Device]] = defaultdict(list)
    for device in snapshot.devices.values():
        units[device.property_id or ""].append(device)
    return {property_id: tuple(members) for property_id, members in units.items()}
