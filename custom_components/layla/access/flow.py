"""Trying a way into an account, new or known, and storing it: what every way in has in common."""

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
    UnknownEntry,
)
from homeassistant.const import CONF_URL
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

from ..cloud.errors import CloudError
from ..cloud.layla.identity import identity
from ..cloud.route import InvalidRoute
from ..const import CONF_ACCOUNT_ID, CONF_KIND, CONF_NAMES, CONF_ROUTES, LOGGER
from ..registry import sharing
from . import signed_in
from .leaving import leave
from .new_account import Access, NewAccountFlow
from .ways import Way


class FormError(Exception):
    """What the user gave does not work: the form's field and the key of its error."""

    def __init__(self, field: str, key: str) -> None:
        """Keep both as the form wants them."""
        super().__init__(field, key)
        self.errors = {field: key}


class AccessFlow(NewAccountFlow):
    """Tries a way in, and then sets the account up, or gives the one that there is this way in."""

    @property
    def _changing(self) -> ConfigEntry | None:
        """The entry whose way in is changed; None for a new account."""
        try:
            if self.source == SOURCE_REAUTH:
                return self._get_reauth_entry()
            return self._get_reconfigure_entry() if self.source == SOURCE_RECONFIGURE else None
        except UnknownEntry as error:
            raise AbortFlow("account_deleted") from error

    async def _tried(self, way: Way) -> Access:
        """Read what every refresh needs, and all of a new account; raises FormError."""
        entry = self._changing
        routes = entry.options.get(CONF_ROUTES) if entry else None
        try:
            account = way.account(async_get_clientsession(self.hass), routes)
        except InvalidRoute as error:
            raise AbortFlow("invalid_route", {"reason": str(error)}) from error
        try:
            if entry is None:
                self._snapshot = sharing.left_for_another(self.hass, (await account.fetch(None, None)).snapshot)
            email = await account.owner_email()
        except CloudError as error:
            LOGGER.debug("The account could not be read: %s", error)
            raise FormError("base", way.form_error(error)) from error
        return Access(way, identity(way.url, way.subject, email))

    async def _opened(self, access: Access) -> ConfigFlowResult:
        """Go on with an account that can be read."""
        entry = self._changing
        return await self._changed(entry, access) if entry else await self._found(access)

    async def _changed(self, entry: ConfigEntry, access: Access) -> ConfigFlowResult:
        """Store a new way into the same account; by either of its names, under either address."""
        before = access.identity.at(URL(entry.data[CONF_URL]))
        names = {*before.names, *access.identity.names}
        if names.isdisjoint(entry.data[CONF_NAMES]):
            return self.async_abort(reason="wrong_account")
        if self._known(names, [other for other in self._async_current_entries() if other is not entry]):
            return self.async_abort(reason="already_configured")
        if access.way.data[CONF_KIND] != entry.data[CONF_KIND]:
            await leave(self.hass, entry)
        # Whatever is on disk is of an earlier sign-in from here on, readable or not.
        await signed_in.forget(self.hass, entry)
        return self.async_update_reload_and_abort(
            entry,
            data={
                **access.way.data,
                CONF_ACCOUNT_ID: entry.data[CONF_ACCOUNT_ID],
                CONF_NAMES: sorted({*names, *entry.data[CONF_NAMES]}),
            },
        )


def base_url(text: str) -> URL:
    """Read the address below which the API's paths begin; raises FormError."""
    return address(CONF_URL, text.strip().rstrip("/"))


def address(field: str, text: str) -> URL:
    """Read an address; raises FormError for anything but plain http or https with a host."""
    try:
        url = URL(text.strip())
        host = url.host  # decodes it, which may fail as well
    except ValueError as error:
        raise FormError(field, "invalid_address") from error
    plain = not (url.user or url.password or url.query_string or url.fragment)
    if url.scheme not in ("http", "https") or not host or not plain:
        raise FormError(field, "invalid_address")
    return url
