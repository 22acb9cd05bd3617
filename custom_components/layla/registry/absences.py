"""Units and properties that are registered and no longer listed: counted, told of, and removed from the registry.

What is not listed from the moment on at which the way into the account changed is spared: the two APIs may list
different units, and changing between them must lose nothing.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.storage import Store

from ..cloud.model import Snapshot
from ..cloud.removal import Count, is_incomplete, tells_of_properties
from ..const import DOMAIN, LOGGER
from .identity import Kind, item_of

_SAVE_DELAY: Final = 30.0
# Members of the file beside the kinds.
_SPARED: Final = "spared"
_SPARE_NEXT: Final = "spare_next"

type _Counts = Mapping[Kind, Count]
type _Spared = Mapping[Kind, frozenset[str]]
type _Stored = dict[str, Any]
type _Registered = Mapping[Kind, Mapping[str, dr.DeviceEntry]]


class Absences:
    """Compares every reply with what the entry has registered. What another account shows is not among that."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Know of nothing that is missing until `load`."""
        self._hass = hass
        self._entry = entry
        self._store = _store(hass, entry)
        self._counts: _Counts = {Kind.UNIT: Count(), Kind.PROPERTY: Count()}
        self._spared: _Spared = {}
        self._spare_next = False
        self._saved: tuple[_Counts, _Spared, bool] = (self._counts, self._spared, self._spare_next)
        self._registered_units = 0
        self._unsaved = False

    async def load(self) -> None:
        """Go on with the times that an earlier run counted, and with what it spared."""
        try:
            stored = await self._store.async_load() or {}
            self._counts = {
                kind: Count({item: timedelta(seconds=length) for item, length in stored.get(kind, {}).items()})
                for kind in self._counts
            }
            self._spared = {kind: frozenset(stored.get(_SPARED, {}).get(kind, ())) for kind in self._counts}
            self._spare_next = stored.get(_SPARE_NEXT) is True
        except (HomeAssistantError, NotImplementedError, AttributeError, TypeError) as error:
            LOGGER.warning("The file of missing units, %s, cannot be read (%r); counting anew", self._store.key, error)
        self._saved = (self._counts, self._spared, self._spare_next)

    async def save(self) -> None:
        """Write the times of what is missing, and whatever waits to be written."""
        if self._unsaved or self._spare_next or any(count.missing for count in self._counts.values()):
            await self._store.async_save(self._stored())

    @property
    def missing_units(self) -> frozenset[str]:
        """The units that are registered, and that the last reply did not list."""
        return frozenset(self._counts[Kind.UNIT].missing)

    @property
    def registered_units(self) -> int:
        """How many units are registered, with those that are missing."""
        return self._registered_units

    @callback
    def heard(self, snapshot: Snapshot, previous: Snapshot | None, at: datetime) -> None:
        """Compare a reply with the registry, remove what has been missing for long enough, and tell of the rest."""
        if previous and self._all_listed_still(snapshot, previous):
            self._counts = {kind: Count({}, at) for kind in self._counts}
            return
        registered, missing = self._compared(snapshot)
        complete = not is_incomplete(len(registered[Kind.UNIT]), len(missing[Kind.UNIT]))
        properties = tells_of_properties(
            len(snapshot.properties), len(registered[Kind.PROPERTY]), len(missing[Kind.PROPERTY])
        )
        told = {Kind.UNIT: complete, Kind.PROPERTY: complete and properties}
        self._counts = {
            kind: count.after(missing[kind], at, complete=told[kind]) for kind, count in self._counts.items()
        }
        self._registered_units = len(registered[Kind.UNIT])
        due = {kind: count.due if told[kind] else frozenset[str]() for kind, count in self._counts.items()}
        # Units of a property that is shown as a summary are not registered, and yet live there.
        inhabited = {device.property_id for device in snapshot.devices.values()}
        self._remove(registered, due[Kind.UNIT], [item for item in due[Kind.PROPERTY] if item not in inhabited])
        self._save_later()
        self._tell()

    def _compared(self, snapshot: Snapshot) -> tuple[_Registered, Mapping[Kind, Collection[str]]]:
        """Return what is registered and what of it is missing, both without what is spared."""
        registered = _registered(self._hass, self._entry)
        unlisted = {
            Kind.UNIT: registered[Kind.UNIT].keys() - snapshot.devices.keys(),
            Kind.PROPERTY: registered[Kind.PROPERTY].keys() - snapshot.properties.keys(),
        }
        if self._spare_next:
            self._spared, self._spare_next = {kind: frozenset(items) for kind, items in unlisted.items()}, False
        # Whatever is listed again is treated like everything else from then on.
        self._spared = {kind: items & unlisted[kind] for kind, items in self._spared.items()}
        none = frozenset[str]()
        return (
            {
                kind: {item: device for item, device in found.items() if item not in self._spared.get(kind, none)}
                for kind, found in registered.items()
            },
            {kind: items - self._spared.get(kind, none) for kind, items in unlisted.items()},
        )

    @callback
    def remove_missing(self) -> None:
        """Remove every missing unit now, and the missing properties that are left without units."""
        registered = _registered(self._hass, self._entry)
        self._remove(registered, self.missing_units, self._counts[Kind.PROPERTY].missing)
        self._save_later()
        self._tell()

    @callback
    def removed_by_hand(self, identifiers: Collection[tuple[str, str]]) -> None:
        """Forget a missing unit or property that the user removes."""
        for kind in self._counts:
            item = item_of(kind, identifiers)
            self._forget(kind, {item} if item else set())
        self._save_later()
        self._tell()

    def _all_listed_still(self, snapshot: Snapshot, previous: Snapshot) -> bool:
        """Tell without a look at the registry, where nothing was missing, that nothing is."""
        return (
            not any(count.missing for count in self._counts.values())
            and not any(self._spared.values())
            and previous.devices.keys() <= snapshot.devices.keys()
            and previous.properties.keys() <= snapshot.properties.keys()
        )

    def _remove(self, registered: _Registered, units: Collection[str], properties: Collection[str]) -> None:
        units = registered[Kind.UNIT].keys() & units
        inhabited = {device.via_device_id for unit, device in registered[Kind.UNIT].items() if unit not in units}
        empty = {
            item
            for item in registered[Kind.PROPERTY].keys() & properties
            if registered[Kind.PROPERTY][item].id not in inhabited
        }
        if not units and not empty:
            return
        registry = dr.async_get(self._hass)
        for kind, items in ((Kind.UNIT, units), (Kind.PROPERTY, empty)):
            for item in items:
                registry.async_remove_device(registered[kind][item].id)
        LOGGER.info(
            "Removed %d units and %d properties that LaylaElectric no longer lists",
            len(units),
            len(empty),
        )
        self._forget(Kind.UNIT, units)
        self._forget(Kind.PROPERTY, empty)

    def _forget(self, kind: Kind, items: Collection[str]) -> None:
        count = self._counts[kind]
        left = {item: length for item, length in count.missing.items() if item not in items}
        if kind is Kind.UNIT:
            self._registered_units -= len(count.missing) - len(left)
        self._counts = {**self._counts, kind: Count(left, count.complete_at)}

    def _save_later(self) -> None:
        """Have the file written when what is missing changed, or was missing for a good while more."""
        counts, *others = self._saved
        counted = any(count.is_news_to(counts[kind]) for kind, count in self._counts.items())
        if counted or others != [self._spared, self._spare_next]:
            self._saved = (self._counts, self._spared, self._spare_next)
            self._unsaved = True
            self._store.async_delay_save(self._stored, _SAVE_DELAY)

    def _stored(self) -> _Stored:
        lengths = {
            kind: {item: length.total_seconds() for item, length in count.missing.items()}
            for kind, count in self._counts.items()
        }
        spared = {kind: sorted(items) for kind, items in self._spared.items() if items}
        more = {_SPARED: spared, _SPARE_NEXT: self._spare_next}
        return lengths | {name: value for name, value in more.items() if value}

    def _tell(self) -> None:
        """Raise the repair issue of a reply that lacks too much, or take it back."""
        missing, registered = len(self.missing_units), self._registered_units
        if not is_incomplete(registered, missing):
            withdraw(self._hass, self._entry)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            _issue_id(self._entry),
            data={"entry_id": self._entry.entry_id},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="units_missing",
            translation_placeholders={"missing": str(missing), "registered": str(registered)},
        )


@callback
def withdraw(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take the repair issue back."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry))


async def spare_unlisted(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Spare what the first reply after the next set-up does not list; for an entry that is not loaded."""
    store = _store(hass, entry)
    try:
        stored = await store.async_load() or {}
    except HomeAssistantError, NotImplementedError:
        stored = {}  # loading says so
    await store.async_save({**stored, _SPARE_NEXT: True})


async def forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Leave neither issue nor file of an entry that is deleted."""
    withdraw(hass, entry)
    await _store(hass, entry).async_remove()


def _store(hass: HomeAssistant, entry: ConfigEntry) -> Store[_Stored]:
    return Store(hass, 1, f"{DOMAIN}.missing.{entry.entry_id}")


def _issue_id(entry: ConfigEntry) -> str:
    return f"units_missing_{entry.entry_id}"


def _registered(hass: HomeAssistant, entry: ConfigEntry) -> _Registered:
    found: dict[Kind, dict[str, dr.DeviceEntry]] = {Kind.UNIT: {}, Kind.PROPERTY: {}}
    for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id):
        for kind, items in found.items():
            if item := item_of(kind, device.identifiers):
                items[item] = device
    return found
