"""Setting an account up in the user interface: a token and the cloud's address."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult, ConfigSubentryFlow
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import probatio
from yarl import URL

from .ac_profiles import PROFILE
from .cloud import token as bearer
from .cloud.errors import AuthenticationFailed, CloudError
from .cloud.layla.account import LaylaAccount
from .cloud.layla.identity import Identity, identity
from .cloud.layla.routes import DEFAULT_BASE_URL
from .const import (
    CONF_ACCOUNT_ID,
    CONF_KIND,
    CONF_NAMES,
    CONF_ROUTES,
    DOMAIN,
    KIND_TOKEN,
    LOGGER,
    MANUFACTURER,
)
from .failures import TEXTS
from .profile_flow import ProfileFlow

_URL: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
_TOKEN: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_SECRET: Final = probatio.Secret(CONF_TOKEN)
_ACCOUNT_FORM: Final = probatio.Schema(
    {
        probatio.Required(CONF_URL, default=DEFAULT_BASE_URL): _URL,
        probatio.Required(_SECRET): _TOKEN,
    }
)
_REAUTH_FORM: Final = probatio.Schema({probatio.Required(_SECRET): _TOKEN})
_RECONFIGURE_FORM: Final = probatio.Schema({probatio.Required(CONF_URL): _URL, probatio.Optional(_SECRET): _TOKEN})


class FormError(Exception):
    """What the user gave does not work: the form's field and the key of its error."""

    def __init__(self, field: str, key: str) -> None:
        """Keep both as the form wants them."""
        super().__init__(field, key)
        self.errors = {field: key}


@dataclass(frozen=True, slots=True)
class Access:
    """A way into an account that was tried and works, and whose account it is."""

    url: URL
    token: str = field(repr=False)
    identity: Identity


class LaylaConfigFlow(ConfigFlow, domain=DOMAIN):
    """Asks, tries, and only then stores."""

    VERSION = 1

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Offer profiles of air conditioners."""
        return {PROFILE: ProfileFlow}

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for address and token of a new account."""
        return await self._ask("user", _ACCOUNT_FORM, user_input, None)

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin when the cloud stopped accepting the token."""
        del entry_data
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new token of the same account."""
        return await self._ask("reauth_confirm", _REAUTH_FORM, user_input, self._get_reauth_entry())

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for another address, another token, or both; the account stays the same."""
        return await self._ask("reconfigure", _RECONFIGURE_FORM, user_input, self._get_reconfigure_entry())

    async def _ask(
        self,
        step_id: str,
        form: probatio.Schema,
        user_input: dict[str, Any] | None,
        entry: ConfigEntry | None,
    ) -> ConfigFlowResult:
        """Show the form until what it holds works; what it leaves out is the entry's."""
        errors: dict[str, str] = {}
        if user_input is not None:
            given = {**(entry.data if entry else {}), **user_input}
            try:
                access = await self._tried(given[CONF_URL], given[CONF_TOKEN], entry.options if entry else {})
            except FormError as error:
                errors = error.errors
            else:
                return await self._changed(entry, access) if entry else await self._created(access)
        suggested = user_input or ({CONF_URL: entry.data[CONF_URL]} if entry else None)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(form, suggested),
            errors=errors,
        )

    async def _tried(self, url_text: str, token_text: str, options: Mapping[str, Any]) -> Access:
        """Read the profile and the device list, as every refresh will; raises FormError."""
        url, token = _base_url(url_text), _bearer(token_text)
        claims = bearer.claims(token)
        try:
            session = async_get_clientsession(self.hass)
            email = await LaylaAccount.by_token(session, url, token, options.get(CONF_ROUTES)).owner_email()
        except CloudError as error:
            LOGGER.debug("The account could not be read: %s", error)
            expired = isinstance(error, AuthenticationFailed) and claims.expired(datetime.now(UTC))
            raise FormError("base", "token_expired" if expired else TEXTS[type(error)].form) from error
        return Access(url, token, identity(url, claims.subject, email))

    @staticmethod
    def _known(names: Collection[str], entries: Iterable[ConfigEntry]) -> bool:
        """Tell whether one of the entries is of the account that has one of these names."""
        return any(not set(names).isdisjoint(entry.data.get(CONF_NAMES, ())) for entry in entries)

    async def _created(self, access: Access) -> ConfigFlowResult:
        names = access.identity.names
        if not names:
            return self.async_abort(reason="no_identity")
        others = self._async_current_entries()
        if self._known(names, others):
            return self.async_abort(reason="already_configured")
        await self.async_set_unique_id(names[0])
        self._abort_if_unique_id_configured()
        return self.async_create_entry(
            title=f"{MANUFACTURER} {len(others) + 1}" if others else MANUFACTURER,
            data={
                CONF_KIND: KIND_TOKEN,
                CONF_URL: str(access.url),
                CONF_TOKEN: access.token,
                CONF_ACCOUNT_ID: names[0],
                CONF_NAMES: list(names),
            },
        )

    async def _changed(self, entry: ConfigEntry, access: Access) -> ConfigFlowResult:
        """Store a new way into the same account; by either of its names, under either address."""
        before = access.identity.at(URL(entry.data[CONF_URL]))
        names = {*before.names, *access.identity.names}
        if names.isdisjoint(entry.data[CONF_NAMES]):
            return self.async_abort(reason="wrong_account")
        if self._known(names, [other for other in self._async_current_entries() if other is not entry]):
            return self.async_abort(reason="already_configured")
        return self.async_update_reload_and_abort(
            entry,
            data_updates={
                CONF_URL: str(access.url),
                CONF_TOKEN: access.token,
                CONF_NAMES: sorted({*names, *entry.data[CONF_NAMES]}),
            },
        )


def _base_url(text: str) -> URL:
    """Read an address; raises FormError for anything but plain http or https with a host."""
    try:
        url = URL(text.strip().rstrip("/"))
        host = url.host  # decodes it, which may fail as well
    except ValueError as error:
        raise FormError(CONF_URL, "invalid_address") from error
    plain = not (url.user or url.password or url.query_string or url.fragment)
    if url.scheme not in ("http", "https") or not host or not plain:
        raise FormError(CONF_URL, "invalid_address")
    return url


def _bearer(text: str) -> str:
    try:
        return bearer.cleaned(text)
    except bearer.MalformedToken as error:
        raise FormError(CONF_TOKEN, "malformed_token") from error
