"""Conditions of the integration."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from .automations.alarm_condition import AlarmIsActive

CONDITIONS: Final[Mapping[str, type[Condition]]] = {"alarm_is_active": AlarmIsActive}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by their names."""
    del hass
    return dict(CONDITIONS)
