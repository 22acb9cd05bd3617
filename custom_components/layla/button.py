"""Buttons: an air conditioner is off by another hand, a test of infrared, notifications were seen."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, get_args, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .asking import execute
from .cloud.commands import InfraredMode, TestInfrared
from .cloud.model import Device
from .coordinator import LaylaConfigEntry, LaylaCoordinator
from .entity import UnitEntity, add_for_units, nothing_of_property
from .figures import buttons as figures

# Commands of one account wait for each other.
PARALLEL_UPDATES = 1

ASSUME_OFF = ButtonEntityDescription(
    key="assume_off",
    translation_key="assume_off",
    entity_category=EntityCategory.CONFIG,
)


@dataclass(frozen=True, kw_only=True)
class InfraredDescription(ButtonEntityDescription):
    """A button that sends a test pulse."""

    mode: InfraredMode


def _infrared(mode: InfraredMode) -> InfraredDescription:
    return InfraredDescription(
        key=f"test_infrared_{mode}",
        translation_key=f"test_infrared_{mode}",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        mode=mode,
    )


INFRARED: Final = tuple(map(_infrared, get_args(InfraredMode.__value__)))
OF_AIR_CONDITIONERS: Final = (ASSUME_OFF, *INFRARED)


def of_unit(device: Device, registered: Collection[str]) -> Iterator[ButtonEntityDescription]:
    """Describe the buttons of a unit that drives an air conditioner, or did once (L34)."""
    for description in OF_AIR_CONDITIONERS:
        if device.drives_ac or description.key in registered:
            yield description


of_property = nothing_of_property


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of every unit that drives an air conditioner, and those for notifications."""
    del hass
    add_for_units(entry, async_add_entities, Platform.BUTTON, of_unit, _button)
    figures.add(entry, async_add_entities)


def _button(coordinator: LaylaCoordinator, device_id: str, description: ButtonEntityDescription) -> UnitEntity:
    kind = InfraredButton if isinstance(description, InfraredDescription) else AssumeOffButton
    return kind(coordinator, device_id, description)


class AssumeOffButton(UnitEntity, ButtonEntity):
    """Says that the air conditioner is really off, whatever Home Assistant has told it."""

    @property
    @override
    def shown(self) -> object:
        return self.available

    @property
    @override
    def available(self) -> bool:
        return super().available and self.device is not None and self.device.drives_ac

    @override
    async def async_press(self) -> None:
        await self.coordinator.air_conditioners.of(self.device, self._item_id).assume(power=False)


class InfraredButton(UnitEntity, ButtonEntity):
    """Sends a test pulse of infrared, by which one sees whether the air conditioner is in reach."""

    entity_description: InfraredDescription

    @property
    def _offered(self) -> bool:
        """Need a unit that still drives an AC and an account that takes the command."""
        device = self.device
        return device is not None and TestInfrared.__name__ in self.coordinator.account.capabilities(device)

    @property
    @override
    def shown(self) -> object:
        return self.available

    @property
    @override
    def available(self) -> bool:
        """Need a unit that can be reached: an offline one would lose the pulse."""
        return super().available and self._offered and self.device is not None and self.device.online is not False

    @override
    async def async_press(self) -> None:
        await execute(self.coordinator, TestInfrared(device_id=self._item_id, mode=self.entity_description.mode))
