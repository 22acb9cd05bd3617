"""How often background work may ask the cloud: an account has one budget, whatever happens to its entry."""

import time
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

# The cloud client may repeat a request once. With five turns a minute there are six requests at most even then.
SPACING: Final = 12.0


class Budget:
    """Gives turns, so that there are at most six requests in any minute. Counts seconds of a clock that never jumps."""

    def __init__(self) -> None:
        """Give the first turn at once."""
        self._next = time.monotonic()

    def wait(self) -> float:
        """Return in how many seconds the next turn is."""
        return max(0.0, self._next - time.monotonic())

    def spend(self, requests: int) -> None:
        """Note how many requests a turn took."""
        self._next = time.monotonic() + requests * SPACING


_BUDGETS: Final[HassKey[dict[str, Budget]]] = HassKey(f"{DOMAIN}_background_budgets")


def budget_of(hass: HomeAssistant, account_id: str) -> Budget:
    """Return the budget of an account, the same after its entry is reloaded."""
    budgets = hass.data.setdefault(_BUDGETS, {})
    return budgets.setdefault(account_id, Budget())
