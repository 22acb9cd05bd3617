"""Home Assistant's limit of enabled entities per account: which units fit, and a word before it is reached."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_platform, issue_registry as ir

from ..const import DOMAIN
from .estimate import Estimate
from .levels import Levels

_NEAR: Final = 0.9
_ISSUES: Final = ("near_entity_limit", "over_entity_limit")


def limit() -> int:
    """Return how many enabled entities Home Assistant takes of one account."""
    return entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY


@dataclass(frozen=True, slots=True)
class Fit:
    """The units that are shown, the properties of which units are left out, and how many entities are wanted."""

    units: frozenset[str]
    left_out: frozenset[str | None]
    wanted: int


def fit(estimate: Estimate, levels: Levels, most: int) -> Fit:
    """Choose the units to show: all whose property's level is full, as far as there is room.

    A unit that is shown already keeps its place. The others of a property come all or not at all, in the order of
    the properties' ids, so that it is the same ones every time.
    """
    wanted = {unit: size for unit, size in estimate.units.items() if levels.shows_units_of(size.property_id)}
    shown = {unit for unit, size in wanted.items() if size.shown}
    new: defaultdict[str | None, list[str]] = defaultdict(list)
    for unit in wanted.keys() - shown:
        new[wanted[unit].property_id].append(unit)
    room = most - estimate.common - sum(wanted[unit].entities for unit in shown)
    left_out: set[str | None] = set()
    for property_id in sorted(new, key=lambda property_id: property_id or ""):
        needed = sum(wanted[unit].entities for unit in new[property_id])
        if needed > room:
            left_out.add(property_id)
            continue
        room -= needed
        shown.update(new[property_id])
    return Fit(frozenset(shown), frozenset(left_out), estimate.total(levels))


@callback
def tell(hass: HomeAssistant, entry: ConfigEntry, found: Fit) -> None:
    """Raise the repair issue that the number of entities deserves, and take back the other one."""
    most = limit()
    over = found.wanted > most
    near = not over and found.wanted >= most * _NEAR
    for kind, deserved in zip(_ISSUES, (near, over), strict=True):
        if not deserved:
            ir.async_delete_issue(hass, DOMAIN, _issue_id(kind, entry))
            continue
        ir.async_create_issue(
            hass,
            DOMAIN,
            _issue_id(kind, entry),
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR if over else ir.IssueSeverity.WARNING,
            translation_key=kind,
            translation_placeholders={
                "title": entry.title,
                "entities": f"{found.wanted:,}",
                "limit": f"{most:,}",
                "left_out": str(len(found.left_out)),
            },
        )


@callback
def forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take the repair issues back when the entry goes."""
    for kind in _ISSUES:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(kind, entry))


def _issue_id(kind: str, entry: ConfigEntry) -> str:
    return f"{kind}_{entry.entry_id}"
