"""Automations as users write them, and what they did."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.layla.const import DOMAIN

_TOLD: Final = "{{ '-' if trigger.%s is none else trigger.%s | string }}"


async def automate(hass: HomeAssistant, *automations: Mapping[str, Any]) -> None:
    """Set up automations."""
    config = [{"id": f"automation {number}", "alias": f"{number}", **each} for number, each in enumerate(automations)]
    assert await async_setup_component(hass, "automation", {"automation": config})
    await hass.async_block_till_done()


class Runs:
    """Automations, and what each of their runs was told."""

    def __init__(self, hass: HomeAssistant, tell: Sequence[str]) -> None:
        """Note these members of `trigger` in every run."""
        self._hass = hass
        self._data = {name: _TOLD % (name, name) for name in tell}
        self._calls = async_mock_service(hass, "test", "ran")

    async def of(self, *triggers: Mapping[str, Any]) -> None:
        """Run with these triggers."""
        await self.of_each({"": list(triggers)})

    async def of_each(self, triggers: Mapping[str, Any]) -> None:
        """Have one automation for each of these triggers; its runs are told which it is."""
        automations = [
            {
                "triggers": trigger,
                "actions": [{"action": "test.ran", "data": {"which": which, **self._data} if which else self._data}],
                "mode": "parallel",
            }
            for which, trigger in triggers.items()
        ]
        await automate(self._hass, *automations)

    @property
    def told(self) -> list[dict[str, str]]:
        """What every run was told, in order, since the last look."""
        found = [{name: str(value) for name, value in call.data.items()} for call in self._calls]
        self._calls.clear()
        return found


def device_id(hass: HomeAssistant, item: str) -> str:
    """Return the device of `unit:…`, `property:…` or `account:…`."""
    entries = hass.config_entries.async_entries(DOMAIN)
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"layla:{item}"), entries[0].entry_id)
    assert device, item
    return device.id


def area_id(hass: HomeAssistant, name: str) -> str:
    """Return the area of this name."""
    area = ar.async_get(hass).async_get_area_by_name(name)
    assert area, name
    return area.id
