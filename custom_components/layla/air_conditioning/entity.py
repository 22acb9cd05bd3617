"""What the entities of an air conditioner share."""

from datetime import tzinfo
from typing import override

from homeassistant.helpers.entity import EntityDescription

from ..cloud.ac_truth import Truth
from ..coordinator import LaylaCoordinator
from ..entity import UnitEntity


class AcEntity(UnitEntity):
    """An entity of a unit that drives an air conditioner, or did once (L34)."""

    def __init__(self, coordinator: LaylaCoordinator, device_id: str, description: EntityDescription) -> None:
        """Take the unit's air conditioner."""
        self.unit = coordinator.air_conditioners.of(coordinator.data.devices.get(device_id), device_id)
        super().__init__(coordinator, device_id, description)

    @property
    def unit_id(self) -> str:
        """The unit's id."""
        return self._item_id

    @property
    def home_zone(self) -> tzinfo | None:
        """The zone of the unit's property; None while the cloud does not list it."""
        home = self.coordinator.data.properties.get((self.device and self.device.property_id) or "")
        return home.zone if home else None

    @property
    def offered(self) -> bool:
        """Whether the unit takes commands for an air conditioner."""
        return self.device is not None and self.coordinator.air_conditioners.offered(self.device)

    @property
    def truth(self) -> Truth:
        """What the unit's power proves."""
        return self.coordinator.truths.of(self._item_id)

    @property
    def measures_power(self) -> bool:
        """Whether the unit measures the power by which it is told what the air conditioner does."""
        return self.device is not None and "power" in self.device.readings

    @property
    @override
    def available(self) -> bool:
        return super().available and self.offered
