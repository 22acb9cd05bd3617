"""Setting an account up in the user interface: a token and the cloud's address."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult, ConfigSubentryFlow
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import probatio
from yarl import URL

from .air_conditioning.profile_flow import ProfileFlow
from .air_conditioning.profiles import PROFILE
from .cloud import token as bearer
from .cloud.errors import AuthenticationFailed, CloudError
from .cloud.layla.account import LaylaAccount
from .cloud.layla.identity import Identity, identity
from .cloud.layla.routes import DEFAULT_BASE_URL
from .cloud.model import Snapshot
from .const import (
    CONF_ACCOUNT_ID,
    CONF_DETAIL,
    CONF_KIND,
    CONF_NAMES,
    CONF_ROUTES,
    DOMAIN,
    KIND_TOKEN,
    LOGGER,
    MANUFACTURER,
)
from .detail import choices
from .detail.estimate import Estimate, estimate
from .detail.levels import MOST_IN_FULL, Level, Levels
from .detail.limit import limit
from .failures import TEXTS
from .homes import homes
from .options_flow import LaylaOptionsFlow
from .platforms import DESCRIBING
from .registry import sharing

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

    def __init__(self) -> None:
        """Begin without an account."""
        self._access: Access
        self._snapshot: Snapshot
        self._estimate: Estimate
        self._options: dict[str, Any] = {}

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
                access = await self._tried(given[CONF_URL], given[CONF_TOKEN], entry)
            except FormError as error:
                errors = error.errors
            else:
                return await self._changed(entry, access) if entry else await self._found(access)
        suggested = user_input or ({CONF_URL: entry.data[CONF_URL]} if entry else None)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(form, suggested),
            errors=errors,
        )

    async def _tried(self, url_text: str, token_text: str, entry: ConfigEntry | None) -> Access:
        """Read what every refresh needs, and all of a new account; raises FormError."""
        url, token = _base_url(url_text), _bearer(token_text)
        claims = bearer.claims(token)
        routes = entry.options.get(CONF_ROUTES) if entry else None
        account = LaylaAccount.by_token(async_get_clientsession(self.hass), url, token, routes)
        try:
            if entry is None:
                self._snapshot = sharing.left_for_another(self.hass, (await account.fetch(None, None)).snapshot)
            email = await account.owner_email()
        except CloudError as error:
            LOGGER.debug("The account could not be read: %s", error)
            expired = isinstance(error, AuthenticationFailed) and claims.expired(datetime.now(UTC))
            raise FormError("base", "token_expired" if expired else TEXTS[type(error)].form) from error
        return Access(url, token, identity(url, claims.subject, email))

    @staticmethod
    def _known(names: Collection[str], entries: Iterable[ConfigEntry]) -> bool:
        """Tell whether one of the entries is of the account that has one of these names."""
        return any(not set(names).isdisjoint(entry.data.get(CONF_NAMES, ())) for entry in entries)

    async def _found(self, access: Access) -> ConfigFlowResult:
        """Keep the way into a new account, and ask for what its size and its units make a choice of."""
        if not access.identity.names:
            return self.async_abort(reason="no_identity")
        self._access = access
        self._abort_if_known()
        await self.async_set_unique_id(access.identity.names[0])
        self._abort_if_unique_id_configured()
        found = homes(self._snapshot, {}).values()
        self._estimate = estimate(self.hass, None, DESCRIBING, found, self._snapshot.devices.values())
        if len(self._snapshot.properties) > MOST_IN_FULL or self._estimate.total(Levels(Level.FULL)) > limit():
            return await self.async_step_detail()
        return await self._ask_for_air_conditioner()

    async def async_step_detail(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how much of a large account to show, until the answer fits."""
        levels = Levels.chosen(user_input) if user_input else Levels(Level.SUMMARY)
        fits = choices.fits(self._estimate, levels)
        if user_input and fits:
            self._options |= levels.as_options()
            return await self._ask_for_air_conditioner()
        names = {item.id: item.name for item in self._snapshot.properties.values()}
        form = probatio.Schema(choices.detail(names, levels.default))
        return self.async_show_form(
            step_id="detail",
            data_schema=self.add_suggested_values_to_schema(form, user_input),
            errors={CONF_DETAIL: "too_many_entities"} if user_input else {},
            description_placeholders={
                "properties": f"{len(self._snapshot.properties):,}",
                "units": f"{len(self._snapshot.devices):,}",
                **choices.numbers(self._estimate, levels),
            },
        )

    async def _ask_for_air_conditioner(self) -> ConfigFlowResult:
        """Ask only where there is one (L34)."""
        if any(device.drives_ac for device in self._snapshot.devices.values()):
            return await self.async_step_air_conditioner()
        return self._created()

    async def async_step_air_conditioner(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how far Home Assistant may go to control air conditioners (L22b)."""
        if user_input is None:
            return self.async_show_form(
                step_id="air_conditioner", data_schema=probatio.Schema(choices.AC_CONTROL), last_step=True
            )
        self._options |= user_input
        return self._created()

    def _abort_if_known(self) -> None:
        """Abort for an account that is set up, also if that was done in another window while we asked."""
        if self._known(self._access.identity.names, self._async_current_entries()):
            raise AbortFlow("already_configured")

    def _created(self) -> ConfigFlowResult:
        self._abort_if_known()
        access, others = self._access, self._async_current_entries()
        names = access.identity.names
        return self.async_create_entry(
            title=f"{MANUFACTURER} {len(others) + 1}" if others else MANUFACTURER,
            data={
                CONF_KIND: KIND_TOKEN,
                CONF_URL: str(access.url),
                CONF_TOKEN: access.token,
                CONF_ACCOUNT_ID: names[0],
                CONF_NAMES: list(names),
            },
            options=self._options,
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
