"""Mending what Home Assistant can mend, once the user says so."""

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import probatio

from ..asking import execute
from ..cloud.commands import AcceptPolicy
from ..coordinator import LaylaConfigEntry


class AcceptPolicyFlow(RepairsFlow):
    """Accepts the vendor's policy in the name of the owner."""

    def __init__(self, entry_id: str) -> None:
        """Take the entry of the account."""
        self._entry_id = entry_id

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin with the question."""
        del user_input
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask, and ask again with the reason when the cloud did not take it."""
        entry = _entry(self.hass, self._entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="cloud_unavailable")
        if user_input is None:
            return self._question(entry)
        try:
            await execute(entry.runtime_data, AcceptPolicy())
        except HomeAssistantError as error:
            return self._question(entry, reason=str(error))
        return self.async_create_entry(data={})

    def _question(self, entry: LaylaConfigEntry, reason: str = "") -> RepairsFlowResult:
        return self.async_show_form(
            step_id="confirm",
            data_schema=probatio.Schema({}),
            errors={"base": "not_accepted"} if reason else {},
            description_placeholders={"title": entry.title, "reason": reason},
        )


class RenewTokenFlow(RepairsFlow):
    """Lets Home Assistant ask for another token."""

    def __init__(self, entry_id: str) -> None:
        """Take the entry of the account."""
        self._entry_id = entry_id

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin with the question."""
        del user_input
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask whether another token is there; the form for it is the one that comes when a token is refused."""
        entry = _entry(self.hass, self._entry_id)
        if entry is None:
            return self.async_abort(reason="account_gone")
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=probatio.Schema({}),
                description_placeholders={"title": entry.title},
            )
        entry.async_start_reauth(self.hass)
        return self.async_create_entry(data={})


def _entry(hass: HomeAssistant, entry_id: str) -> LaylaConfigEntry | None:
    return hass.config_entries.async_get_entry(entry_id)
