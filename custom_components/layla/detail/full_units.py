"""The units that have a device and entities of their own; the others show in their property alone."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..cloud.model import Device, Snapshot
from ..const import CONF_DETAIL
from ..homes import Home
from ..registry import devices
from ..registry.identity import Kind
from ..registry.registered import enabled_count
from . import limit
from .estimate import Platforms, estimate
from .levels import Levels
from .limit import Fit

type _Counted = tuple[frozenset[str], frozenset[str], int]


class FullUnits:
    """Decides for one run of an entry. The number of entities is counted again only when it may have changed."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, platforms: Platforms) -> None:
        """Take the platforms that have entities of units and properties."""
        self._hass = hass
        self._entry = entry
        self._platforms = platforms
        self._counted: _Counted | None = None
        self._units: Mapping[str, Device] = {}
        self.levels: Levels | None = None
        self.fit = Fit(frozenset(), frozenset(), 0)

    @callback
    def update(self, snapshot: Snapshot, homes: Mapping[str, Home]) -> Mapping[str, Device]:
        """Return the units to show; the devices of those that no longer are get removed, with their entities."""
        levels = self.levels or self._begin(snapshot)
        wanted = {unit: item for unit, item in snapshot.devices.items() if levels.shows_units_of(item.property_id)}
        counted = (frozenset(wanted), frozenset(homes), enabled_count(self._hass, self._entry))
        if counted != self._counted:
            self._counted = counted
            found = estimate(self._hass, self._entry, self._platforms, homes.values(), wanted.values())
            self.fit = limit.fit(found, levels, limit.limit())
            limit.tell(self._hass, self._entry, self.fit)
        units = {unit: item for unit, item in wanted.items() if unit in self.fit.units}
        moved = self._units.keys() & snapshot.devices.keys() - units.keys()
        devices.remove(self._hass, self._entry, Kind.UNIT, moved)
        self._units = units
        return units

    def _begin(self, snapshot: Snapshot) -> Levels:
        """Take the levels from the options, and remove what an earlier choice has left."""
        self.levels = levels = self._chosen(snapshot)
        behind = devices.properties_of_units(self._hass, self._entry)
        now = {**behind, **{unit: item.property_id for unit, item in snapshot.devices.items() if unit in behind}}
        surplus = [unit for unit, property_id in now.items() if not levels.shows_units_of(property_id)]
        devices.remove(self._hass, self._entry, Kind.UNIT, surplus)
        return levels

    def _chosen(self, snapshot: Snapshot) -> Levels:
        """Return the levels of the options; a choice of ours is stored, so that it stays when a property comes."""
        options = self._entry.options
        if CONF_DETAIL in options:
            return Levels.chosen(options)
        levels = Levels.to_begin_with(len(snapshot.properties))
        self._hass.config_entries.async_update_entry(self._entry, options={**options, **levels.as_options()})
        return levels
