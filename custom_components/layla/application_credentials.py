"""Signing in at LaylaElectric: with credentials that the user was given, at addresses that belong to the account."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, override

from homeassistant.components.application_credentials import AuthorizationServer, ClientCredential
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import (
    AUTH_CALLBACK_PATH,
    MY_AUTH_CALLBACK_PATH,
    LocalOAuth2ImplementationWithPkce,
)
from yarl import URL

from .cloud.layla.routes import DEFAULT_AUTHORIZE_URL, DEFAULT_TOKEN_URL
from .cloud.oauth.endpoint import TokenEndpoint

_SERVER: Final[ContextVar[AuthorizationServer | None]] = ContextVar("layla_authorization_server", default=None)


@contextmanager
def signing_in_at(server: AuthorizationServer) -> Iterator[None]:
    """Let implementations that are asked for within sign in at this server."""
    before = _SERVER.set(server)
    try:
        yield
    finally:
        _SERVER.reset(before)


class SignInImplementation(LocalOAuth2ImplementationWithPkce):
    """Core takes the user to LaylaElectric and back; codes and tokens are exchanged by the cloud client."""

    def __init__(
        self, hass: HomeAssistant, auth_domain: str, credential: ClientCredential, server: AuthorizationServer
    ) -> None:
        """Take the credentials, and where they are good."""
        super().__init__(
            hass,
            auth_domain,
            credential.client_id,
            server.authorize_url,
            server.token_url,
            credential.client_secret,
        )
        self._name = credential.name

    @property
    @override
    def name(self) -> str:
        return self._name or self.client_id

    @property
    def endpoint(self) -> TokenEndpoint:
        """Where these credentials get tokens."""
        session = async_get_clientsession(self.hass)
        return TokenEndpoint(session, URL(self.token_url), self.client_id, self.client_secret)

    @override
    async def async_resolve_external_data(self, external_data: Mapping[str, Any]) -> dict[str, Any]:
        """Turn the code of a sign-in into tokens; raises CloudError."""
        tokens = await self.endpoint.exchange(
            external_data["code"], external_data["state"]["redirect_uri"], self.code_verifier
        )
        return tokens.as_record()


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> SignInImplementation:
    """Return how to sign in with these credentials, at the server of the flow or the entry that asks."""
    usual = AuthorizationServer(authorize_url=DEFAULT_AUTHORIZE_URL, token_url=DEFAULT_TOKEN_URL)
    return SignInImplementation(hass, auth_domain, credential, _SERVER.get() or usual)


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Tell the user what to register at LaylaElectric: where it sends its users back to."""
    del hass
    return {"my_url": MY_AUTH_CALLBACK_PATH, "callback_path": AUTH_CALLBACK_PATH}
