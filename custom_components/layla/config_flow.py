"""Setting an account up in the user interface, and changing the way into it: by a token, or by signing in."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, ConfigSubentryFlow
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import callback
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import probatio

from .access.flow import FormError, base_url
from .access.sign_in_flow import SignInFlow
from .access.ways import FLAVOURS, TokenWay
from .air_conditioning.profile_flow import ProfileFlow
from .air_conditioning.profiles import PROFILE
from .cloud.layla.routes import DEFAULT_BASE_URL
from .cloud.token import MalformedToken, cleaned
from .const import CONF_KIND, DOMAIN, KIND_OAUTH, KIND_TOKEN
from .options_flow import LaylaOptionsFlow

_URL: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
_TOKEN: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_SECRET: Final = probatio.Secret(CONF_TOKEN)
_TOKEN_FORM: Final = probatio.Schema(
    {
        probatio.Required(CONF_URL, default=DEFAULT_BASE_URL): _URL,
        probatio.Required(_SECRET): _TOKEN,
    }
)
_REAUTH_FORM: Final = probatio.Schema({probatio.Required(_SECRET): _TOKEN})
_RECONFIGURE_FORM: Final = probatio.Schema({probatio.Required(CONF_URL): _URL, probatio.Optional(_SECRET): _TOKEN})


class LaylaConfigFlow(SignInFlow, domain=DOMAIN):
    """Asks, tries, and only then stores."""

    VERSION = 1

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> LaylaOptionsFlow:
        """Return the form behind Configure."""
        return LaylaOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Offer profiles of air conditioners where the account can command any."""
        return {PROFILE: ProfileFlow} if FLAVOURS[config_entry.data[CONF_KIND]].commands_air_conditioners else {}

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how the account is opened."""
        return self.async_show_menu(step_id="user", menu_options=["token", "sign_in"])

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin when the cloud stopped accepting the token, or the sign-in."""
        if entry_data[CONF_KIND] == KIND_OAUTH:
            return await self.async_step_reauth_sign_in()
        return await self.async_step_reauth_confirm()

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the way in that the account is to have; the account stays the same."""
        del user_input
        return self.async_show_menu(step_id="reconfigure", menu_options=["reconfigure_token", "sign_in"])

    async def async_step_token(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for address and token of a new account."""
        return await self._ask_for_token("token", _TOKEN_FORM, user_input)

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new token of the same account."""
        return await self._ask_for_token("reauth_confirm", _REAUTH_FORM, user_input)

    async def async_step_reconfigure_token(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for another address, another token, or both; who signed in before has no token to keep."""
        signed_in = self._get_reconfigure_entry().data[CONF_KIND] == KIND_OAUTH
        form = _TOKEN_FORM if signed_in else _RECONFIGURE_FORM
        return await self._ask_for_token("reconfigure_token", form, user_input)

    async def _ask_for_token(
        self, step_id: str, form: probatio.Schema, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Show the form until what it holds works; what it leaves out is the entry's."""
        entry = self._changing
        errors: dict[str, str] = {}
        if user_input is not None:
            # Whoever signs in has no token, also if that was changed in another window while we asked.
            stored = entry.data if entry and entry.data[CONF_KIND] == KIND_TOKEN else {CONF_TOKEN: ""}
            given = {**stored, **user_input}
            try:
                way = TokenWay(url=base_url(given[CONF_URL]), token=_bearer(given[CONF_TOKEN]))
                return await self._opened(await self._tried(way))
            except FormError as error:
                errors = error.errors
        suggested = user_input or ({CONF_URL: entry.data[CONF_URL]} if entry else None)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(form, suggested),
            errors=errors,
        )


def _bearer(text: str) -> str:
    try:
        return cleaned(text)
    except MalformedToken as error:
        raise FormError(CONF_TOKEN, "malformed_token") from error
