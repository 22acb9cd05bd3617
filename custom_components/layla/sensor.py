"""Sensors: the readings of a unit, when the cloud last heard of it, and what a property's units measure together."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
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

from .aggregate import AggregateEntity, ever_had, values
from .cloud import catalogue
from .cloud.catalogue import MEASUREMENT, MEASURES, SUMS, Measure, Sum, Trait
from .cloud.model import Device, Property
from .coordinator import LaylaConfigEntry, LaylaCoordinator
from .entity import UnitEntity, add_for_properties, add_for_units
from .figures import described, sensors as figures
from .history import progress

PARALLEL_UPDATES = 0


def _class(row: Measure | Trait) -> SensorDeviceClass | None:
    return SensorDeviceClass(row.device_class) if row.device_class else None


def _category(row: Measure | Trait) -> EntityCategory | None:
    return EntityCategory(row.category) if row.category else None


def _description(measure: Measure) -> SensorEntityDescription:
    return SensorEntityDescription(
        key=measure.key,
        translation_key=measure.key,
        device_class=_class(measure),
        native_unit_of_measurement=measure.unit,
        state_class=SensorStateClass(MEASUREMENT),
        entity_category=_category(measure),
        entity_registry_enabled_default=measure.enabled_by_default,
        suggested_display_precision=measure.precision,
    )


READINGS = {key: _description(measure) for key, measure in MEASURES.items()}
LAST_SEEN = SensorEntityDescription(
    key=catalogue.LAST_SEEN.key,
    translation_key=catalogue.LAST_SEEN.key,
    device_class=_class(catalogue.LAST_SEEN),
    entity_category=_category(catalogue.LAST_SEEN),
    entity_registry_enabled_default=catalogue.LAST_SEEN.enabled_by_default,
)


@dataclass(frozen=True, kw_only=True)
class AggregateDescription(SensorEntityDescription):
    """A sensor of a property: a measure, and how the values of its units become one."""

    measure: str
    together: Callable[[list[float]], float]


def _aggregate(row: Sum) -> AggregateDescription:
    reading = READINGS[row.measure]
    return AggregateDescription(
        key=row.key,
        translation_key=row.key,
        device_class=reading.device_class,
        native_unit_of_measurement=reading.native_unit_of_measurement,
        state_class=reading.state_class,
        suggested_display_precision=reading.suggested_display_precision,
        measure=row.measure,
        together=row.together,
    )


AGGREGATES = tuple(map(_aggregate, SUMS.values()))


def of_unit(device: Device, registered_keys: Collection[str]) -> Iterator[SensorEntityDescription]:
    """Describe the sensors of a unit: a measure's once it had a value, and for good (L25)."""
    yield LAST_SEEN
    for key, description in READINGS.items():
        if key in registered_keys or ever_had((device,), key):
            yield description


def of_property(
    home: Property, units: Sequence[Device], registered_keys: Collection[str]
) -> Iterator[SensorEntityDescription]:
    """Describe the sensors of a property: what its units measure, and its figures."""
    yield from aggregates(home, units, registered_keys)
    yield from described.of_property(units, registered_keys)


def aggregates(
    home: Property, units: Sequence[Device], registered_keys: Collection[str]
) -> Iterator[AggregateDescription]:
    """Describe the sums of a property: once one of its units had a value, and for good (L25)."""
    del home
    for description in AGGREGATES:
        if description.key in registered_keys or ever_had(units, description.measure):
            yield description


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of units, of properties and of the account."""
    del hass
    add_for_units(entry, async_add_entities, Platform.SENSOR, of_unit, _unit_sensor)
    add_for_properties(entry, async_add_entities, Platform.SENSOR, aggregates, AggregateSensor)
    figures.add(entry, async_add_entities)
    progress.add(entry, async_add_entities)


def _unit_sensor(coordinator: LaylaCoordinator, device_id: str, description: SensorEntityDescription) -> UnitEntity:
    kind = LastSeen if description is LAST_SEEN else ReadingSensor
    return kind(coordinator, device_id, description)


class ReadingSensor(UnitEntity, SensorEntity):
    """The latest value of one measure; an offline unit shows none."""

    of_item_alone = True

    @property
    @override
    def shown(self) -> object:
        return (self.available, self.native_value)

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


class AggregateSensor(AggregateEntity, SensorEntity):
    """What the units of a property measure together; unknown while none of them tells."""

    entity_description: AggregateDescription

    @property
    @override
    def shown(self) -> object:
        return (self.home is None, self.native_value)

    @property
    @override
    def native_value(self) -> float | None:
        found = values(self.units, self.entity_description.measure)
        return self.entity_description.together(found) if found else None
