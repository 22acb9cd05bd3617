"""One thing that can be set: how the cloud tells it, and which command asks for it."""

from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.helpers.entity import EntityDescription

from ..cloud.commands import Command
from ..cloud.model import Device, Property


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting[Item: (Device, Property), Value]:
    """A setting of a unit or of a property.

    `told` reads it, None where the cloud does not say; `asked` makes a command of the item's id and the wanted value.
    """

    command: type[Command]
    told: Callable[[Item], Value | None]
    asked: Callable[[str, Value], Command]


@dataclass(frozen=True, kw_only=True)
class SettingDescription[Item: (Device, Property), Value](EntityDescription):
    """An entity that shows a setting and changes it."""

    setting: Setting[Item, Value]
