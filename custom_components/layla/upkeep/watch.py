"""Raising the issues of an account, and taking them back."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.dt import utcnow

from ..const import DOMAIN
from ..coordinator import LaylaConfigEntry
from .concerns import CONCERNS, Concern


@callback
def watch(hass: HomeAssistant, entry: LaylaConfigEntry) -> None:
    """Look now and with every refresh."""
    coordinator = entry.runtime_data

    @callback
    def look() -> None:
        now = utcnow()
        for concern in CONCERNS:
            _tell(hass, entry, concern, concern.found(coordinator, now))

    look()
    entry.async_on_unload(coordinator.async_add_listener(look))


@callback
def forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take all back of an entry that is disabled or deleted."""
    for concern in CONCERNS:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(concern, entry))


def _tell(hass: HomeAssistant, entry: ConfigEntry, concern: Concern, found: object) -> None:
    if not isinstance(found, dict):
        ir.async_delete_issue(hass, DOMAIN, _issue_id(concern, entry))
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(concern, entry),
        data={"entry_id": entry.entry_id},
        is_fixable=concern.fixable,
        learn_more_url=concern.guide,
        severity=concern.severity,
        translation_key=concern.key,
        translation_placeholders={"title": entry.title, **found},
    )


def _issue_id(concern: Concern, entry: ConfigEntry) -> str:
    return f"{concern.key}_{entry.entry_id}"
