"""Entities of settings: what was asked for shows at once, and what the account does not offer is unavailable."""

from abc import abstractmethod
from typing import override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util.dt import utcnow

from ..asking import execute
from ..cloud.model import Device, Property
from ..entity import LaylaEntity, PropertyEntity, UnitEntity
from .held import Held
from .setting import SettingDescription


class SettingEntity[Item: (Device, Property), Value](LaylaEntity):
    """A setting of a unit or a property. It looks at them only when they changed, or while it holds a value."""

    of_item_alone = True
    entity_description: SettingDescription[Item, Value]
    _held: Held[Value] | None = None
    _stop_watching: CALLBACK_TYPE | None = None

    @property
    @abstractmethod
    def item(self) -> Item | None:
        """What the setting is of; None while the cloud does not list it."""

    @property
    @abstractmethod
    def unit(self) -> Device | None:
        """The unit, or one of the units, that the setting is about."""

    @property
    def offered(self) -> bool:
        """Whether the account takes the command."""
        unit = self.unit
        if unit is None:
            return False
        return self.entity_description.setting.command.__name__ in self.coordinator.account.capabilities(unit)

    @property
    def told(self) -> Value | None:
        """What the cloud says."""
        item = self.item
        return None if item is None else self.entity_description.setting.told(item)

    @property
    def held_or_told(self) -> Value | None:
        """What was asked for, until the cloud had its time; then what it says."""
        return self.told if self._held is None else self._held.value

    @property
    @override
    def shown(self) -> object:
        return (self.item is None, self.offered, self.held_or_told)

    @property
    @override
    def available(self) -> bool:
        return super().available and self.offered

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        if self._held is not None and self.item is not None:
            self._held = self._held.after(self.coordinator.data, self.told, utcnow())
        if self._held is None:
            self._watch_no_more()
        super()._handle_coordinator_update()

    async def ask(self, value: Value) -> None:
        """Ask the cloud for a value, and show it once it is accepted. Raises HomeAssistantError, translated."""
        setting = self.entity_description.setting
        try:
            await execute(self.coordinator, setting.asked(self._item_id, value))
            self._hold(value)
        finally:
            # Also a command that the cloud turns out not to have changes what is shown.
            super()._handle_coordinator_update()

    @callback
    def _hold(self, value: Value) -> None:
        """Show a value, and watch every refresh until the cloud is believed again."""
        self._held = Held(value=value, since=utcnow(), reply=self.coordinator.data)
        if self._stop_watching is None:
            self._stop_watching = self.coordinator.async_add_listener(self._handle_coordinator_update)

    @callback
    def _watch_no_more(self) -> None:
        if self._stop_watching:
            self._stop_watching()
            self._stop_watching = None

    @override
    async def async_will_remove_from_hass(self) -> None:
        self._watch_no_more()
        await super().async_will_remove_from_hass()


class UnitSetting[Value](SettingEntity[Device, Value], UnitEntity):
    """A setting of a unit."""

    @property
    @override
    def item(self) -> Device | None:
        return self.device

    @property
    @override
    def unit(self) -> Device | None:
        return self.device


class PropertySetting[Value](SettingEntity[Property, Value], PropertyEntity):
    """A setting of a property with all its units."""

    @property
    @override
    def item(self) -> Property | None:
        return self.home.place if self.home else None

    @property
    @override
    def unit(self) -> Device | None:
        return self.home.units[0] if self.home and self.home.units else None
