"""Binary sensors: every alarm of a unit, its connection, and any alarm of a property."""

from collections.abc import Iterator, Mapping
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud.catalogue import ALARMS, alarm as alarm_row
from .cloud.model import AlarmState, Device, Property
from .coordinator import LaylaConfigEntry
from .entity import PropertyEntity, UnitEntity, add_as_they_come, registered_keys

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


CONNECTIVITY = BinarySensorEntityDescription(
    key="connectivity",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
ANY_ALARM = BinarySensorEntityDescription(
    key="any_alarm",
    translation_key="any_alarm",
    device_class=BinarySensorDeviceClass.PROBLEM,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up connectivity and alarms of every unit, and one sensor per property (L35)."""
    registered = registered_keys(hass, entry, Platform.BINARY_SENSOR)

    def of_unit(device: Device) -> Iterator[UnitEntity]:
        yield Connectivity(entry.runtime_data, device.id, CONNECTIVITY)
        known = registered.get(device.id, set()) - {CONNECTIVITY.key}
        for key in sorted(device.alarms.keys() | known):
            yield AlarmSensor(entry.runtime_data, device.id, _description(key))

    def of_property(home: Property) -> Iterator[PropertyEntity]:
        yield AnyAlarm(entry.runtime_data, home.id, ANY_ALARM)

    add_as_they_come(entry, async_add_entities, lambda data: data.devices.values(), of_unit)
    add_as_they_come(entry, async_add_entities, lambda data: data.properties.values(), of_property)


class Connectivity(UnitEntity, BinarySensorEntity):
    """Whether the cloud has a connection to the unit."""

    @property
    @override
    def is_on(self) -> bool | None:
        return self.device.online if self.device else None


class AlarmSensor(UnitEntity, BinarySensorEntity):
    """One alarm of a unit."""

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


class AnyAlarm(PropertyEntity, BinarySensorEntity):
    """Whether any unit of a property has an alarm, and which; unknown while that cannot be told."""

    @property
    @override
    def shown(self) -> object:
        return (self.home is None, self._active or self._told)

    @property
    def _units(self) -> tuple[Device, ...]:
        return self.coordinator.units_by_property.get(self._item_id, ())

    @property
    def _told(self) -> bool:
        """Whether some unit is reachable, and the cloud says of all such units which alarms are active."""
        reachable = [device for device in self._units if device.online is not False]
        return bool(reachable) and all(
            alarm.active is not None for device in reachable for alarm in device.alarms.values()
        )

    @property
    def _active(self) -> list[tuple[str, str, AlarmState]]:
        return [
            (device.name or device.id, key, alarm)
            for device in self._units
            for key, alarm in device.alarms.items()
            if alarm.active
        ]

    @property
    @override
    def is_on(self) -> bool | None:
        if self._active:
            return True
        return False if self._told else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        return {"alarms": [{"unit": unit, "alarm": key, "since": alarm.since} for unit, key, alarm in self._active]}
