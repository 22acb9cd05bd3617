"""Buttons that mark notifications as seen: all of the account, or those of one property."""

from abc import abstractmethod
from collections.abc import Collection, Iterator, Sequence
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..asking import execute
from ..cloud.commands import Command, MarkAllSeen, MarkSeen
from ..cloud.figures import Unread
from ..cloud.model import Device, Property
from ..coordinator import LaylaConfigEntry, LaylaCoordinator
from ..entity import AccountEntity, LaylaEntity, PropertyEntity, add_for_properties
from .described import MARK_ALL_SEEN, MARK_SEEN, marks_seen


@callback
def add(entry: LaylaConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback) -> None:
    """Add the buttons where the account's API has what they need."""
    if not marks_seen(entry.data):
        return
    async_add_entities([MarkAllSeenButton(entry.runtime_data)])
    add_for_properties(entry, async_add_entities, "button", _of_property, _property_button)


def _of_property(
    home: Property, units: Sequence[Device], registered: Collection[str]
) -> Iterator[ButtonEntityDescription]:
    del home, units, registered
    yield MARK_SEEN


def _property_button(
    coordinator: LaylaCoordinator, property_id: str, description: ButtonEntityDescription
) -> MarkSeenButton:
    return MarkSeenButton(coordinator, property_id, description)


class SeenButton(LaylaEntity, ButtonEntity):
    """Marks notifications as seen, and counts them out at once."""

    @property
    @abstractmethod
    def command(self) -> Command:
        """What a press does."""

    @abstractmethod
    def left(self, unread: Unread) -> Unread:
        """Return what is unread after a press."""

    @property
    @override
    def available(self) -> bool:
        """Go away where the cloud turns out not to have it; without any unit there is none to ask about."""
        unit = next(iter(self.coordinator.data.devices.values()), None)
        can = unit is None or type(self.command).__name__ in self.coordinator.account.capabilities(unit)
        return super().available and can

    @override
    async def async_press(self) -> None:
        await execute(self.coordinator, self.command)
        self.coordinator.figures.marked(self.left)


class MarkAllSeenButton(SeenButton, AccountEntity):
    """Marks all notifications of the account as seen."""

    def __init__(self, coordinator: LaylaCoordinator) -> None:
        """Belong to the account."""
        super().__init__(coordinator, MARK_ALL_SEEN)

    @property
    @override
    def shown(self) -> object:
        return self.available

    @property
    @override
    def command(self) -> MarkAllSeen:
        return MarkAllSeen()

    @override
    def left(self, unread: Unread) -> Unread:
        return Unread(count=0, by_property={})


class MarkSeenButton(SeenButton, PropertyEntity):
    """Marks all notifications of a property as seen."""

    @property
    @override
    def shown(self) -> object:
        return (self.home is None, self.available)

    @property
    @override
    def command(self) -> MarkSeen:
        return MarkSeen(property_id=self._item_id)

    @override
    def left(self, unread: Unread) -> Unread:
        return unread.without(self._item_id)
