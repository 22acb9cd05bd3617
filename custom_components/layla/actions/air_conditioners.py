"""Actions of air conditioners."""

from homeassistant.components.climate import (
    ATTR_FAN_MODE,
    ATTR_HVAC_MODE,
    ATTR_SWING_MODE,
    DOMAIN as CLIMATE,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, service
import probatio

from ..const import DOMAIN

_STATE = (ATTR_HVAC_MODE, ATTR_TEMPERATURE, ATTR_FAN_MODE, ATTR_SWING_MODE)
_ASSUME = cv.make_entity_service_schema(
    {
        probatio.Optional(ATTR_HVAC_MODE): probatio.Coerce(HVACMode),
        probatio.Optional(ATTR_TEMPERATURE): probatio.Coerce(float),
        probatio.Optional(ATTR_FAN_MODE): cv.string,
        probatio.Optional(ATTR_SWING_MODE): cv.string,
    }
)


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register what can be done with an air conditioner."""
    service.async_register_platform_entity_service(
        hass,
        DOMAIN,
        "assume_ac_state",
        entity_domain=CLIMATE,
        schema=probatio.All(_ASSUME, cv.has_at_least_one_key(*_STATE)),
        func="async_assume",
    )
