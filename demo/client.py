"""Home Assistant's own API, REST and WebSocket, as its web interface uses it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from aiohttp import ClientResponse, ClientSession, ClientTimeout
from homeassistant.helpers.config_entry_oauth2_flow import HEADER_FRONTEND_BASE

from .failure import DemoFailed

type Json = Any


class HomeAssistant:
    """A client that speaks for one user, once it was given a token."""

    def __init__(self, session: ClientSession, url: str) -> None:
        """Speak to the address; nobody has signed in yet."""
        self.url = url
        self._session = session
        self._token = ""

    def sign_in(self, token: str) -> None:
        """Use this access token from now on."""
        self._token = token
        self._session.headers["Authorization"] = f"Bearer {token}"

    async def get(self, path: str) -> Json:
        """Read a path."""
        async with self._session.get(path) as response:
            return await _answer(response)

    async def post(self, path: str, body: Mapping[str, Json]) -> Json:
        """Post JSON to a path."""
        async with self._session.post(path, json=body) as response:
            return await _answer(response)

    async def post_form(self, path: str, fields: Mapping[str, str]) -> Json:
        """Post the fields of a form to a path."""
        async with self._session.post(path, data=fields) as response:
            return await _answer(response)

    async def command(self, kind: str, **members: Json) -> Json:
        """Send a command over a WebSocket of its own and return its result."""
        async with self._session.ws_connect("/api/websocket", max_msg_size=0) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self._token})
            await socket.receive_json()
            await socket.send_json({"id": 1, "type": kind, **members})
            answer = await socket.receive_json()
        if not answer["success"]:
            raise DemoFailed(f"Home Assistant refuses {kind}: {answer['error']['message']}")
        return answer["result"]

    async def act(self, action: str, entity_id: str, **members: Json) -> None:
        """Perform an action on an entity and wait until it is done."""
        await self.post(f"/api/services/{action.replace('.', '/')}", {"entity_id": entity_id, **members})

    async def state(self, entity_id: str) -> Json:
        """Return the `state` of an entity and its `attributes`."""
        return await self.get(f"/api/states/{entity_id}")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[HomeAssistant]:
    """Open a client for as long as the context lasts."""
    # As the web interface does, so that whoever signs in elsewhere is sent back here.
    headers = {HEADER_FRONTEND_BASE: url}
    async with ClientSession(url, headers=headers, timeout=ClientTimeout(total=60)) as session:
        yield HomeAssistant(session, url)


async def _answer(response: ClientResponse) -> Json:
    if response.status >= HTTPStatus.BAD_REQUEST:
        reason = (await response.text()).strip()[:300]
        raise DemoFailed(
            f"Home Assistant answers {response.method} {response.url.path} with {response.status} {reason}"
        )
    return await response.json()
