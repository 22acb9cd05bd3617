"""Signing in at LaylaElectric: where, with which credentials, and what comes back."""

from collections.abc import Mapping
from dataclasses import replace
import logging
from typing import Any, Final, override
from uuid import uuid4

from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import CONF_URL
from homeassistant.exceptions import ImplementationUnavailableError
from homeassistant.helpers.config_entry_oauth2_flow import async_get_implementations
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import probatio

from ..application_credentials import signing_in_at
from ..cloud.errors import AuthenticationFailed, CloudError, NotSupported, Refused, UnreadableAnswer
from ..cloud.layla.routes import DEFAULT_AUTHORIZE_URL, DEFAULT_BASE_URL, DEFAULT_TOKEN_URL
from ..cloud.oauth.tokens import Tokens
from ..const import (
    CONF_AUTHORIZE_URL,
    CONF_IMPLEMENTATION,
    CONF_SCOPE,
    CONF_TOKEN_URL,
    DOMAIN,
    LOGGER,
)
from ..failures import TEXTS
from .flow import AccessFlow, FormError, address, base_url
from .ways import Addresses, SignInWay

_URL: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
_FORM: Final = probatio.Schema(
    {
        probatio.Required(CONF_URL): _URL,
        probatio.Required(CONF_AUTHORIZE_URL): _URL,
        probatio.Required(CONF_TOKEN_URL): _URL,
        probatio.Optional(CONF_SCOPE): TextSelector(),
    }
)
_USUAL: Final = {
    CONF_URL: DEFAULT_BASE_URL,
    CONF_AUTHORIZE_URL: DEFAULT_AUTHORIZE_URL,
    CONF_TOKEN_URL: DEFAULT_TOKEN_URL,
    CONF_SCOPE: "",
}
_ADDRESS_FORM: Final = probatio.Schema({probatio.Required(CONF_URL): _URL})
# What the server says of a code, for somebody who has just come back from its page.
_TOKEN_ERRORS: Final[Mapping[type[CloudError], str]] = {
    AuthenticationFailed: "sign_in_refused",
    Refused: "sign_in_refused",
    NotSupported: "wrong_token_address",
    UnreadableAnswer: "wrong_token_address",
}


class SignInFlow(AccessFlow):
    """Core takes the user to the page and back. Whatever fails after that can be tried again, nothing typed is lost."""

    def __init__(self) -> None:
        """Begin with the addresses that are usual."""
        super().__init__()
        self._addresses = Addresses.of(_USUAL)
        self._way: SignInWay

    @property
    @override
    def logger(self) -> logging.Logger:
        return LOGGER

    @property
    @override
    def extra_authorize_data(self) -> dict[str, Any]:
        return {"scope": self._addresses.scope} if self._addresses.scope else {}

    async def async_step_sign_in(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask where to sign in, once there are credentials to do it with; then take the user there."""
        if user_input is None:
            if not await self._have_credentials():
                return self._without_credentials()
            if entry := self._changing:
                self._addresses = Addresses.of({**_USUAL, **entry.data})
            return self._sign_in_form(self._addresses.data)
        try:
            self._addresses = _typed(user_input)
        except FormError as error:
            return self._sign_in_form(user_input, error.errors)
        return await self.async_step_pick_implementation()

    async def async_step_reauth_sign_in(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say that one has to sign in again, then take the user there."""
        data = self._get_reauth_entry().data
        self._addresses = Addresses.of(data)
        if user_input is None:
            return self.async_show_form(step_id="reauth_sign_in")
        return await self.async_step_pick_implementation({"implementation": data[CONF_IMPLEMENTATION]})

    @override
    async def async_step_pick_implementation(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Sign in at the account's own addresses."""
        if not await self._have_credentials():
            return self._without_credentials()
        with signing_in_at(self._addresses.server):
            return await super().async_step_pick_implementation(user_input)

    @override
    async def async_step_creation(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Get tokens for the code that the user came back with; what failed can be tried again."""
        try:
            record = await self.flow_impl.async_resolve_external_data(self.external_data)
        except CloudError as error:
            LOGGER.debug("The sign-in could not be completed: %s", error)
            return self._again({"base": _TOKEN_ERRORS.get(type(error)) or TEXTS[type(error)].form})
        self._way = SignInWay(
            addresses=self._addresses,
            implementation=self.flow_impl.domain,
            tokens=Tokens.from_record(record),
            sign_in=uuid4().hex,
        )
        return await self.async_step_address({})

    async def async_step_address(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        """Open the account that was signed in to; where the API is not found, its address can be corrected."""
        try:
            if CONF_URL in user_input:
                self._addresses = replace(self._addresses, url=base_url(user_input[CONF_URL]))
                self._way = replace(self._way, addresses=self._addresses)
            return await self._opened(await self._tried(self._way))
        except FormError as error:
            if "sign_in_without_right" in error.errors.values():
                return self._again(error.errors)
            suggested = {CONF_URL: str(self._addresses.url), **user_input}
            return self.async_show_form(
                step_id="address",
                data_schema=self.add_suggested_values_to_schema(_ADDRESS_FORM, suggested),
                errors=error.errors,
            )

    def _again(self, errors: dict[str, str]) -> ConfigFlowResult:
        """Show the form from which one signs in, and why one has to once more."""
        if self.source == SOURCE_REAUTH:
            return self.async_show_form(step_id="reauth_sign_in", errors=errors)
        return self._sign_in_form(self._addresses.data, errors)

    def _sign_in_form(self, suggested: Mapping[str, Any], errors: dict[str, str] | None = None) -> ConfigFlowResult:
        return self.async_show_form(
            step_id="sign_in",
            data_schema=self.add_suggested_values_to_schema(_FORM, suggested),
            errors=errors,
        )

    def _without_credentials(self) -> ConfigFlowResult:
        """Have core ask for credentials; after that it begins a new account, which is no help to the one there is."""
        return self.async_abort(reason="enter_credentials" if self._changing else "missing_credentials")

    async def _have_credentials(self) -> bool:
        """Tell whether the user has entered credentials, or they cannot be had now."""
        try:
            return bool(await async_get_implementations(self.hass, DOMAIN))
        except ImplementationUnavailableError:
            return True  # picking one says why


def _typed(user_input: Mapping[str, Any]) -> Addresses:
    return Addresses(
        url=base_url(user_input[CONF_URL]),
        authorize_url=address(CONF_AUTHORIZE_URL, user_input[CONF_AUTHORIZE_URL]),
        token_url=address(CONF_TOKEN_URL, user_input[CONF_TOKEN_URL]),
        scope=" ".join(user_input.get(CONF_SCOPE, "").split()),
    )
