"""Somebody at Home Assistant's web interface, and at LaylaElectric's pages: everything over real HTTP."""

from dataclasses import dataclass
from html import unescape
from http import HTTPStatus
import re
from typing import Any, Final

from aiohttp import ClientResponse, ClientSession
from aiohttp.test_utils import TestClient
from homeassistant.helpers.config_entry_oauth2_flow import AUTH_CALLBACK_PATH, HEADER_FRONTEND_BASE
from yarl import URL

from simulator.oauth import PASSWORD

FLOWS: Final = "/api/config/config_entries/flow"
OWNER: Final = "robin@example.com"

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Fills in forms of both, and follows where they lead."""

    client: TestClient[Any, Any]
    session: ClientSession

    @property
    def home(self) -> URL:
        """The address of Home Assistant, as the browser knows it."""
        return self.client.make_url("")

    async def begin(self, **context: str) -> Json:
        """Begin to add an account, or to reconfigure an entry."""
        return await self._post(FLOWS, handler="layla", **context)

    async def submit(self, flow: Json, **members: Any) -> Json:
        """Submit what a step of a flow asks for."""
        return await self._post(f"{FLOWS}/{flow['flow_id']}", **members)

    async def look(self, flow_id: str) -> Json:
        """Look where a flow stands, as the page does after something happened elsewhere."""
        response = await self.client.get(f"{FLOWS}/{flow_id}", headers=self._headers)
        assert response.status == HTTPStatus.OK, await response.text()
        found: Json = await response.json()
        return found

    async def allow(self, flow: Json, email: str = OWNER) -> URL:
        """Log in at LaylaElectric and allow access; return where one is sent then, without going there."""
        assert flow["type"] == "external", flow
        return await self._sent(flow["url"], email, "allow")

    async def deny(self, flow: Json) -> URL:
        """Log in at LaylaElectric and deny access; return where one is sent then, without going there."""
        return await self._sent(flow["url"], OWNER, "deny")

    async def come_back(self, address: URL) -> ClientResponse:
        """Go where LaylaElectric sends one; my.home-assistant.io only sends on to Home Assistant's own address."""
        return await self.session.get(self.home.join(URL(AUTH_CALLBACK_PATH)).with_query(address.query))

    async def sign_in(self, flow: Json, email: str = OWNER) -> Json:
        """Log in, allow access, come back; return what the flow shows then."""
        response = await self.come_back(await self.allow(flow, email))
        assert response.status == HTTPStatus.OK, await response.text()
        return await self.look(flow["flow_id"])

    @property
    def _headers(self) -> dict[str, str]:
        return {HEADER_FRONTEND_BASE: str(self.home).rstrip("/")}

    async def _post(self, path: str, **body: Any) -> Json:
        response = await self.client.post(path, json=body, headers=self._headers)
        assert response.status == HTTPStatus.OK, await response.text()
        found: Json = await response.json()
        return found

    async def _sent(self, url: str, email: str, action: str) -> URL:
        fields = {"email": email, "password": PASSWORD, "action": "sign_in"}
        async with self.session.post(URL(url, encoded=True), data=fields) as response:
            page = await response.text()
        ticket = re.search(r'name="ticket"[^>]*value="([^"]*)"', page)
        assert ticket, page
        fields = {"ticket": unescape(ticket[1]), "action": action}
        async with self.session.post(URL(url, encoded=True), data=fields, allow_redirects=False) as response:
            assert response.status == HTTPStatus.FOUND, await response.text()
            return URL(response.headers["Location"])
