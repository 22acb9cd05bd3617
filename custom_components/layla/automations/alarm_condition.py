"""A condition: an alarm is active.

It asks the snapshot rather than the sensors of alarms, some of which are off by default and which units have only at
the full level of detail. What is not known is not active.
"""

from collections.abc import Iterator
from typing import Final, Unpack, cast, override

from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.helpers.typing import ConfigType
import probatio

from ..cloud.model import Device
from ..const import DOMAIN
from ..coordinator import LaylaConfigEntry
from ..registry.identity import Kind
from . import alarms, targets
from .targets import Item

_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_TARGET): targets.TARGET_WITH_ALARMS,
        probatio.Optional(CONF_OPTIONS, default=dict): {
            **alarms.SCHEMA,
            probatio.Optional(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): probatio.In([BEHAVIOR_ANY, BEHAVIOR_ALL]),
        },
    }
)


class AlarmIsActive(Condition):
    """Passes while an alarm is on in any place of the target, or in each of them."""

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        del hass
        return cast("ConfigType", _SCHEMA(config))

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take a checked configuration."""
        super().__init__(hass, config)
        options = config.options or {}
        self._target = config.target or {}
        self._kinds: list[str] = options[alarms.CONF_ALARM]
        self._all: bool = options[ATTR_BEHAVIOR] == BEHAVIOR_ALL

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        without = targets.excluded(self._hass, self._target)
        items = targets.chosen(self._hass, self._target) - without
        alarmed = set[Item]()
        for account_id, device in self._units():
            places = {(Kind.UNIT, device.id), (Kind.PROPERTY, device.property_id or ""), (Kind.ACCOUNT, account_id)}
            if places.isdisjoint(without) and self._is_alarmed(device):
                alarmed |= places
        return bool(items) and (items <= alarmed if self._all else not items.isdisjoint(alarmed))

    def _units(self) -> Iterator[tuple[str, Device]]:
        """Yield the units of which the cloud tells now, each with its account."""
        entries: list[LaylaConfigEntry] = self._hass.config_entries.async_loaded_entries(DOMAIN)
        for coordinator in (entry.runtime_data for entry in entries):
            if coordinator.last_update_success:
                yield from ((coordinator.account_id, device) for device in coordinator.data.devices.values())

    def _is_alarmed(self, device: Device) -> bool:
        return any(state.active and alarms.chosen(name, self._kinds) for name, state in device.alarms.items())
