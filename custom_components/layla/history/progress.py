"""A sensor of the account: how far the import of the history is."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.const import PERCENTAGE, EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..coordinator import LaylaConfigEntry, LaylaCoordinator
from ..entity import AccountEntity
from .ledger import Ledger

HISTORY_IMPORT = SensorEntityDescription(
    key="history_import",
    translation_key="history_import",
    native_unit_of_measurement=PERCENTAGE,
    entity_category=EntityCategory.DIAGNOSTIC,
)


@callback
def add(entry: LaylaConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback) -> None:
    """Add the sensor where there is a history to import."""
    coordinator = entry.runtime_data
    if coordinator.history:
        async_add_entities([HistoryImport(coordinator, coordinator.history.ledger)])


class HistoryImport(AccountEntity, SensorEntity):
    """How many of a hundred series have nothing left to import."""

    _unrecorded_attributes = frozenset({"remaining", "series"})

    def __init__(self, coordinator: LaylaCoordinator, ledger: Ledger) -> None:
        """Show what the ledger says."""
        self._ledger = ledger
        super().__init__(coordinator, HISTORY_IMPORT)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        if history := self.coordinator.history:
            self.async_on_remove(history.listen(self._handle_coordinator_update))

    @property
    @override
    def shown(self) -> object:
        return (self._ledger.total, self._ledger.remaining)

    @property
    @override
    def native_value(self) -> int:
        return self._ledger.percent

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        return {"series": self._ledger.total, "remaining": self._ledger.remaining}
