"""The repair of an account whose air conditioners came later: nobody chose how far to control them (L22b)."""

from functools import partial

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
import probatio

from ..access.ways import FLAVOURS
from ..const import CONF_AC_CONTROL, CONF_KIND, DOMAIN
from ..coordinator import LaylaConfigEntry
from ..detail import choices

ISSUE = "ac_control_not_chosen"


@callback
def ask_when_needed(hass: HomeAssistant, entry: LaylaConfigEntry) -> None:
    """Raise the issue as soon as a unit drives an air conditioner, unless the choice was made; take it back later."""
    if CONF_AC_CONTROL in entry.options or not FLAVOURS[entry.data[CONF_KIND]].commands_air_conditioners:
        _withdraw(hass, entry)
        return

    @callback
    def tell() -> None:
        if any(device.drives_ac for device in entry.runtime_data.full_units()):
            _raise(hass, entry)
        else:
            _withdraw(hass, entry)

    tell()
    entry.async_on_unload(entry.runtime_data.async_add_listener(tell))
    entry.async_on_unload(partial(_withdraw, hass, entry))


def _raise(hass: HomeAssistant, entry: ConfigEntry) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry),
        data={"entry_id": entry.entry_id},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="ac_control_not_chosen",
        translation_placeholders={"title": entry.title},
    )


@callback
def _withdraw(hass: HomeAssistant, entry: ConfigEntry) -> None:
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry))


def _issue_id(entry: ConfigEntry) -> str:
    return f"{ISSUE}_{entry.entry_id}"


class ChooseAcControl(RepairsFlow):
    """Asks as the set-up would have, and stores the answer among the options."""

    def __init__(self, entry_id: str) -> None:
        """Take the entry that lacks the choice."""
        self._entry_id = entry_id

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin with the question."""
        del user_input
        return await self.async_step_choose()

    async def async_step_choose(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask, store, and load the account anew with the answer."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="account_deleted")
        if user_input is None:
            return self.async_show_form(
                step_id="choose",
                data_schema=probatio.Schema(choices.AC_CONTROL),
                description_placeholders={"title": entry.title},
            )
        self.hass.config_entries.async_update_entry(entry, options={**entry.options, **user_input})
        self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return self.async_create_entry(data={})
