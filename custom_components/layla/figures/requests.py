"""The requests of an account within the last day: counted for as long as Home Assistant runs, also over reloads."""

from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.dt import utcnow
from homeassistant.util.hass_dict import HassKey

from ..cloud.account import Account
from ..const import DOMAIN
from .window import Window

# By account: a reload makes another client, and is no reason to forget what the cloud remembers.
_WINDOWS: Final[HassKey[dict[str, Window]]] = HassKey(f"{DOMAIN}_requests")


class Requests:
    """What one client of an account adds to the count.

    `count` and `since` are of the last look: looking with every refresh would make every refresh a change.
    """

    def __init__(self, hass: HomeAssistant, account_id: str, account: Account) -> None:
        """Go on with the account's count."""
        self._account = account
        self._counted = 0
        windows = hass.data.setdefault(_WINDOWS, {})
        self._window = windows.setdefault(account_id, Window(utcnow()))
        self.count = 0
        self.since: datetime = self._window.begun

    @callback
    def note(self) -> None:
        """Count what went out since the last time."""
        total = self._account.request_count
        self._window.add(total - self._counted, utcnow())
        self._counted = total

    @callback
    def look(self) -> None:
        """Let the numbers be those of now."""
        self.note()
        now = utcnow()
        self.count, self.since = self._window.count(now), self._window.since(now)
