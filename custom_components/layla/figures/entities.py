"""The sensors of figures. They follow the slow clock, and write a state only when what they show has changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.const import CONF_TOKEN
from homeassistant.core import callback

from ..cloud.figures import Figures, PropertyFigures
from ..cloud.token import claims
from ..coordinator import LaylaCoordinator
from ..entity import AccountEntity, LaylaEntity, PropertyEntity
from .described import REQUESTS, TOKEN_EXPIRY, AccountFigure, PropertyFigure


class FigureEntity(LaylaEntity, SensorEntity):
    """A sensor that follows the slow clock beside the units' refresh."""

    @property
    def figures(self) -> Figures:
        """The figures as last read; they say nothing before the first time."""
        return self.coordinator.figures.data

    @property
    def readable(self) -> bool:
        """Whether the part was read in which the value stands; nothing is wrong before the first time."""
        return True

    @property
    @override
    def available(self) -> bool:
        read = self.figures.read_at is None or self.readable
        return super().available and self.coordinator.figures.last_update_success and read

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.figures.async_add_listener(self._handle_coordinator_update))

    @override
    async def async_update(self) -> None:
        """Read the figures now, for whoever asks; who asks again within seconds has the same."""
        if self.enabled:
            await self.coordinator.figures.async_request_refresh()

    @callback
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Stay: nothing here depends on the entity id. Home Assistant before 2026.11 does not ask."""


class MoneyMixin(FigureEntity):
    """A sensor that may show money: without a currency it is a plain number, because nobody knows what it counts."""

    entity_description: PropertyFigure | AccountFigure

    @property
    def _currency(self) -> str | None:
        return self.figures.currency or self.coordinator.currency

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        return self._currency if self.entity_description.money else super().native_unit_of_measurement

    @property
    @override
    def device_class(self) -> SensorDeviceClass | None:
        if self.entity_description.money:
            return SensorDeviceClass.MONETARY if self._currency else None
        return super().device_class

    @property
    @override
    def state_class(self) -> SensorStateClass | None:
        """Have no statistics of money in a currency that nobody knows."""
        unknown = self.entity_description.money and not self._currency
        return None if unknown else super().state_class


class PropertyFigureSensor(MoneyMixin, PropertyEntity):
    """What a property saved, or how often it had an alarm."""

    entity_description: PropertyFigure

    @property
    def _mine(self) -> PropertyFigures | None:
        return (self.figures.properties or {}).get(self._item_id)

    @property
    @override
    def readable(self) -> bool:
        return self._mine is not None

    @property
    @override
    def shown(self) -> object:
        return (self.home is None, self.available, self.native_value, self.native_unit_of_measurement, self.last_reset)

    @property
    @override
    def native_value(self) -> float | None:
        return self.entity_description.value(self._mine) if self._mine else None

    @property
    @override
    def last_reset(self) -> datetime | None:
        """Return when the month began in which the value was read, by the property's own calendar."""
        read_at = self.figures.read_at
        if not self.entity_description.monthly or self.state_class is None or read_at is None or self.home is None:
            return None
        first = read_at.astimezone(self.home.place.zone).replace(day=1)
        return first.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


class AccountFigureSensor(MoneyMixin, AccountEntity):
    """What the whole account used and saved within the last 30 days, or what of it nobody has read."""

    entity_description: AccountFigure

    @property
    @override
    def readable(self) -> bool:
        return self.entity_description.part(self.figures) is not None

    @property
    @override
    def shown(self) -> object:
        return (self.available, self.native_value, self.native_unit_of_measurement, self._trend)

    @property
    @override
    def native_value(self) -> float | None:
        return self.entity_description.value(self.figures)

    @property
    def _trend(self) -> float | None:
        trend = self.entity_description.trend
        return trend(self.figures) if trend else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        return {"trend": self._trend} if self.entity_description.trend else None


class RequestsSensor(FigureEntity, AccountEntity):
    """How many requests the cloud had from us within a day; also told while it does not answer."""

    def __init__(self, coordinator: LaylaCoordinator) -> None:
        """Belong to the account."""
        super().__init__(coordinator, REQUESTS)

    @property
    @override
    def available(self) -> bool:
        return True

    @property
    @override
    def shown(self) -> object:
        return self.native_value

    @property
    @override
    def native_value(self) -> int:
        return self.coordinator.figures.requests.count

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        return {"since": self.coordinator.figures.requests.since.isoformat()}


class TokenExpiry(AccountEntity, SensorEntity):
    """When the token ends; another one comes with a reload."""

    def __init__(self, coordinator: LaylaCoordinator) -> None:
        """Belong to the account."""
        super().__init__(coordinator, TOKEN_EXPIRY)

    @property
    @override
    def available(self) -> bool:
        return True

    @property
    @override
    def shown(self) -> object:
        return self.native_value

    @property
    @override
    def native_value(self) -> datetime | None:
        return claims(self.coordinator.config_entry.data[CONF_TOKEN]).expires_at
