"""The simulated cloud, as tests speak to it: its control API over HTTP."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession


@dataclass(frozen=True, slots=True)
class Cloud:
    """One running simulator."""

    session: ClientSession
    url: str
    base_url: str
    token: str

    @property
    def partner_url(self) -> str:
        """The address of the partner API, for those who sign in."""
        return f"{self.url}/partner/api"

    async def control(self, method: str, path: str, **members: object) -> Any:
        """Call the control API; a refused call fails the test with the simulator's own words."""
        async with self.session.request(method, f"{self.url}/_sim/{path}", json=members) as response:
            answer = await response.json()
            assert response.ok, answer
            return answer

    async def alarm(self, device_id: str, name: str, *, active: bool = True) -> None:
        """Raise or end an alarm."""
        await self.control("POST", "alarms", device_id=device_id, name=name, active=active)

    async def change(self, device_id: str, **members: object) -> None:
        """Change a unit."""
        await self.control("PATCH", f"devices/{device_id}", **members)

    async def payload(self, device_id: str, **members: object) -> None:
        """Override members of a unit's payload as they are."""
        await self.change(device_id, raw=members)

    async def fault(self, operation: str, kind: str, **members: object) -> None:
        """Let an operation fail from now on."""
        await self.control("POST", "faults", operation=operation, kind=kind, **members)

    async def heal(self) -> None:
        """End every fault."""
        await self.control("DELETE", "faults")

    async def new_token(self, **members: object) -> str:
        """Issue another token."""
        return str((await self.control("POST", "tokens", **members))["token"])

    async def expire(self, token: str) -> None:
        """Let a token expire."""
        await self.control("POST", "tokens/expire", token=token)

    async def advance(self, seconds: float) -> None:
        """Move the simulator's clock on."""
        await self.control("POST", "clock", advance=seconds)

    async def device_ids(self) -> list[str]:
        """Name the units, in the order of the simulator."""
        return [device["id"] for device in (await self.control("GET", "state"))["devices"]]

    async def requested(self, operation: str, count: int) -> None:
        """Wait until an operation was asked for so many times since the last reset."""
        while (await self.control("GET", "counters"))["by_operation"].get(operation, 0) < count:  # noqa: ASYNC110 - the simulator tells nobody
            await asyncio.sleep(0.05)

    async def requests(self) -> Mapping[str, int]:
        """Count requests by operation since the last reset, and start anew."""
        counters: dict[str, Any] = await self.control("GET", "counters")
        await self.control("DELETE", "counters")
        counted: Mapping[str, int] = counters["by_operation"]
        return counted
