"""Event entities: every start and every end of an alarm, of a unit and of a property with its units."""

from collections.abc import Collection, Iterator
from typing import Any, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .alarm_events import late
from .cloud import catalogue
from .cloud.catalogue import EVENT_TYPES, event_type
from .cloud.model import Device, Event, Property
from .coordinator import LaylaConfigEntry
from .entity import LaylaEntity, PropertyEntity, UnitEntity, add_for_properties, add_for_units
from .registry.identity import Kind

PARALLEL_UPDATES = 0

ALARM_EVENT: Final = EventEntityDescription(
    key=catalogue.ALARM_EVENT.key,
    translation_key=catalogue.ALARM_EVENT.key,
    event_types=list(EVENT_TYPES),
)


def of_unit(device: Device, registered_keys: Collection[str]) -> Iterator[EntityDescription]:
    """Describe the event entity of a unit: every unit has one."""
    del device, registered_keys
    yield ALARM_EVENT


def of_property(
    home: Property, units: Collection[Device], registered_keys: Collection[str]
) -> Iterator[EntityDescription]:
    """Describe the event entity of a property: every property has one."""
    del home, units, registered_keys
    yield ALARM_EVENT


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the alarm events of every unit and of every property."""
    del hass
    add_for_units(entry, async_add_entities, Platform.EVENT, of_unit, UnitAlarmEvent)
    add_for_properties(entry, async_add_entities, Platform.EVENT, of_property, PropertyAlarmEvent)


class AlarmEvent(LaylaEntity, EventEntity):
    """The latest start or end of an alarm; written when there is one, and when the entity comes or goes."""

    kind: Kind
    of_item_alone = True

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.alarm_events.listen(self.kind, self._item_id, self._show))

    @callback
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Stay: nothing here depends on the entity id. Home Assistant before 2026.11 does not ask."""

    @callback
    def _show(self, event: Event) -> None:
        self._trigger_event(event_type(event.alarm, event.phase), self._attributes(event))
        self.async_write_ha_state()

    def _attributes(self, event: Event) -> dict[str, Any]:
        return {
            "event_id": event.id,
            "alarm": event.alarm,
            "phase": event.phase.value,
            "at": event.at.isoformat(),
            "late": late(event),
        }


class UnitAlarmEvent(AlarmEvent, UnitEntity):
    """The alarm events of one unit."""

    kind = Kind.UNIT

    @property
    @override
    def shown(self) -> object:
        return self.device is None


class PropertyAlarmEvent(AlarmEvent, PropertyEntity):
    """The alarm events of a property: its own and those of its units."""

    kind = Kind.PROPERTY

    @property
    @override
    def shown(self) -> object:
        return self.home is None

    @override
    def _attributes(self, event: Event) -> dict[str, Any]:
        device = self.coordinator.data.devices.get(event.device_id or "")
        return {**super()._attributes(event), "unit": device.name or device.id if device else None}
