"""Triggers of sensors: noise above a level for a time, a unit went offline.

They are Home Assistant's own entity triggers, with its options and its way of handling what is unavailable; only what
a target stands for is ours: see `sensors`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final, override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import ATTR_ENTITY_ID, CONF_OPTIONS, CONF_TARGET, STATE_OFF, Platform
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.selector import NumericThresholdType
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR,
    EntityNumericalStateCrossedThresholdTriggerBase,
    EntityTargetStateTriggerBase,
    EntityTriggerBase,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
import probatio

from ..cloud.catalogue import CONNECTIVITY
from . import names, targets
from .sensors import Sensors

CONF_LEVEL: Final = "level"
# Nothing is louder in air.
_LOUDEST: Final = 194
_NOISE: Final[Mapping[str, DomainSpec]] = {Platform.SENSOR: DomainSpec(device_class=SensorDeviceClass.SOUND_PRESSURE)}
_CONNECTION: Final[Mapping[str, DomainSpec]] = {
    Platform.BINARY_SENSOR: DomainSpec(device_class=BinarySensorDeviceClass.CONNECTIVITY)
}
_LOST: Final = {STATE_OFF}
_SCHEMA: Final = ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR.extend({probatio.Required(CONF_TARGET): targets.TARGET})


class SensorTrigger(EntityTriggerBase):
    """Watches the sensors of one kind that a target stands for."""

    _schema = _SCHEMA
    _primary_entities_only = False
    _sensors: ClassVar[Sensors]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return super().entity_filter(self._sensors.of(self._hass, self._target or {}, entities))

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        @callback
        def run(extra_trigger_payload: dict[str, Any], description: str, context: Context | None = None) -> Any:
            told = names.of_entity(self._hass, extra_trigger_payload[ATTR_ENTITY_ID])
            return run_action({**extra_trigger_payload, **told}, description, context)

        return await super().async_attach_runner(run, did_not_trigger)


class NoiseAbove(SensorTrigger, EntityNumericalStateCrossedThresholdTriggerBase):
    """Runs when noise rises above a level in dB, and stays there as long as asked."""

    _schema = _SCHEMA.extend(
        {
            probatio.Required(CONF_OPTIONS): {
                probatio.Required(CONF_LEVEL): probatio.All(
                    probatio.Coerce(float), probatio.Range(min=0, max=_LOUDEST)
                ),
            },
        }
    )
    _domain_specs = _NOISE
    _sensors = Sensors(Platform.SENSOR, "noise")

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take a checked configuration."""
        options = config.options or {}
        threshold = {"type": NumericThresholdType.ABOVE, "value": {"number": options[CONF_LEVEL]}}
        super().__init__(hass, replace(config, options={**options, "threshold": threshold}))


class WentOffline(SensorTrigger, EntityTargetStateTriggerBase):
    """Runs when the cloud loses its connection to a unit, and does not get it back for as long as asked."""

    _domain_specs = _CONNECTION
    _sensors = Sensors(Platform.BINARY_SENSOR, CONNECTIVITY.key)
    _to_states = _LOST
