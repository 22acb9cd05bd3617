"""Setting up a new account: what is asked once a way into it works, and what is stored of the answers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler
import probatio

from ..cloud.layla.identity import Identity
from ..cloud.model import Snapshot
from ..const import CONF_ACCOUNT_ID, CONF_DETAIL, CONF_KIND, CONF_NAMES, DOMAIN, MANUFACTURER
from ..detail import choices
from ..detail.estimate import Estimate, estimate
from ..detail.levels import MOST_IN_FULL, Level, Levels
from ..detail.limit import limit
from ..homes import homes
from ..platforms import DESCRIBING
from .ways import FLAVOURS, Way


@dataclass(frozen=True, slots=True)
class Access:
    """A way into an account that was tried and works, and whose account it is."""

    way: Way
    identity: Identity


class NewAccountFlow(AbstractOAuth2FlowHandler):
    """Asks only what the account makes a choice of: how much to show of a large one, and of its air conditioners."""

    DOMAIN = DOMAIN

    def __init__(self) -> None:
        """Begin without an account."""
        super().__init__()
        self._access: Access
        self._snapshot: Snapshot
        self._estimate: Estimate
        self._options: dict[str, Any] = {}

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
        data = {**access.way.data, CONF_ACCOUNT_ID: access.identity.names[0]}
        self._estimate = estimate(self.hass, None, DESCRIBING, found, self._snapshot.devices.values(), data=data)
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
        """Ask only where there is one (L34), and anything can be done with it."""
        flavour = FLAVOURS[self._access.way.data[CONF_KIND]]
        if flavour.commands_air_conditioners and any(device.drives_ac for device in self._snapshot.devices.values()):
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
            data={**access.way.data, CONF_ACCOUNT_ID: names[0], CONF_NAMES: list(names)},
            options=self._options,
        )
