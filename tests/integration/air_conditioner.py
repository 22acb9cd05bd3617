"""An air conditioner as tests command it: by Home Assistant's actions, its frames counted at the simulator."""

from asyncio import Task, gather, to_thread
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
import time
from types import MappingProxyType
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.climate import DOMAIN as CLIMATE
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.layla.air_conditioning.profiles import PROFILE
from custom_components.layla.const import AC_FULL, CONF_AC_CONTROL

from .cloud import Cloud

PROFILE_DATA: Final[Mapping[str, Any]] = {
    "vendor": "Daikin",
    "model": "ARC452",
    "modes": ["cool", "heat", "dry", "fan_only", "auto"],
    "fahrenheit": False,
    "lowest": 16,
    "highest": 30,
    "step": 0.5,
    "fans": ["auto", "low", "high"],
    "swings": ["off", "vertical"],
    "running_above": 50,
    "units": ["unit"],
}


def add_profile(hass: HomeAssistant, entry: MockConfigEntry, **changed: Any) -> None:
    """Give the account a profile, as the form of its subentry stores it."""
    data = {**PROFILE_DATA, **changed}
    subentry = ConfigSubentry(
        data=MappingProxyType(data), subentry_type=PROFILE, title=f"{data['vendor']} {data['model']}", unique_id=None
    )
    hass.config_entries.async_add_subentry(entry, subentry)


def choose_full_control(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Choose full control, as the options store it."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, CONF_AC_CONTROL: AC_FULL})


@dataclass(frozen=True, slots=True)
class Remote:
    """Commands an air conditioner, and lets time pass."""

    hass: HomeAssistant
    freezer: FrozenDateTimeFactory
    cloud: Cloud

    async def later(self, seconds: float) -> None:
        """Let seconds pass, so that commands are merged, go out and are settled."""
        self.freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(self.hass)
        await self.hass.async_block_till_done(wait_background_tasks=True)

    def begin(
        self, action: str, /, entity_id: str = "climate.studio", domain: str = CLIMATE, **members: Any
    ) -> Task[Any]:
        """Call an action, and do not wait for it."""
        call = self.hass.services.async_call(domain, action, {"entity_id": entity_id, **members}, blocking=True)
        return self.hass.async_create_task(call)

    async def together(self, *actions: Task[Any], seconds: float = 0.3, beginning: int = 20, turns: int = 2000) -> None:
        """Wait for actions that begin together; raises what one of them raised, and TimeoutError if they hang."""
        await self._turns(beginning)
        # The moment in which they are merged.
        self.freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(self.hass)
        await self._turns(turns, *actions)
        if not all(action.done() for action in actions):
            raise TimeoutError
        await gather(*actions)

    async def moment(self) -> None:
        """Let the moment pass in which commands are merged, and give what is sent then time to be answered."""
        self.freezer.tick(timedelta(seconds=0.3))
        async_fire_time_changed(self.hass)
        await self._turns(200)

    @staticmethod
    async def _turns(turns: int, *actions: Task[Any]) -> None:
        """Let the event loop go round, without any time passing, until the actions are done."""
        for _ in range(turns):
            if actions and all(action.done() for action in actions):
                return
            # Real time: what another thread or the simulator does takes some.
            await to_thread(time.sleep, 0.001)

    async def command(self, action: str, **members: Any) -> None:
        """Call an action, and wait until it returns or raises."""
        await self.together(self.begin(action, **members))

    async def frames(self, device_id: str = "unit") -> list[dict[str, Any]]:
        """Return the frames that a unit has sent."""
        sent: Mapping[str, list[dict[str, Any]]] = (await self.cloud.control("GET", "counters"))["ir_frames"]
        return sent.get(device_id, [])

    async def by_hand(self, action: str, device_id: str = "unit", **members: Any) -> None:
        """Press the air conditioner's own remote control, of which neither unit nor cloud knows."""
        await self.cloud.control("POST", f"devices/{device_id}/remote", action=action, **members)

    async def held(self, device_id: str = "unit") -> Mapping[str, Any]:
        """Return the schedule, timer and config that the cloud holds for a unit."""
        devices = (await self.cloud.control("GET", "state"))["devices"]
        found: Mapping[str, Any] = next(device["ac"] for device in devices if device["id"] == device_id)
        return found
