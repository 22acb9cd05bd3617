"""Actions of air conditioners: what they really do, and when they are to be switched by themselves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from homeassistant.components.climate import (
    ATTR_FAN_MODE,
    ATTR_HVAC_MODE,
    ATTR_SWING_MODE,
    DOMAIN as CLIMATE,
    ClimateEntityFeature,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import TemperatureConverter
import probatio

from ..climate import AirConditionerEntity
from ..cloud.ac_plans import WeeklySchedule
from ..const import DOMAIN
from ..failures import refused
from . import planning, rules

ATTR_ACTION: Final = "action"
ATTR_AT: Final = "at"
ATTR_CHANGE_AC_STATE: Final = "change_ac_state"
ATTR_DAYS: Final = "days"
ATTR_ENABLED: Final = "enabled"
ATTR_END_TIME: Final = "end_time"
ATTR_IN: Final = "in"
ATTR_START_TIME: Final = "start_time"

_ON: Final = [mode for mode in HVACMode if mode is not HVACMode.OFF]
_SETTINGS: Final[dict[str | probatio.Marker, Any]] = {
    probatio.Optional(ATTR_TEMPERATURE): probatio.Coerce(float),
    probatio.Optional(ATTR_FAN_MODE): cv.string,
    probatio.Optional(ATTR_SWING_MODE): cv.string,
}
_STATE: Final = (ATTR_HVAC_MODE, ATTR_TEMPERATURE, ATTR_FAN_MODE, ATTR_SWING_MODE)
_ASSUME: Final = cv.make_entity_service_schema(
    {probatio.Optional(ATTR_HVAC_MODE): probatio.Coerce(HVACMode), **_SETTINGS}
)
_TIMER: Final = cv.make_entity_service_schema(
    {
        probatio.Required(ATTR_ACTION): probatio.In(["on", "off"]),
        probatio.Exclusive(ATTR_AT, "when"): cv.datetime,
        probatio.Exclusive(ATTR_IN, "when"): cv.positive_time_period,
    }
)
_SCHEDULE: Final[dict[str | probatio.Marker, Any]] = {
    probatio.Required(ATTR_DAYS): probatio.All(cv.weekdays, probatio.Length(min=1)),
    probatio.Required(ATTR_START_TIME): cv.time,
    probatio.Required(ATTR_END_TIME): cv.time,
    probatio.Optional(ATTR_CHANGE_AC_STATE, default=True): cv.boolean,
    probatio.Optional(ATTR_ENABLED, default=True): cv.boolean,
    probatio.Optional(ATTR_HVAC_MODE): probatio.All(probatio.Coerce(HVACMode), probatio.In(_ON)),
    **_SETTINGS,
}


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, schema, func in (
        ("assume_ac_state", probatio.All(_ASSUME, cv.has_at_least_one_key(*_STATE)), _assume),
        ("set_ac_timer", probatio.All(_TIMER, cv.has_at_least_one_key(ATTR_AT, ATTR_IN)), _set_timer),
        ("cancel_ac_timer", {}, _cancel_timer),
        ("set_ac_schedule", _SCHEDULE, _set_schedule),
        ("delete_ac_schedule", {}, _delete_schedule),
    ):
        service.async_register_platform_entity_service(
            hass, DOMAIN, name, entity_domain=CLIMATE, schema=schema, func=func
        )


async def _assume(entity: AirConditionerEntity, call: ServiceCall) -> None:
    """Take it that the air conditioner is in this state; nothing is sent."""
    await entity.unit.assume(**_changes(entity, call.data))


async def _set_timer(entity: AirConditionerEntity, call: ServiceCall) -> None:
    at: datetime = call.data[ATTR_AT] if ATTR_AT in call.data else dt_util.utcnow() + call.data[ATTR_IN]
    local = at if at.tzinfo else at.replace(tzinfo=dt_util.get_default_time_zone())
    await planning.set_timer(entity, dt_util.as_utc(local), on=call.data[ATTR_ACTION] == "on")


async def _cancel_timer(entity: AirConditionerEntity, call: ServiceCall) -> None:
    del call
    await planning.cancel_timer(entity)


async def _set_schedule(entity: AirConditionerEntity, call: ServiceCall) -> None:
    """Set the schedule; without any setting it sends what the one before does, else what is shown."""
    planning.needs_full_control(entity)
    data = call.data
    schedule = WeeklySchedule(
        days=rules.in_order(data[ATTR_DAYS]),
        start=data[ATTR_START_TIME].replace(second=0, microsecond=0),
        end=data[ATTR_END_TIME].replace(second=0, microsecond=0),
        enabled=data[ATTR_ENABLED],
        switches=data[ATTR_CHANGE_AC_STATE],
    )
    changes = _changes(entity, data)
    kept = not changes and entity.coordinator.air_conditioners.plans(entity.unit_id).schedule is not None
    await planning.set_schedule(entity, schedule, None if kept else entity.unit.frame(**changes))


async def _delete_schedule(entity: AirConditionerEntity, call: ServiceCall) -> None:
    del call
    await planning.delete_schedule(entity)


def _changes(entity: AirConditionerEntity, data: Mapping[str, Any]) -> dict[str, Any]:
    """Read the settings in an action; raises ServiceValidationError for what the profile does not have."""
    asked = {name: data[name] for name in _STATE if name in data}
    if ATTR_TEMPERATURE in asked:
        asked[ATTR_TEMPERATURE] = _within_range(entity, cast("float", asked[ATTR_TEMPERATURE]))
    return entity.changes(asked)


def _within_range(entity: AirConditionerEntity, temperature: float) -> float:
    """Return a temperature in the user's unit as the remote control counts it."""
    native = TemperatureConverter.convert(
        temperature, entity.hass.config.units.temperature_unit, entity.native_temperature_unit
    )
    if ClimateEntityFeature.TARGET_TEMPERATURE in entity.supported_features and (
        entity.min_temp <= native <= entity.max_temp
    ):
        return native
    raise refused("no_such_temperature", temperature=f"{temperature:g}", entity=entity.entity_id)
