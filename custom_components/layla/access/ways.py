"""The ways into an account, as values: what is stored of each, and the account that it opens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Protocol

from aiohttp import ClientSession
from homeassistant.components.application_credentials import AuthorizationServer
from homeassistant.const import CONF_TOKEN, CONF_URL
from yarl import URL

from ..cloud.bearer import FixedToken
from ..cloud.errors import AuthenticationFailed, CloudError, Refused
from ..cloud.layla.account import LaylaAccount
from ..cloud.layla.flavour import OWNER, PARTNER, Flavour
from ..cloud.layla.owner_account import OwnerAccount
from ..cloud.layla.partner_account import PartnerAccount
from ..cloud.oauth.tokens import Tokens
from ..cloud.token import claims
from ..const import (
    CONF_AUTHORIZE_URL,
    CONF_IMPLEMENTATION,
    CONF_KIND,
    CONF_SCOPE,
    CONF_SIGN_IN,
    CONF_TOKEN_URL,
    KIND_OAUTH,
    KIND_TOKEN,
)
from ..failures import TEXTS

FLAVOURS: Final[Mapping[str, Flavour]] = {KIND_TOKEN: OWNER, KIND_OAUTH: PARTNER}
"""The API that each kind of account is read by."""


class Way(Protocol):
    """A way into an account."""

    @property
    def url(self) -> URL:
        """The address below which the API's paths begin."""

    @property
    def subject(self) -> str | None:
        """Whose account the token says it is (L33)."""

    @property
    def data(self) -> Mapping[str, Any]:
        """What an entry stores of it."""

    def account(self, session: ClientSession, routes: Mapping[str, str] | None) -> LaylaAccount:
        """Open the account, to try it; raises InvalidRoute."""

    def form_error(self, error: CloudError) -> str:
        """Return the key of the form's error for what went wrong when it was tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWay:
    """A token that the user pasted."""

    url: URL
    token: str = field(repr=False)

    @property
    def subject(self) -> str | None:
        """Whose account the token says it is."""
        return claims(self.token).subject

    @property
    def data(self) -> Mapping[str, Any]:
        """What an entry stores of it."""
        return {CONF_KIND: KIND_TOKEN, CONF_URL: str(self.url), CONF_TOKEN: self.token}

    def account(self, session: ClientSession, routes: Mapping[str, str] | None) -> LaylaAccount:
        """Open the account."""
        return OwnerAccount.by_token(session, self.url, self.token, routes)

    def form_error(self, error: CloudError) -> str:
        """Tell a token that ran out from one that never was good."""
        if isinstance(error, AuthenticationFailed) and claims(self.token).expired(datetime.now(UTC)):
            return "token_expired"
        return TEXTS[type(error)].form


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where an account is that one signs in to: its API, the page for the user, the end for tokens."""

    url: URL
    authorize_url: URL
    token_url: URL
    scope: str

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Addresses:
        """Read those of an entry."""
        return cls(
            url=URL(data[CONF_URL]),
            authorize_url=URL(data[CONF_AUTHORIZE_URL]),
            token_url=URL(data[CONF_TOKEN_URL]),
            scope=data[CONF_SCOPE],
        )

    @property
    def data(self) -> Mapping[str, str]:
        """What an entry stores of them, and a form shows."""
        return {
            CONF_URL: str(self.url),
            CONF_AUTHORIZE_URL: str(self.authorize_url),
            CONF_TOKEN_URL: str(self.token_url),
            CONF_SCOPE: self.scope,
        }

    @property
    def server(self) -> AuthorizationServer:
        """The addresses as core's credentials take them."""
        return AuthorizationServer(authorize_url=str(self.authorize_url), token_url=str(self.token_url))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInWay:
    """A sign-in that has just succeeded."""

    addresses: Addresses
    implementation: str
    tokens: Tokens
    sign_in: str
    """Tells this sign-in from earlier ones, whose tokens may still be on disk."""

    _FORM: ClassVar[Mapping[type[CloudError], str]] = {
        AuthenticationFailed: "sign_in_not_accepted",
        Refused: "sign_in_without_right",
    }

    @property
    def url(self) -> URL:
        """The address below which the API's paths begin."""
        return self.addresses.url

    @property
    def subject(self) -> str | None:
        """Whose account the access token says it is, where it is one that can be read."""
        return claims(self.tokens.access).subject

    @property
    def data(self) -> Mapping[str, Any]:
        """What an entry stores of it."""
        return {
            CONF_KIND: KIND_OAUTH,
            **self.addresses.data,
            CONF_IMPLEMENTATION: self.implementation,
            CONF_SIGN_IN: self.sign_in,
            CONF_TOKEN: self.tokens.as_record(),
        }

    def account(self, session: ClientSession, routes: Mapping[str, str] | None) -> LaylaAccount:
        """Open the account with the access token as it is."""
        return PartnerAccount.by_sign_in(session, self.url, FixedToken(self.tokens.access), routes)

    def form_error(self, error: CloudError) -> str:
        """Say of a sign-in that worked what to do when the API does not take it."""
        return self._FORM.get(type(error)) or TEXTS[type(error)].form
