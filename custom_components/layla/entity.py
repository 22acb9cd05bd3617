"""What all entities share: identity, availability, and writing a state only when something changed."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .cloud.model import Device, Property, Snapshot
from .coordinator import LaylaConfigEntry, LaylaCoordinator
from .identity import Kind, device_identifier, split, unique_id


class LaylaEntity(CoordinatorEntity[LaylaCoordinator]):
    """An entity that shows one piece of the snapshot."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: LaylaCoordinator, kind: Kind, item_id: str, description: EntityDescription) -> None:
        """Name the entity for life; the device is registered before."""
        super().__init__(coordinator)
        self.entity_description = description
        self._item_id = item_id
        self._attr_unique_id = unique_id(kind, item_id, description.key)
        self._attr_device_info = DeviceInfo(identifiers={device_identifier(kind, item_id)})
        self._written = (coordinator.last_update_success, self.shown)

    @property
    @abstractmethod
    def shown(self) -> object:
        """The piece of the snapshot that the state is made of; equal means nothing to write."""

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        now = (self.coordinator.last_update_success, self.shown)
        if now != self._written:
            self._written = now
            self.async_write_ha_state()


class UnitEntity(LaylaEntity):
    """An entity of one unit. Units that did not change are the same object, so comparing is cheap."""

    def __init__(self, coordinator: LaylaCoordinator, device_id: str, description: EntityDescription) -> None:
        """Belong to the unit."""
        super().__init__(coordinator, Kind.UNIT, device_id, description)

    @property
    def device(self) -> Device | None:
        """The unit as last seen in a reply; None while the cloud does not list it."""
        return self.coordinator.data.devices.get(self._item_id)

    @property
    @override
    def shown(self) -> object:
        return self.device

    @property
    @override
    def available(self) -> bool:
        return super().available and self.device is not None


class PropertyEntity(LaylaEntity):
    """An entity of one property."""

    def __init__(self, coordinator: LaylaCoordinator, property_id: str, description: EntityDescription) -> None:
        """Belong to the property."""
        super().__init__(coordinator, Kind.PROPERTY, property_id, description)

    @property
    def home(self) -> Property | None:
        """The property; None while the cloud does not list it."""
        return self.coordinator.data.properties.get(self._item_id)

    @property
    @override
    def available(self) -> bool:
        return super().available and self.home is not None


@callback
def add_as_they_come[Item: (Device, Property)](
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    items: Callable[[Snapshot], Iterable[Item]],
    entities_of: Callable[[Item], Iterable[LaylaEntity]],
) -> None:
    """Add the entities of every item now, and those of new or changed items after each refresh."""
    coordinator = entry.runtime_data
    looked_at: dict[str, Item] = {}
    added: set[str | None] = set()

    def fresh() -> Iterator[LaylaEntity]:
        for item in items(coordinator.data):
            if item is looked_at.get(item.id):
                continue
            looked_at[item.id] = item
            for entity in entities_of(item):
                if entity.unique_id not in added:
                    added.add(entity.unique_id)
                    yield entity

    @callback
    def add() -> None:
        if entities := list(fresh()):
            async_add_entities(entities)

    add()
    entry.async_on_unload(coordinator.async_add_listener(add))


def registered_keys(hass: HomeAssistant, entry: LaylaConfigEntry, platform: str) -> dict[str, set[str]]:
    """Return the keys of every unit's entities that an earlier run registered (L25)."""
    keys: dict[str, set[str]] = {}
    for registered in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        if registered.domain == platform and (found := split(Kind.UNIT, registered.unique_id)):
            keys.setdefault(found[0], set()).add(found[1])
    return keys
