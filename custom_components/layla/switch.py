"""Switches: which alarms of a unit are armed and have quiet hours, whether it works, and what a property has armed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, get_args, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud.catalogue import alarm as alarm_row
from .cloud.commands import ArmPropertyAlarm, EnableUnit, SetEcoMode
from .cloud.layla.vocabulary import PropertyAlarm
from .cloud.model import Device, Property
from .coordinator import LaylaConfigEntry
from .entity import add_for_properties, add_for_units
from .settings.alarms import ARMED, QUIET_HOURS, AlarmSetting
from .settings.entity import PropertySetting, SettingEntity, UnitSetting
from .settings.setting import Setting, SettingDescription

# Commands of one account wait for each other: a scene that arms twenty alarms must not come as a burst.
PARALLEL_UPDATES = 1

PROPERTY_ALARMS: Final = get_args(PropertyAlarm.__value__)


@dataclass(frozen=True, kw_only=True)
class SwitchDescription[Item: (Device, Property)](SettingDescription[Item, bool], SwitchEntityDescription):
    """A switch that shows and changes a setting."""


@lru_cache(maxsize=256)
def _of_alarm(setting: AlarmSetting[bool], alarm: str) -> SwitchDescription[Device]:
    return SwitchDescription(
        **setting.named(alarm),
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=setting is ARMED and alarm_row(alarm).enabled_by_default,
        setting=setting.of(alarm),
    )


def _of_property(alarm: str) -> SwitchDescription[Property]:
    return SwitchDescription(
        **ARMED.named(alarm),
        # Who switches everything in a house off, by voice or by its area, must not disarm its alarms.
        entity_category=EntityCategory.CONFIG,
        setting=Setting(
            command=ArmPropertyAlarm,
            told=lambda place: None if place.enabled_alarms is None else alarm in place.enabled_alarms,
            asked=lambda property_id, armed: ArmPropertyAlarm(property_id=property_id, alarm=alarm, armed=armed),
        ),
    )


# A unit that is not enabled measures nothing: nobody should stumble over its switch.
ENABLED: Final = SwitchDescription[Device](
    key="enabled",
    translation_key="enabled",
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
    setting=Setting(
        command=EnableUnit,
        told=lambda device: device.enabled,
        asked=lambda device_id, enabled: EnableUnit(device_id=device_id, enabled=enabled),
    ),
)
ECO_MODE: Final = SwitchDescription[Property](
    key="eco_mode",
    translation_key="eco_mode",
    setting=Setting(
        command=SetEcoMode,
        told=lambda place: place.eco,
        asked=lambda property_id, on: SetEcoMode(property_id=property_id, on=on),
    ),
)
OF_PROPERTY: Final = (*map(_of_property, PROPERTY_ALARMS), ECO_MODE)


def of_unit(device: Device, registered_keys: Collection[str]) -> Iterator[SwitchDescription[Device]]:
    """Describe the switches of a unit: of each alarm that has the setting, or had it before (L25)."""
    for setting in (ARMED, QUIET_HOURS):
        for alarm in setting.alarms(device, registered_keys):
            yield _of_alarm(setting, alarm)
    yield ENABLED


def of_property(
    home: Property, units: Sequence[Device], registered_keys: Collection[str]
) -> Iterator[SwitchDescription[Property]]:
    """Describe the switches of a property: those of which the cloud tells, or told before (L21)."""
    del units
    for description in OF_PROPERTY:
        if description.key in registered_keys or description.setting.told(home) is not None:
            yield description


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switches of units and of properties."""
    del hass
    add_for_units(entry, async_add_entities, Platform.SWITCH, of_unit, UnitSwitch)
    add_for_properties(entry, async_add_entities, Platform.SWITCH, of_property, PropertySwitch)


class SettingSwitch[Item: (Device, Property)](SettingEntity[Item, bool], SwitchEntity):
    """A setting that is on or off."""

    entity_description: SwitchDescription[Item]

    @property
    @override
    def is_on(self) -> bool | None:
        return self.held_or_told

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.ask(value=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.ask(value=False)


class UnitSwitch(SettingSwitch[Device], UnitSetting[bool]):
    """A setting of a unit that is on or off."""

    entity_description: SwitchDescription[Device]


class PropertySwitch(SettingSwitch[Property], PropertySetting[bool]):
    """A setting of a property that is on or off."""

    entity_description: SwitchDescription[Property]
