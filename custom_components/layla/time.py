"""Times: when the quiet hours of a unit's alarms begin and end, by the clock of its property."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import override

from homeassistant.components.time import TimeEntity, TimeEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud.model import Device
from .coordinator import LaylaConfigEntry
from .entity import add_for_units, nothing_of_property
from .settings.alarms import QUIET_HOURS_END, QUIET_HOURS_START, AlarmSetting
from .settings.entity import UnitSetting
from .settings.setting import SettingDescription

# Commands of one account wait for each other: a scene that sets twenty times must not come as a burst.
PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class TimeDescription(SettingDescription[Device, time], TimeEntityDescription):
    """A time of day that shows and changes a setting."""


@lru_cache(maxsize=256)
def _of_alarm(setting: AlarmSetting[time], alarm: str) -> TimeDescription:
    return TimeDescription(
        **setting.named(alarm),
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        setting=setting.of(alarm),
    )


def of_unit(device: Device, registered_keys: Collection[str]) -> Iterator[TimeDescription]:
    """Describe the times of a unit: of each alarm that has quiet hours, or had them before (L25)."""
    for setting in (QUIET_HOURS_START, QUIET_HOURS_END):
        for alarm in setting.alarms(device, registered_keys):
            yield _of_alarm(setting, alarm)


of_property = nothing_of_property


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the times of units."""
    del hass
    add_for_units(entry, async_add_entities, Platform.TIME, of_unit, UnitTime)


class UnitTime(UnitSetting[time], TimeEntity):
    """A setting of a unit that is a time of day, to the minute."""

    entity_description: TimeDescription

    @property
    @override
    def native_value(self) -> time | None:
        return self.held_or_told

    @override
    async def async_set_value(self, value: time) -> None:
        await self.ask(value.replace(second=0, microsecond=0))
