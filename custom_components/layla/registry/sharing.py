"""Accounts that see the same home: one of them shows it, and the others leave it out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from ..cloud.model import Event, Snapshot
from ..const import DOMAIN
from . import devices
from .identity import Kind, device_identifier

type _Registered = Mapping[tuple[str, str], datetime]


@callback
def without_units_of_others(hass: HomeAssistant, entry: ConfigEntry, snapshot: Snapshot) -> Snapshot:
    """Leave out properties and units that another enabled entry owns, and tell the user so.

    A property and its units belong to one entry: the one that registered them, or took them over while that was
    disabled. This is read from the device registry, so it does not depend on which entry loads first.
    """
    others = [
        other
        for other in hass.config_entries.async_entries(DOMAIN, include_disabled=False)
        if other.entry_id != entry.entry_id
    ]
    if not others:
        _tell(hass, entry, 0)
        return snapshot
    left = _left_over(snapshot, _registered(hass, [entry]), _registered(hass, others))
    devices.remove(hass, entry, Kind.UNIT, snapshot.devices.keys() - left.devices.keys())
    devices.remove(hass, entry, Kind.PROPERTY, snapshot.properties.keys() - left.properties.keys())
    _tell(hass, entry, len(snapshot.devices) - len(left.devices))
    return left


@callback
def left_for_another(hass: HomeAssistant, snapshot: Snapshot) -> Snapshot:
    """Leave out what an account that is yet to be added would leave out."""
    return _left_over(
        snapshot, {}, _registered(hass, hass.config_entries.async_entries(DOMAIN, include_disabled=False))
    )


def shows(event: Event, shown: Snapshot, whole: Snapshot) -> bool:
    """Tell whether an event is ours to show: not if its unit or property was left out of `shown`, for another entry."""
    unit, home = event.device_id, event.property_id
    unit_elsewhere = unit in whole.devices and unit not in shown.devices
    return not (unit_elsewhere or (home in whole.properties and home not in shown.properties))


@callback
def forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take the repair issue back when the entry goes."""
    _tell(hass, entry, 0)


def _left_over(snapshot: Snapshot, mine: _Registered, theirs: _Registered) -> Snapshot:
    def owned_elsewhere(kind: Kind, item_id: str | None) -> bool:
        identifier = device_identifier(kind, item_id or "")
        claimed = theirs.get(identifier)
        return claimed is not None and claimed >= mine.get(identifier, claimed)

    return replace(
        snapshot,
        properties={
            item_id: item
            for item_id, item in snapshot.properties.items()
            if not owned_elsewhere(Kind.PROPERTY, item_id)
        },
        devices={
            unit: device
            for unit, device in snapshot.devices.items()
            if not owned_elsewhere(Kind.UNIT, unit) and not owned_elsewhere(Kind.PROPERTY, device.property_id)
        },
    )


def _registered(hass: HomeAssistant, entries: list[ConfigEntry]) -> _Registered:
    registry = dr.async_get(hass)
    return {
        identifier: device.created_at
        for entry in entries
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
        for identifier in device.identifiers
    }


def _tell(hass: HomeAssistant, entry: ConfigEntry, count: int) -> None:
    issue_id = f"units_shown_elsewhere_{entry.entry_id}"
    if not count:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="units_shown_elsewhere",
        translation_placeholders={"count": str(count), "title": entry.title},
    )
