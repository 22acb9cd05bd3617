"""Leaving out the settings that an account does not offer."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from ..cloud.model import Device
from ..coordinator import LaylaCoordinator
from .setting import SettingDescription

type Describe[Description] = Callable[[Device, Collection[str]], Iterator[Description]]


def offered[Description: SettingDescription[Device, Any]](
    coordinator: LaylaCoordinator, describe: Describe[Description]
) -> Describe[Description]:
    """Describe of a unit what its account takes commands for, and what the unit had before."""

    def described(device: Device, registered_keys: Collection[str]) -> Iterator[Description]:
        capabilities = coordinator.account.capabilities(device)
        for description in describe(device, registered_keys):
            if description.setting.command.__name__ in capabilities or description.key in registered_keys:
                yield description

    return described
