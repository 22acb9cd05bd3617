"""What must not be forgotten of an account's pace when its entry is reloaded, and the interval that its user chose."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.util.hass_dict import HassKey

from .cloud.pace import INTERVAL, Rest, bounded
from .const import CONF_INTERVAL, DOMAIN

# By account: the rests, and when the last one was asked for.
RESTS: Final[HassKey[dict[str, Rest]]] = HassKey(f"{DOMAIN}_rests")
LIMITED: Final[HassKey[dict[str, datetime]]] = HassKey(f"{DOMAIN}_limited")


def usual(options: Mapping[str, Any]) -> timedelta:
    """Return the interval that the user chose, in seconds from 60 to 900; a minute without a choice."""
    return bounded(timedelta(seconds=options.get(CONF_INTERVAL, INTERVAL.total_seconds())))
