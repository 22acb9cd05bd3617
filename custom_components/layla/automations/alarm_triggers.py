"""Triggers of alarm events: an alarm was raised, an alarm ended.

They listen to the events themselves, not to the event entities, which users may disable and which units have only at
the full level of detail. One event triggers once, however many of its places a target names.
"""

from typing import Any, ClassVar, Final, cast, override

from homeassistant.const import ATTR_DEVICE_ID, CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import (
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
from homeassistant.util.dt import as_local
import probatio

from ..alarm_events import SHOWN, late
from ..cloud.catalogue import alarm as alarm_row
from ..cloud.model import Event, Phase
from ..coordinator import LaylaConfigEntry, LaylaCoordinator
from ..registry.identity import Kind, device_identifier
from . import alarms, names, targets

CONF_INCLUDE_LATE: Final = "include_late"

_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_TARGET): targets.TARGET_WITH_ALARMS,
        probatio.Optional(CONF_OPTIONS, default=dict): {
            **alarms.SCHEMA,
            probatio.Optional(CONF_INCLUDE_LATE, default=False): cv.boolean,
        },
    }
)


class AlarmTrigger(Trigger):
    """Runs when an alarm of the target starts or ends."""

    _phase: ClassVar[Phase]

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        del hass
        return cast("ConfigType", _SCHEMA(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take a checked configuration."""
        super().__init__(hass, config)
        options = config.options or {}
        self._target = config.target or {}
        self._kinds: list[str] = options[alarms.CONF_ALARM]
        self._include_late: bool = options[CONF_INCLUDE_LATE]

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        @callback
        def told(entry_id: str, event: Event) -> None:
            entry = self._hass.config_entries.async_get_entry(entry_id)
            if entry is None or not self._is_about(event, entry.runtime_data):
                return
            variables = _variables(self._hass, entry.runtime_data, event)
            if not variables["late"] or self._include_late:
                _ = run_action(variables, f"{variables['alarm_name']} {event.phase} ({_place(variables)})")
            elif did_not_trigger:
                did_not_trigger(NotTriggeredInfo("late", {"alarm": event.alarm, "at": event.at}))

        return async_dispatcher_connect(self._hass, SHOWN, told)

    def _is_about(self, event: Event, coordinator: LaylaCoordinator) -> bool:
        if event.phase is not self._phase or not alarms.chosen(event.alarm, self._kinds):
            return False
        places = {
            (Kind.UNIT, event.device_id),
            (Kind.PROPERTY, event.property_id),
            (Kind.ACCOUNT, coordinator.account_id),
        }
        if places.isdisjoint(targets.chosen(self._hass, self._target)):
            return False
        return places.isdisjoint(targets.excluded(self._hass, self._target))


class AlarmRaised(AlarmTrigger):
    """Runs when an alarm of the target starts."""

    _phase = Phase.STARTED


class AlarmEnded(AlarmTrigger):
    """Runs when an alarm of the target ends."""

    _phase = Phase.ENDED


def _variables(hass: HomeAssistant, coordinator: LaylaCoordinator, event: Event) -> dict[str, Any]:
    """Return what `trigger` tells of an event.

    `device_id` is the device of the unit; where it has none, that of its property.
    """
    unit = _device(hass, coordinator.config_entry, Kind.UNIT, event.device_id)
    home = _device(hass, coordinator.config_entry, Kind.PROPERTY, event.property_id)
    told = coordinator.data.devices.get(event.device_id or "")
    device = unit or home
    return {
        "alarm": event.alarm,
        "alarm_name": alarm_row(event.alarm).name,
        "phase": event.phase.value,
        "unit": names.of_device(unit) or (told and (told.name or told.serial_number)),
        "property": names.of_device(home),
        "at": as_local(event.at),
        "late": late(event),
        "event_id": event.id,
        ATTR_DEVICE_ID: device.id if device else None,
    }


def _device(hass: HomeAssistant, entry: LaylaConfigEntry, kind: Kind, item_id: str | None) -> dr.DeviceEntry | None:
    identifier = device_identifier(kind, item_id or "")
    return dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)


def _place(variables: dict[str, Any]) -> str:
    return variables["unit"] or variables["property"] or "whole account"
