"""Somebody who speaks to a running simulator, and how a test chooses its world."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, override

from aiohttp import ClientResponse, ClientSession
import pytest

from simulator import Clock, Simulator, World

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
"""A Wednesday; 14:00 in Berlin, where the tiny home stands."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with the demo token, and with access to the control API."""

    session: ClientSession
    running: Simulator

    @property
    def world(self) -> World:
        """The simulated world."""
        return self.running.world

    @property
    def address(self) -> str:
        """Where the API is that is spoken to: the owner's."""
        return self.running.base_url

    async def ask(self, method: str, path: str, **options: Any) -> ClientResponse:
        """Send a request to the vendor's API; the answer has been read."""
        response = await self.session.request(method, self.address + path, **options)
        await response.read()
        return response

    async def get(self, path: str, **query: Any) -> Any:
        """Read something that must be there."""
        response = await self.ask("GET", path, params=query)
        assert response.status == HTTPStatus.OK, await response.text()
        return await response.json()

    async def send(self, method: str, path: str, **options: Any) -> Any:
        """Change something; it must be accepted."""
        response = await self.ask(method, path, **options)
        assert response.ok, await response.text()
        return await response.json()

    async def refused(self, method: str, path: str, **options: Any) -> tuple[int, str]:
        """Send a request that must be refused; return the status and the message."""
        response = await self.ask(method, path, **options)
        assert not response.ok, await response.text()
        return response.status, (await response.json())["message"]

    async def control(self, method: str, path: str, **members: object) -> Any:
        """Use the control API; it must accept."""
        response = await self.session.request(method, f"{self.running.url}/_sim/{path}", json=members)
        answer = await response.json()
        assert response.ok, answer
        return answer

    async def control_refused(self, method: str, path: str, **members: object) -> tuple[int, str]:
        """Use the control API; it must refuse."""
        response = await self.session.request(method, f"{self.running.url}/_sim/{path}", json=members)
        assert not response.ok, await response.text()
        return response.status, (await response.json())["message"]

    async def advance(self, seconds: float) -> None:
        """Let simulated time pass."""
        await self.control("POST", "clock", advance=seconds)

    async def unit(self, device_id: str = "unit") -> dict[str, Any]:
        """Read one unit."""
        unit: dict[str, Any] = await self.get(f"/v1/devices/{device_id}")
        return unit

    async def reading(self, measure: str, device_id: str = "unit") -> float | None:
        """Read one latest value."""
        values = {item["name"]: item["value"] for item in (await self.unit(device_id))["latest_values"]}
        value: float | None = values[measure]
        return value

    async def told(self, device_id: str) -> list[str]:
        """Return the types of notifications about a unit since the world began, the oldest first."""
        items = await self.get("/v1/notifications", start=self.world.began.isoformat(), timezone="UTC")
        return [item["type"] for item in reversed(items) if item["device_id"] == device_id]


class PartnerCaller(Caller):
    """The same, who speaks to the partner API."""

    @property
    @override
    def address(self) -> str:
        return self.running.partner_url


def lives_in(make: Callable[[Clock], World]) -> pytest.MarkDecorator:
    """Run a test in another world than the tiny one."""
    return pytest.mark.parametrize("world", [make], ids=[""], indirect=True)
