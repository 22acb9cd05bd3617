"""Actions of alarms: how they are set, and how often they were raised."""

from typing import Final

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
import probatio

from ..asking import execute
from ..cloud.commands import AlarmSettings, ConfigureAlarms, QuietHours
from ..cloud.questions import AlarmEvents, AlarmTotal, AlarmTotalsByProperty
from ..const import DOMAIN
from ..registry.identity import Kind
from .action import Action
from .answering import asked
from .fields import ALARM, GRANULARITY, GRANULARITY_FIELD, SCOPE, finite, list_of, scope, zone
from .targets import ANYTHING, DEVICES, WITHIN, Item, several, within

_ALARMS: Final = "alarms"
_ARMED: Final = "armed"
_QUIET_HOURS: Final = "quiet_hours"
_QUIET_START: Final = "quiet_hours_start"
_QUIET_END: Final = "quiet_hours_end"
_SCHEDULE: Final = "schedule"
_THRESHOLD: Final = "threshold"
_SETTINGS: Final = (_ARMED, _THRESHOLD, _QUIET_HOURS, _QUIET_START, _QUIET_END, _SCHEDULE)


async def _configure(call: ServiceCall) -> None:
    """Change the settings of one alarm of some units, one unit after the other."""
    wanted = call.data
    quiet_hours = QuietHours(on=wanted.get(_QUIET_HOURS), start=wanted.get(_QUIET_START), end=wanted.get(_QUIET_END))
    settings = AlarmSettings(
        armed=wanted.get(_ARMED),
        threshold=wanted.get(_THRESHOLD),
        quiet_hours=None if quiet_hours == QuietHours() else quiet_hours,
        schedule=wanted.get(_SCHEDULE),
    )
    units = several(call, Kind.UNIT)
    for done, unit in enumerate(units):
        try:
            await execute(unit.coordinator, ConfigureAlarms(device_id=unit.id, alarms={wanted[ALARM]: settings}))
        except HomeAssistantError as error:
            if len(units) == 1:
                raise
            raise _stopped(unit, error, done=done, count=len(units)) from error


def _stopped(unit: Item, error: HomeAssistantError, *, done: int, count: int) -> HomeAssistantError:
    """Say which unit could not be changed, and how many were before it."""
    device = unit.coordinator.data.devices.get(unit.id)
    placeholders = {
        "unit": (device and device.name) or unit.id,
        "reason": str(error),
        "done": str(done),
        "count": str(count),
    }
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key="stopped_at_unit", translation_placeholders=placeholders
    )


async def _events(call: ServiceCall) -> ServiceResponse:
    target = within(call, *ANYTHING)
    counted = scope(call, target, await zone(call.hass))
    question = AlarmEvents(alarm=call.data[ALARM], scope=counted, granularity=call.data[GRANULARITY])
    return await asked(target.coordinator, question)


async def _total(call: ServiceCall) -> ServiceResponse:
    target = within(call, *ANYTHING)
    question = AlarmTotal(alarm=call.data[ALARM], scope=scope(call, target, await zone(call.hass)))
    return await asked(target.coordinator, question)


async def _totals_by_property(call: ServiceCall) -> ServiceResponse:
    target = within(call, *ANYTHING)
    counted = scope(call, target, await zone(call.hass))
    question = AlarmTotalsByProperty(alarms=call.data.get(_ALARMS, ()), scope=counted)
    return await asked(target.coordinator, question)


ACTIONS: Final = (
    Action(
        name="configure_alarm",
        fields={
            **DEVICES,
            probatio.Required(ALARM): cv.string,
            probatio.Optional(_ARMED): cv.boolean,
            probatio.Optional(_THRESHOLD): finite,
            probatio.Optional(_QUIET_HOURS): cv.boolean,
            probatio.Optional(_QUIET_START): cv.time,
            probatio.Optional(_QUIET_END): cv.time,
            probatio.Optional(_SCHEDULE): dict,
        },
        one_of=_SETTINGS,
        carry_out=_configure,
    ),
    Action(
        name="get_alarm_events",
        fields={**WITHIN, probatio.Required(ALARM): cv.string, **SCOPE, **GRANULARITY_FIELD},
        carry_out=_events,
        answers=SupportsResponse.ONLY,
    ),
    Action(
        name="get_alarm_totals",
        fields={**WITHIN, probatio.Required(ALARM): cv.string, **SCOPE},
        carry_out=_total,
        answers=SupportsResponse.ONLY,
    ),
    Action(
        name="get_alarm_totals_by_property",
        fields={**WITHIN, probatio.Optional(_ALARMS): list_of(cv.string), **SCOPE},
        carry_out=_totals_by_property,
        answers=SupportsResponse.ONLY,
    ),
)
