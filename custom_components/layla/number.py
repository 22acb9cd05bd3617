"""Numbers: the thresholds of a unit's alarms, and how long its eco mode waits without motion."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, override

from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.const import EntityCategory, Platform, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud.catalogue import MEASURES, alarm as alarm_row
from .cloud.commands import SetEcoTime
from .cloud.model import Device
from .coordinator import LaylaConfigEntry
from .entity import add_for_units, nothing_of_property
from .settings.alarms import THRESHOLD
from .settings.entity import UnitSetting
from .settings.offered import offered
from .settings.setting import Setting, SettingDescription

# Commands of one account wait for each other: a scene that sets twenty thresholds must not come as a burst.
PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class NumberDescription(SettingDescription[Device, float], NumberEntityDescription):
    """A number that shows and changes a setting."""


@lru_cache(maxsize=256)
def _of_alarm(alarm: str) -> NumberDescription:
    """Describe an alarm's threshold, in the unit of its measure where it has one."""
    row = alarm_row(alarm)
    measure = MEASURES[row.measure] if row.measure else None
    return NumberDescription(
        **THRESHOLD.named(alarm),
        device_class=NumberDeviceClass(measure.device_class) if measure and measure.device_class else None,
        native_unit_of_measurement=measure.unit if measure else None,
        native_min_value=row.lowest,
        native_max_value=row.highest,
        native_step=row.step,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=row.enabled_by_default,
        setting=THRESHOLD.of(alarm),
    )


ECO_TIME: Final = NumberDescription(
    key="eco_time",
    translation_key="eco_time",
    device_class=NumberDeviceClass.DURATION,
    native_unit_of_measurement=UnitOfTime.SECONDS,
    native_min_value=0,
    native_max_value=86_400,
    native_step=1,
    mode=NumberMode.BOX,
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
    setting=Setting(
        command=SetEcoTime,
        told=lambda device: None if device.eco_seconds is None else float(device.eco_seconds),
        asked=lambda device_id, seconds: SetEcoTime(device_id=device_id, seconds=round(seconds)),
    ),
)


def of_unit(device: Device, registered_keys: Collection[str]) -> Iterator[NumberDescription]:
    """Describe the numbers of a unit: those of which the cloud tells, or told before (L25)."""
    for alarm in THRESHOLD.alarms(device, registered_keys):
        yield _of_alarm(alarm)
    if device.eco_seconds is not None or ECO_TIME.key in registered_keys:
        yield ECO_TIME


of_property = nothing_of_property


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the numbers of units that the account lets us change."""
    del hass
    add_for_units(entry, async_add_entities, Platform.NUMBER, offered(entry.runtime_data, of_unit), UnitNumber)


class UnitNumber(UnitSetting[float], NumberEntity):
    """A setting of a unit that is a number."""

    entity_description: NumberDescription

    @property
    @override
    def native_value(self) -> float | None:
        return self.held_or_told

    @override
    async def async_set_native_value(self, value: float) -> None:
        await self.ask(value)
