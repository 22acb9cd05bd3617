"""Selects: the pillar of a unit, which is the set of features that it runs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, cast, get_args, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud.commands import Pillar, SetPillar
from .cloud.model import Device
from .coordinator import LaylaConfigEntry
from .entity import add_for_units, nothing_of_property
from .settings.entity import UnitSetting
from .settings.offered import offered
from .settings.setting import Setting, SettingDescription

# Commands of one account wait for each other.
PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class SelectDescription(SettingDescription[Device, str], SelectEntityDescription):
    """A choice that shows and changes a setting."""


# Home Assistant takes no other word than one of the options.
PILLAR: Final = SelectDescription(
    key="pillar",
    translation_key="pillar",
    options=list(get_args(Pillar.__value__)),
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
    setting=Setting(
        command=SetPillar,
        told=lambda device: device.pillar,
        asked=lambda device_id, pillar: SetPillar(device_id=device_id, pillar=cast("Pillar", pillar)),
    ),
)


def of_unit(device: Device, registered_keys: Collection[str]) -> Iterator[SelectDescription]:
    """Describe the pillar of a unit of which the cloud tells it, or told it before."""
    if device.pillar is not None or PILLAR.key in registered_keys:
        yield PILLAR


of_property = nothing_of_property


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the pillar of every unit where the account lets us change it."""
    del hass
    add_for_units(entry, async_add_entities, Platform.SELECT, offered(entry.runtime_data, of_unit), UnitSelect)


class UnitSelect(UnitSetting[str], SelectEntity):
    """A setting of a unit that is one of a few words."""

    entity_description: SelectDescription

    @property
    @override
    def current_option(self) -> str | None:
        return self.held_or_told

    @override
    async def async_select_option(self, option: str) -> None:
        await self.ask(option)
