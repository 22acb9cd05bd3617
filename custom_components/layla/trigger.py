"""Triggers of the integration."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .automations.alarm_triggers import AlarmEnded, AlarmRaised
from .automations.sensor_triggers import NoiseAbove, WentOffline

TRIGGERS: Final[Mapping[str, type[Trigger]]] = {
    "alarm_raised": AlarmRaised,
    "alarm_ended": AlarmEnded,
    "noise_above": NoiseAbove,
    "went_offline": WentOffline,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by their names."""
    del hass
    return dict(TRIGGERS)
