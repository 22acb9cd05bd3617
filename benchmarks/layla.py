"""The integration with a simulated cloud in a process of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from aiohttp import ClientSession, DummyCookieJar
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant

from custom_components.layla.const import CONF_ACCOUNT_ID, CONF_KIND, CONF_NAMES, DOMAIN, KIND_TOKEN
from custom_components.layla.coordinator import LaylaCoordinator

from .failure import BenchFailed
from .home_assistant import Entry, set_up
from .scene import Scene, scene

_FIELDS: Final = "latest_values,in_alarm,snoozed,active_alarms"
_ACCOUNT: Final = "bench"
_STEP: Final = 0.5


@dataclass(frozen=True, slots=True)
class Layla:
    """A cloud, and what is done to it from outside."""

    scene: Scene
    session: ClientSession

    async def set_up(self, hass: HomeAssistant) -> Entry:
        """Set up the account. Raises BenchFailed, also where not all units fit."""
        data = {
            CONF_KIND: KIND_TOKEN,
            CONF_URL: self.scene.base_url,
            CONF_TOKEN: self.scene.token,
            CONF_ACCOUNT_ID: _ACCOUNT,
            CONF_NAMES: [_ACCOUNT],
        }
        entry = await set_up(hass, DOMAIN, data, unique_id=_ACCOUNT)
        if left_out := coordinator(entry).fit.left_out:
            raise BenchFailed(
                f"Units of {len(left_out)} properties pass the limit of entities; measure with fewer --units"
            )
        return entry

    async def change(self, entry: Entry, share: float) -> None:
        """Let every reading of some of the units change."""
        devices = list(coordinator(entry).data.devices.values())
        address = self.scene.base_url.removesuffix("/api")
        for device in devices[:: round(1 / share)]:
            readings = {
                name: reading.value + _STEP for name, reading in device.readings.items() if reading.value is not None
            }
            async with self.session.patch(
                f"{address}/_sim/devices/{device.id}", json={"readings": readings}
            ) as response:
                if not response.ok:
                    raise BenchFailed(f"The simulator refuses to change a unit: {await response.text()}")

    async def answer(self) -> bytes:
        """Return what the cloud answers to a refresh."""
        headers = {"Authorization": f"Bearer {self.scene.token}"}
        address = f"{self.scene.base_url}/v1/devices"
        async with self.session.get(address, params={"fields": _FIELDS}, headers=headers) as response:
            return await response.read()


@asynccontextmanager
async def layla(units: int, folder: Path) -> AsyncIterator[Layla]:
    """Run the cloud as long as the context lasts."""
    async with scene(units, folder) as cloud, ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield Layla(cloud, session)


def coordinator(entry: Entry) -> LaylaCoordinator:
    """Return the coordinator of the account."""
    return cast("LaylaCoordinator", entry.coordinator)
