"""A client of the partner API and its user's browser, as plain as can be."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import unescape
from http import HTTPStatus
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientResponse, ClientSession
import jwt

from simulator import Simulator
from simulator.oauth import CLIENT_ID, CLIENT_SECRET, PASSWORD

BACK = "http://homeassistant.local:8123/auth/external/callback"
VERIFIER = "a-verifier-that-is-long-enough-for-everybody-1234"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
BROKEN_FORMS = (b"nonsense", b"action=%ff", b"action=\xff", b"action=cancel&action=cancel")
OTHER = "sam@example.org"
"""The address of another account than the demo owner's."""

type Pairs = Mapping[str, Any] | list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Browser:
    """Fills in forms and looks at where it is sent, without going there."""

    session: ClientSession
    running: Simulator

    def query(self, **changes: str | None) -> dict[str, str]:
        """Return a good authorization request with changes; None leaves a parameter out."""
        whole = {"client_id": CLIENT_ID, "redirect_uri": BACK, "response_type": "code", "state": "a state", **changes}
        return {name: value for name, value in whole.items() if value is not None}

    async def open(self, query: Pairs) -> ClientResponse:
        """Go where a client sends its user."""
        return await self.ask("GET", self.running.authorize_url, params=query)

    async def send(self, query: Pairs, **fields: str) -> ClientResponse:
        """Send a form from the page of that request."""
        return await self.ask("POST", self.running.authorize_url, params=query, data=fields)

    async def log_in(self, query: Pairs, email: str = "robin@example.com") -> str:
        """Log in; return the ticket of the consent page."""
        page = await (await self.send(query, email=email, password=PASSWORD, action="sign_in")).text()
        return field(page, "ticket")

    async def allow(self, query: Pairs | None = None, email: str = "robin@example.com") -> str:
        """Log in and allow everything; return the code."""
        asked = self.query() if query is None else query
        response = await self.send(asked, ticket=await self.log_in(asked, email), action="allow")
        return sent_back(response)["code"]

    async def token(self, authorization: str | None = None, **fields: str | None) -> ClientResponse:
        """Ask the token endpoint as the client; None leaves a parameter out."""
        whole = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **fields}
        data = {name: value for name, value in whole.items() if value is not None}
        headers = {} if authorization is None else {"Authorization": authorization}
        return await self.ask("POST", self.running.token_url, data=data, headers=headers)

    async def exchange(self, brought: str, **changes: str | None) -> ClientResponse:
        """Exchange the code that was brought back."""
        fields = {"grant_type": "authorization_code", "code": brought, "redirect_uri": BACK, **changes}
        return await self.token(None, **fields)

    async def refresh(self, refresh_token: str, **more: str) -> ClientResponse:
        """Exchange a refresh token."""
        return await self.token(None, grant_type="refresh_token", refresh_token=refresh_token, **more)

    async def signed_in(self, query: Pairs | None = None, email: str = "robin@example.com") -> dict[str, Any]:
        """Go all the way; return what the token endpoint says."""
        answer: dict[str, Any] = await (await self.exchange(await self.allow(query, email))).json()
        return answer

    async def profile(self, access_token: str) -> ClientResponse:
        """Ask the partner API with a token."""
        address = f"{self.running.partner_url}/v1/users/self"
        return await self.ask("GET", address, headers={"Authorization": f"Bearer {access_token}"})

    async def is_good(self, access_token: str) -> bool:
        """Return whether the API knows a token, whatever it may do."""
        return (await self.profile(access_token)).status != HTTPStatus.UNAUTHORIZED

    async def ask(self, method: str, url: str, **options: Any) -> ClientResponse:
        """Send a request; the answer has been read."""
        response = await self.session.request(method, url, allow_redirects=False, **options)
        await response.read()
        return response


def sent_back(response: ClientResponse) -> dict[str, str]:
    """Return what the client is told by a redirect, which must be to its address."""
    assert response.status == 302
    address = urlsplit(response.headers["Location"])
    assert address._replace(query="").geturl() == BACK
    told = parse_qs(address.query, strict_parsing=True)
    assert all(len(values) == 1 for values in told.values())
    return {name: value for name, (value,) in told.items()}


async def refusal(response: ClientResponse) -> tuple[int, str]:
    """Return status and error of the token endpoint, which must say more in words."""
    answer = await response.json()
    assert answer.keys() == {"error", "error_description"}
    assert response.headers["Cache-Control"] == "no-store"
    return response.status, answer["error"]


def claims_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the access token of an answer says."""
    claims: dict[str, Any] = jwt.decode(answer["access_token"], options={"verify_signature": False})
    return claims


def basic(name: str, secret: str) -> str:
    """Return the header of HTTP Basic."""
    return f"Basic {b64encode(f'{name}:{secret}'.encode()).decode()}"


def field(page: str, name: str) -> str:
    """Return the value that a field of a page holds."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None, page
    return unescape(found[1])
