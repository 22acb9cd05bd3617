"""Sensors: the readings of a unit, and when the cloud last heard of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud.catalogue import MEASURES, Measure
from .cloud.model import Device
from .coordinator import LaylaConfigEntry
from .entity import UnitEntity, add_as_they_come, registered_keys

PARALLEL_UPDATES = 0


def _class(measure: Measure) -> SensorDeviceClass | None:
    return SensorDeviceClass(measure.device_class) if measure.device_class else None


def _category(measure: Measure) -> EntityCategory | None:
    return EntityCategory(measure.category) if measure.category else None


def _description(measure: Measure) -> SensorEntityDescription:
    return SensorEntityDescription(
        key=measure.key,
        translation_key=measure.key,
        device_class=_class(measure),
        native_unit_of_measurement=measure.unit,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=_category(measure),
        entity_registry_enabled_default=measure.enabled_by_default,
        suggested_display_precision=measure.precision,
    )


READINGS = {key: _description(measure) for key, measure in MEASURES.items()}
LAST_SEEN = SensorEntityDescription(
    key="last_seen",
    translation_key="last_seen",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of every unit: a measure's once it had a value, and for good (L25)."""
    registered = registered_keys(hass, entry, Platform.SENSOR)

    def sensors(device: Device) -> Iterator[UnitEntity]:
        yield LastSeen(entry.runtime_data, device.id, LAST_SEEN)
        known = registered.get(device.id, set())
        for key, description in READINGS.items():
            reading = device.readings.get(key)
            if key in known or (reading and reading.value is not None):
                yield ReadingSensor(entry.runtime_data, device.id, description)

    add_as_they_come(entry, async_add_entities, lambda data: data.devices.values(), sensors)


class ReadingSensor(UnitEntity, SensorEntity):
    """The latest value of one measure; an offline unit shows none."""

    @property
    @override
    def available(self) -> bool:
        return super().available and self.device is not None and self.device.online is not False

    @property
    @override
    def native_value(self) -> float | None:
        reading = self.device and self.device.readings.get(self.entity_description.key)
        return reading.value if reading else None


class LastSeen(UnitEntity, SensorEntity):
    """When the cloud last heard of the unit; the one thing that an offline unit still tells."""

    @property
    @override
    def shown(self) -> object:
        return (self.device is None, self.native_value)

    @property
    @override
    def native_value(self) -> datetime | None:
        return self.coordinator.data.last_seen.get(self._item_id)
