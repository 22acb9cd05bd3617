"""The repair issue of an air conditioner that evidently does not do what it was told."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..cloud.ac_truth import Contradiction
from ..const import DOMAIN

_KEYS = {Contradiction.RUNS: "ac_runs_though_off", Contradiction.RESTS: "ac_rests_though_on"}


@callback
def tell(hass: HomeAssistant, device_id: str, name: str, found: Contradiction | None) -> None:
    """Raise the issue of a unit's air conditioner, or take it back; `name` is what users call it."""
    if found is None:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(device_id))
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(device_id),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_KEYS[found],
        translation_placeholders={"name": name},
    )


def _issue_id(device_id: str) -> str:
    return f"ac_contradicts_{device_id}"
