"""Climate: the air conditioner that a unit drives by infrared. What it shows is assumed (L22)."""

from collections.abc import Collection, Iterator
from functools import partial
from typing import Any, override

from homeassistant.components.climate import (
    ATTR_FAN_MODE,
    ATTR_HVAC_MODE,
    ATTR_SWING_MODE,
    DEFAULT_MAX_TEMP,
    DEFAULT_MIN_TEMP,
    ClimateEntity,
    ClimateEntityDescription,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE, Platform, UnitOfTemperature
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.unit_conversion import TemperatureConverter

from . import failures
from .air_conditioning import contradiction, spoken_names
from .air_conditioning.doing import doing
from .air_conditioning.entity import AcEntity
from .air_conditioning.following import Follower
from .cloud.ac_truth import Contradiction
from .cloud.air_conditioner import Mode
from .cloud.errors import CloudError
from .cloud.model import Device
from .const import DOMAIN
from .coordinator import LaylaConfigEntry, LaylaCoordinator
from .entity import UnitEntity, add_for_units, nothing_of_property, registered_keys
from .registry.identity import Kind, unique_id

# Commands of one moment are merged, so they must not wait for each other here: each unit has its own lock.
PARALLEL_UPDATES = 0

AIR_CONDITIONER = ClimateEntityDescription(key="air_conditioner", translation_key="air_conditioner")


def of_unit(device: Device, registered: Collection[str]) -> Iterator[ClimateEntityDescription]:
    """Describe the air conditioner of a unit that drives one, or did once (L34)."""
    if device.drives_ac or AIR_CONDITIONER.key in registered:
        yield AIR_CONDITIONER


of_property = nothing_of_property


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LaylaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up an entity for every unit that drives an air conditioner."""
    known = registered_keys(entry, Platform.CLIMATE)
    registry = er.async_get(hass)

    def entity(coordinator: LaylaCoordinator, device_id: str, description: ClimateEntityDescription) -> UnitEntity:
        remembered = (Platform.CLIMATE, DOMAIN, unique_id(Kind.UNIT, device_id, description.key))
        new = device_id not in known and remembered not in registry.deleted_entities
        return AirConditionerEntity(coordinator, device_id, description, new=new)

    add_for_units(entry, async_add_entities, Platform.CLIMATE, of_unit, entity)


class AirConditionerEntity(AcEntity, ClimateEntity):
    """An air conditioner. Temperatures are in the unit of its profile."""

    _attr_assumed_state = True
    # The device's own name: "set the bedroom to 21 degrees".
    _attr_name = None
    _attr_fan_modes = None
    _attr_swing_modes = None

    def __init__(
        self, coordinator: LaylaCoordinator, device_id: str, description: ClimateEntityDescription, *, new: bool
    ) -> None:
        """Take what the unit's profile says; a `new` one is given the names by which people call it."""
        self._against: Contradiction | None = None
        super().__init__(coordinator, device_id, description)
        self._follower = Follower(self)
        self._new = new
        profile = self.unit.profile
        settings = profile if self.unit.full else None
        self._fahrenheit = profile is not None and profile.fahrenheit
        self._attr_hvac_modes = [HVACMode.OFF, *(HVACMode(mode) for mode in self.unit.modes)]
        self._attr_supported_features = ClimateEntityFeature.TURN_ON | ClimateEntityFeature.TURN_OFF
        if settings:
            self._attr_supported_features |= ClimateEntityFeature.TARGET_TEMPERATURE
            self._attr_target_temperature_step = settings.step
        if settings and settings.fans:
            self._attr_supported_features |= ClimateEntityFeature.FAN_MODE
            self._attr_fan_modes = list(settings.fans)
        if settings and settings.swings:
            self._attr_supported_features |= ClimateEntityFeature.SWING_MODE
            self._attr_swing_modes = list(settings.swings)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.unit.listen(self._handle_coordinator_update))
        self.async_on_remove(self._follower.stop)
        self.async_on_remove(partial(contradiction.tell, self.hass, self._item_id, "", None))
        self._follower.heard()
        if self._new:
            er.async_get(self.hass).async_update_entity(self.entity_id, aliases=self._names())

    def _names(self) -> list[er.AliasEntry]:
        data = self.coordinator.data
        home = data.properties.get(self.device.property_id or "") if self.device else None
        several = len(data.properties) > 1
        names = spoken_names.of_air_conditioner(
            self.device.name if self.device else None, home.name if home and several else None
        )
        entry = er.async_get(self.hass).async_get(self.entity_id)
        known = entry.aliases if entry else []
        return [*known, *(name for name in names if name not in known)]

    @callback
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Stay: nothing here depends on the entity id. Home Assistant before 2026.11 does not ask."""

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._follower.heard()
        self._tell_contradiction()
        super()._handle_coordinator_update()

    def _tell_contradiction(self) -> None:
        against = self.truth.against if self.offered else None
        if against is not self._against:
            self._against = against
            contradiction.tell(self.hass, self._item_id, self._spoken_name, against)

    @property
    def _spoken_name(self) -> str:
        entry = self.device_entry
        return (entry and (entry.name_by_user or entry.name)) or self._item_id

    @property
    @override
    def shown(self) -> object:
        measured = (self._reading("temperature"), self._reading("humidity"))
        return (self.available, self.unit.shown, self.hvac_action, measured)

    @property
    @override
    def available(self) -> bool:
        """Need a unit that still drives an AC and can be reached: an offline one would lose the frame."""
        return super().available and self.device is not None and self.device.online is not False

    @property
    @override
    def hvac_mode(self) -> HVACMode:
        state = self.unit.shown
        return HVACMode(state.mode) if state.power else HVACMode.OFF

    @property
    @override
    def hvac_action(self) -> HVACAction | None:
        """What the unit's power proves; None where it measures none, or nothing is proven."""
        return doing(self.unit.shown, self.truth) if self.measures_power else None

    @property
    @override
    def fan_mode(self) -> str | None:
        return self.unit.shown.fan

    @property
    @override
    def swing_mode(self) -> str | None:
        return self.unit.shown.swing

    @property
    @override
    def current_humidity(self) -> float | None:
        return self._reading("humidity")

    # Each temperature has two names: Home Assistant 2026.11 asks for the native one, 2026.10 for the other.

    @property
    def native_temperature_unit(self) -> str:
        """The unit of all temperatures here."""
        return UnitOfTemperature.FAHRENHEIT if self._fahrenheit else UnitOfTemperature.CELSIUS

    @property
    @override
    def temperature_unit(self) -> str:
        return self.native_temperature_unit

    @property
    def native_current_temperature(self) -> float | None:
        """The unit's own temperature."""
        measured = self._reading("temperature")
        if measured is None or not self._fahrenheit:
            return measured
        return TemperatureConverter.convert(measured, UnitOfTemperature.CELSIUS, UnitOfTemperature.FAHRENHEIT)

    @property
    @override
    def current_temperature(self) -> float | None:
        return self.native_current_temperature

    @property
    def native_target_temperature(self) -> float | None:
        """The temperature that the air conditioner was told."""
        return self.unit.shown.temperature

    @property
    @override
    def target_temperature(self) -> float | None:
        return self.native_target_temperature

    @property
    @override
    def min_temp(self) -> float:
        return self.unit.profile.lowest if self.unit.profile else DEFAULT_MIN_TEMP

    @property
    @override
    def max_temp(self) -> float:
        return self.unit.profile.highest if self.unit.profile else DEFAULT_MAX_TEMP

    def _reading(self, measure: str) -> float | None:
        reading = self.device and self.device.readings.get(measure)
        return reading.value if reading else None

    @override
    async def async_turn_on(self) -> None:
        await self._change(power=True)

    @override
    async def async_turn_off(self) -> None:
        await self._change(power=False)

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        await self._change(**_power_and_mode(hvac_mode))

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        await self._change(**self.changes(kwargs))

    @override
    async def async_set_fan_mode(self, fan_mode: str) -> None:
        await self._change(fan=fan_mode)

    @override
    async def async_set_swing_mode(self, swing_mode: str) -> None:
        await self._change(swing=swing_mode)

    async def _change(self, **changes: Any) -> None:
        """Ask the air conditioner for changes; raises HomeAssistantError in the user's language."""
        try:
            await self.unit.change(**changes)
        except CloudError as error:
            raise failures.command_failed(error) from error

    def changes(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Read the members of an action as changes; raises ServiceValidationError for a mode that there is not."""
        changes: dict[str, Any] = {}
        if (hvac_mode := asked.get(ATTR_HVAC_MODE)) is not None:
            self._valid_mode_or_raise("hvac", hvac_mode, self.hvac_modes)
            changes |= _power_and_mode(hvac_mode)
        if (fan_mode := asked.get(ATTR_FAN_MODE)) is not None:
            self._valid_mode_or_raise("fan", fan_mode, self.fan_modes)
            changes["fan"] = fan_mode
        if (swing_mode := asked.get(ATTR_SWING_MODE)) is not None:
            self._valid_mode_or_raise("swing", swing_mode, self.swing_modes)
            changes["swing"] = swing_mode
        if (temperature := asked.get(ATTR_TEMPERATURE)) is not None and self.unit.profile:
            changes["temperature"] = self.unit.profile.nearest(temperature)
        return changes


def _power_and_mode(hvac_mode: HVACMode) -> dict[str, Any]:
    """Read a mode as changes; "off" keeps the one that was last on."""
    if hvac_mode is HVACMode.OFF:
        return {"power": False}
    return {"power": True, "mode": Mode(hvac_mode)}
