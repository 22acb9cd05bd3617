"""Binary sensors: every alarm of a unit, its connection, and both for a whole property."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .aggregate import AggregateEntity, active_alarms, all_online, any_alarm, offline
from .air_conditioning.entity import AcEntity
from .cloud import catalogue
from .cloud.catalogue import ALARMS, Trait, alarm as alarm_row
from .cloud.model import AlarmState, Device, Property
from .coordinator import LaylaConfigEntry, LaylaCoordinator
from .entity import UnitEntity, add_for_properties, add_for_units

PARALLEL_UPDATES = 0


def _description(key: str) -> BinarySensorEntityDescription:
    """Describe an alarm; one that we have no translation for is named from its key."""
    row = alarm_row(key)
    known = key in ALARMS
    return BinarySensorEntityDescription(
        key=key,
        translation_key=key if known else "unknown_alarm",
        translation_placeholders=None if known else {"alarm": row.name},
        device_class=BinarySensorDeviceClass(row.device_class),
        entity_registry_enabled_default=row.enabled_by_default,
    )


def _of_trait(row: Trait, translation_key: str | None) -> BinarySensorEntityDescription:
    return BinarySensorEntityDescription(
        key=row.key,
        translation_key=translation_key,
        device_class=BinarySensorDeviceClass(row.device_class) if row.device_class else None,
        entity_category=EntityCategory(row.category) if row.category else None,
        entity_registry_enabled_default=row.enabled_by_default,
    )


ALARM_SENSORS = {key: _description(key) for key in ALARMS}
# Named by its device class.
CONNECTIVITY = _of_trait(catalogue.CONNECTIVITY, None)
# Of an air conditioner; named by its device class.
RUNNING = BinarySensorEntityDescription(key="running", device_class=BinarySensorDeviceClass.RUNNING)
ANY_ALARM = _of_trait(catalogue.ANY_ALARM, "any_alarm")
ALL_ONLINE = _of_trait(catalogue.CONNECTIVITY, "all_online")


def of_unit(device: Device, registered_keys: Collection[str]) -> Iterator[BinarySensorEntityDescription]:
    """Describe connectivity and alarms of a unit, also those that it had before (L35).

    The partner API tells of no connection, so there connectivity is only what it was before a change of the way in.
    """
    if device.online is not None or CONNECTIVITY.key in registered_keys:
        yield CONNECTIVITY
    if (device.drives_ac and "power" in device.readings) or RUNNING.key in registered_keys:
        yield RUNNING
    for key in sorted({*device.alarms, *registered_keys} - _UNIT_SENSORS.keys()):
        yield ALARM_SENSORS.get(key) or _description(key)


def of_property(
    home: Property, units: Sequence[Device], registered_keys: Collection[str]
) -> Iterator[BinarySensorEntityDescription]:
    """Describe what every property has, and connectivity where any unit tells of it, or did before."""
    del home
    yield ANY_ALARM
    if ALL_ONLINE.key in registered_keys or any(unit.online is not None for unit in units):
        yield ALL_ONLINE


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up connectivity and alarms of units, and what sums them up for a property."""
    del hass
    add_for_units(entry, async_add_entities, Platform.BINARY_SENSOR, of_unit, _unit_sensor)
    add_for_properties(entry, async_add_entities, Platform.BINARY_SENSOR, of_property, _property_sensor)


def _unit_sensor(
    coordinator: LaylaCoordinator, device_id: str, description: BinarySensorEntityDescription
) -> UnitEntity:
    kind = _UNIT_SENSORS.get(description.key, AlarmSensor)
    return kind(coordinator, device_id, description)


def _property_sensor(
    coordinator: LaylaCoordinator, property_id: str, description: BinarySensorEntityDescription
) -> AggregateEntity:
    kind = AnyAlarm if description is ANY_ALARM else AllOnline
    return kind(coordinator, property_id, description)


class Connectivity(UnitEntity, BinarySensorEntity):
    """Whether the cloud has a connection to the unit."""

    of_item_alone = True

    @property
    @override
    def shown(self) -> object:
        return (self.device is None, self.is_on)

    @property
    @override
    def is_on(self) -> bool | None:
        return self.device.online if self.device else None


class Running(AcEntity, BinarySensorEntity):
    """Whether the air conditioner runs, by the power that the unit measures: two readings that say the same."""

    @property
    @override
    def shown(self) -> object:
        return (self.available, self.is_on)

    @property
    @override
    def available(self) -> bool:
        return super().available and self.measures_power and self.device is not None and self.device.online is not False

    @property
    @override
    def is_on(self) -> bool | None:
        return self.truth.running


_UNIT_SENSORS: Mapping[str, type[UnitEntity]] = {CONNECTIVITY.key: Connectivity, RUNNING.key: Running}


class AlarmSensor(UnitEntity, BinarySensorEntity):
    """One alarm of a unit."""

    of_item_alone = True

    @property
    @override
    def shown(self) -> object:
        return (self.available, self._alarm)

    @property
    def _alarm(self) -> AlarmState | None:
        return self.device.alarms.get(self.entity_description.key) if self.device else None

    @property
    @override
    def available(self) -> bool:
        """Stay available with an alarm that is on: what burns goes offline, and must not go quiet."""
        reachable = self.device is not None and self.device.online is not False
        return super().available and (reachable or self.is_on is True)

    @property
    @override
    def is_on(self) -> bool | None:
        return self._alarm.active if self._alarm else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        alarm = self._alarm
        if alarm is None:
            return None
        return {"since": alarm.since, "snoozed": alarm.snoozed, "armed": alarm.armed}


class AnyAlarm(AggregateEntity, BinarySensorEntity):
    """Whether any unit of a property has an alarm, and which; unknown while that cannot be told."""

    @property
    @override
    def shown(self) -> object:
        return (self.home is None, self.is_on, active_alarms(self.units))

    @property
    @override
    def is_on(self) -> bool | None:
        return any_alarm(self.units)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        active = active_alarms(self.units)
        return {"alarms": [{"unit": unit, "alarm": key, "since": alarm.since} for unit, key, alarm in active]}


class AllOnline(AggregateEntity, BinarySensorEntity):
    """Whether the cloud has a connection to every unit of a property, and to which it has none."""

    @property
    @override
    def shown(self) -> object:
        return (self.home is None, self.is_on, offline(self.units))

    @property
    @override
    def is_on(self) -> bool | None:
        return all_online(self.units)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        return {"offline_units": offline(self.units)}
