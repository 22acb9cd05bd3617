"""Buttons: an air conditioner is off by another hand; notifications were seen."""

from collections.abc import Collection, Iterator
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud.model import Device
from .coordinator import LaylaConfigEntry
from .entity import UnitEntity, add_for_units, nothing_of_property
from .figures import buttons as figures

# One press after the other, as the cloud is asked for no more than it must.
PARALLEL_UPDATES = 1

ASSUME_OFF = ButtonEntityDescription(
    key="assume_off",
    translation_key="assume_off",
    entity_category=EntityCategory.CONFIG,
)


def of_unit(device: Device, registered: Collection[str]) -> Iterator[ButtonEntityDescription]:
    """Describe the button of a unit that drives an air conditioner, or did once (L34)."""
    if device.drives_ac or ASSUME_OFF.key in registered:
        yield ASSUME_OFF


of_property = nothing_of_property


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the button of every unit that drives an air conditioner, and those for notifications."""
    del hass
    add_for_units(entry, async_add_entities, Platform.BUTTON, of_unit, AssumeOffButton)
    figures.add(entry, async_add_entities)


class AssumeOffButton(UnitEntity, ButtonEntity):
    """Says that the air conditioner is really off, whatever Home Assistant has told it."""

    @property
    @override
    def available(self) -> bool:
        return super().available and self.device is not None and self.device.drives_ac

    @override
    async def async_press(self) -> None:
        await self.coordinator.air_conditioners.of(self.device, self._item_id).assume(power=False)
