"""Repairs: which flow mends which issue, and removing units that the cloud no longer lists."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import probatio

from .air_conditioning import choice
from .coordinator import LaylaConfigEntry, LaylaCoordinator
from .upkeep.flows import AcceptPolicyFlow, RenewTokenFlow


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Begin to repair an issue of the entry that it names."""
    del hass
    entry_id = str((data or {}).get("entry_id"))
    return FLOWS[issue_id.removesuffix(f"_{entry_id}")](entry_id)


class RemoveMissingUnits(RepairsFlow):
    """Asks, and removes the units that are missing then."""

    def __init__(self, entry_id: str) -> None:
        """Take the entry whose units are missing."""
        self._entry_id = entry_id
        self._shown: frozenset[str] = frozenset()

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin with the question."""
        del user_input
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask, and ask again when more are missing by the time of the answer."""
        coordinator = self._coordinator()
        if coordinator is None:
            return self.async_abort(reason="cloud_unavailable")
        absences = coordinator.absences
        if user_input is None or not absences.missing_units <= self._shown:
            return self._question(coordinator)
        absences.remove_missing()
        return self.async_create_entry(data={})

    def _question(self, coordinator: LaylaCoordinator) -> RepairsFlowResult:
        absences = coordinator.absences
        self._shown = absences.missing_units
        return self.async_show_form(
            step_id="confirm",
            data_schema=probatio.Schema({}),
            description_placeholders={
                "missing": str(len(self._shown)),
                "registered": str(absences.registered_units),
                "title": coordinator.config_entry.title,
            },
        )

    def _coordinator(self) -> LaylaCoordinator | None:
        """Return the account, if its last refresh succeeded: else nobody knows what is missing."""
        entry: LaylaConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return None
        coordinator = entry.runtime_data
        return coordinator if coordinator.last_update_success else None


FLOWS: Final[Mapping[str, Callable[[str], RepairsFlow]]] = {
    "policy_not_accepted": AcceptPolicyFlow,
    "token_expires": RenewTokenFlow,
    "units_missing": RemoveMissingUnits,
    choice.ISSUE: choice.ChooseAcControl,
}
"""The flow of each kind of issue; an issue is named by its kind and its entry."""
