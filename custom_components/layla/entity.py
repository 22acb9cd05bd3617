"""What all entities share: identity, availability, and writing a state only when something changed."""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar, Protocol, override

from homeassistant.core import Event, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import (
    AddConfigEntryEntitiesCallback,
    EntityPlatform,
    async_get_current_platform,
)
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .cloud.model import Device, Property
from .const import DOMAIN
from .coordinator import LaylaConfigEntry, LaylaCoordinator
from .homes import Home
from .registry.identity import Kind, device_identifier, unique_id


class LaylaEntity(CoordinatorEntity[LaylaCoordinator]):
    """An entity that shows one piece of the snapshot."""

    _attr_has_entity_name = True
    of_item_alone: ClassVar = False
    """Whether the state is made of the unit or property in the snapshot alone: then only a change of that matters."""

    def __init__(self, coordinator: LaylaCoordinator, kind: Kind, item_id: str, description: EntityDescription) -> None:
        """Name the entity for life; the device is registered before."""
        super().__init__(coordinator, device_identifier(kind, item_id) if self.of_item_alone else None)
        self.entity_description = description
        self._item_id = item_id
        self._attr_unique_id = unique_id(kind, item_id, description.key)
        self.device_identifier = device_identifier(kind, item_id)
        self._attr_device_info = DeviceInfo(identifiers={self.device_identifier})
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
    def home(self) -> Home | None:
        """The property with its units; None while the cloud does not list it."""
        return self.coordinator.homes.get(self._item_id)

    @property
    @override
    def available(self) -> bool:
        return super().available and self.home is not None


class AccountEntity(LaylaEntity):
    """An entity of the account itself."""

    def __init__(self, coordinator: LaylaCoordinator, description: EntityDescription) -> None:
        """Belong to the account."""
        super().__init__(coordinator, Kind.ACCOUNT, coordinator.account_id, description)


class Listed(Protocol):
    """What entities are added for: the same object as before while nothing of it changed."""

    @property
    def id(self) -> str:
        """Its id, which no other one of its kind has."""


type _Candidate = tuple[tuple[str, str], str | None, Callable[[], LaylaEntity]]
"""The device of an entity, what tells the entity from others of the device, and how to make it."""


class _Additions[Item: Listed]:
    """What a platform has added, so that each entity is added once for as long as its device is registered."""

    def __init__(self, entry_id: str, candidates: Callable[[Item], Iterable[_Candidate]]) -> None:
        """Have added nothing yet."""
        self._entry_id = entry_id
        self._candidates: Callable[[Item], Iterable[_Candidate]] = candidates
        self._looked_at: dict[str, Item] = {}
        self._added: defaultdict[tuple[str, str], set[str | None]] = defaultdict(set)

    def fresh(self, items: Iterable[Item]) -> Iterator[LaylaEntity]:
        """Make the entities that new and changed items have and that were not added before."""
        for item in items:
            if item is self._looked_at.get(item.id):
                continue
            self._looked_at[item.id] = item
            for device, key, make in self._candidates(item):
                added = self._added[device]
                if key not in added:
                    added.add(key)
                    yield make()

    @callback
    def forget(self, event: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
        """Let the entities of a device that is removed come again with it."""
        if event.data["action"] != "remove" or event.data["device"]["config_entry_id"] != self._entry_id:
            return
        self._looked_at.clear()
        for identifier in event.data["device"]["identifiers"]:
            self._added.pop(identifier, None)


@callback
def add_for_units[Description: EntityDescription](
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    platform: str,
    describe: Callable[[Device, Collection[str]], Iterable[Description]],
    entity: Callable[[LaylaCoordinator, str, Description], LaylaEntity],
) -> None:
    """Add what a platform describes of every unit that has entities of its own."""
    coordinator = entry.runtime_data
    known = registered_keys(entry, platform)

    def candidates(device: Device) -> Iterator[_Candidate]:
        identifier = device_identifier(Kind.UNIT, device.id)
        for description in describe(device, known.get(device.id, set())):
            yield identifier, description.key, partial(entity, coordinator, device.id, description)

    _add(entry, async_add_entities, coordinator.full_units, candidates)


def nothing_of_property(
    home: Property, units: Sequence[Device], registered: Collection[str]
) -> Iterator[EntityDescription]:
    """Describe nothing: the platform has entities of units alone."""
    del home, units, registered
    yield from ()


@callback
def add_for_properties[Description: EntityDescription](
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    platform: str,
    describe: Callable[[Property, Sequence[Device], Collection[str]], Iterable[Description]],
    entity: Callable[[LaylaCoordinator, str, Description], LaylaEntity],
) -> None:
    """Add what a platform describes of every property itself, whatever its level of detail."""
    coordinator = entry.runtime_data
    known = registered_keys(entry, platform, Kind.PROPERTY)

    def candidates(home: Home) -> Iterator[_Candidate]:
        identifier = device_identifier(Kind.PROPERTY, home.id)
        for description in describe(home.place, home.units, known.get(home.id, set())):
            yield identifier, description.key, partial(entity, coordinator, home.id, description)

    def homes() -> Iterable[Home]:
        return coordinator.homes.values()  # every refresh has others

    _add(entry, async_add_entities, homes, candidates)


@callback
def add_as_they_come[Item: Listed](
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    items: Callable[[], Iterable[Item]],
    entities_of: Callable[[Item], Iterable[LaylaEntity]],
) -> None:
    """Add the entities of every item now, and those of new or changed items after each refresh.

    For units, `items` are the coordinator's `full_units()`: a unit that only its property shows has no entities.
    """

    def candidates(item: Item) -> Iterator[_Candidate]:
        for found in entities_of(item):
            yield found.device_identifier, found.unique_id, partial(_itself, found)

    _add(entry, async_add_entities, items, candidates)


def _itself(entity: LaylaEntity) -> LaylaEntity:
    return entity


@callback
def _add[Item: Listed](
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    items: Callable[[], Iterable[Item]],
    candidates: Callable[[Item], Iterable[_Candidate]],
) -> None:
    coordinator = entry.runtime_data
    platform = async_get_current_platform()
    additions = _Additions(entry.entry_id, candidates)

    @callback
    def fresh() -> list[LaylaEntity]:
        entities = list(additions.fresh(items()))
        coordinator.areas.set_aside(_devices_of_new(entities, platform))
        return entities

    async def add_more(entities: list[LaylaEntity]) -> None:
        with coordinator.areas.held():
            await platform.async_add_entities(entities)

    @callback
    def add() -> None:
        if entities := fresh():
            _ = entry.async_create_task(platform.hass, add_more(entities), "add entities")

    async_add_entities(fresh())
    entry.async_on_unload(coordinator.async_add_listener(add))
    entry.async_on_unload(platform.hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, additions.forget))


def _devices_of_new(entities: Iterable[LaylaEntity], platform: EntityPlatform) -> set[tuple[str, str]]:
    """Return the devices of entities that are about to get an id."""
    registry = er.async_get(platform.hass)
    return {
        entity.device_identifier
        for entity in entities
        if not registry.async_get_entity_id(platform.domain, DOMAIN, entity.unique_id or "")
    }


def registered_keys(entry: LaylaConfigEntry, platform: str, of: Kind = Kind.UNIT) -> Mapping[str, set[str]]:
    """Return the keys of every item's entities that an earlier run registered (L25)."""
    return entry.runtime_data.known_keys.get((platform, of), {})
