"""Actions of the integration: registered once, so that automations can be checked before an account is loaded."""

from itertools import chain
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..air_conditioning import actions as air_conditioners
from . import (
    alarms,
    devices,
    measurements,
    notifications,
    overview,
    partner,
    profile,
    reports,
    savings,
)
from .action import Action

ACTIONS: Final[tuple[Action, ...]] = tuple(
    chain(
        alarms.ACTIONS,
        devices.ACTIONS,
        measurements.ACTIONS,
        notifications.ACTIONS,
        overview.ACTIONS,
        partner.ACTIONS,
        profile.ACTIONS,
        reports.ACTIONS,
        savings.ACTIONS,
    )
)


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register every action."""
    air_conditioners.async_register(hass)
    for action in ACTIONS:
        action.async_register(hass)
