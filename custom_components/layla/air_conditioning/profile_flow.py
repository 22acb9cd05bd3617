"""The form of an air conditioner profile: one for each model, assigned to the units that drive such a one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import UnitOfPower, UnitOfTemperature
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import probatio

from ..cloud.air_conditioner import Appliance, Mode
from ..cloud.model import Device
from ..coordinator import LaylaConfigEntry
from .profiles import CONF_UNITS, PROFILE

_CELSIUS: Final[Mapping[str, Any]] = {"degrees": UnitOfTemperature.CELSIUS, "lowest": 16, "highest": 30, "step": 1}
_FAHRENHEIT: Final[Mapping[str, Any]] = {
    "degrees": UnitOfTemperature.FAHRENHEIT,
    "lowest": 60,
    "highest": 86,
    "step": 1,
}
_USUAL: Final[Mapping[str, Any]] = {
    "modes": [mode.value for mode in Mode],
    "fans": ["auto", "low", "medium", "high"],
    "swings": [],
    "running_above": 50,
}
_MOST_DEGREES: Final = 130


def _words(*usual: str) -> SelectSelector:
    """Offer words of the vendor's, and let the user type others."""
    return SelectSelector(SelectSelectorConfig(options=list(usual), multiple=True, custom_value=True))


def _number(least: float, most: float, step: float, unit: str | None = None) -> NumberSelector:
    config = NumberSelectorConfig(min=least, max=most, step=step, mode=NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def _form(units: Mapping[str, str]) -> probatio.Schema:
    chosen = [SelectOptionDict(value=unit, label=name) for unit, name in units.items()]
    modes = SelectSelectorConfig(options=list(Mode), multiple=True, translation_key="mode")
    degrees = SelectSelectorConfig(options=[UnitOfTemperature.CELSIUS, UnitOfTemperature.FAHRENHEIT])
    return probatio.Schema(
        {
            probatio.Required("vendor"): TextSelector(),
            probatio.Required("model"): TextSelector(),
            probatio.Required("modes"): SelectSelector(modes),
            probatio.Required("degrees"): SelectSelector(degrees),
            probatio.Required("lowest"): _number(0, _MOST_DEGREES, 0.5),
            probatio.Required("highest"): _number(0, _MOST_DEGREES, 0.5),
            probatio.Required("step"): _number(0.1, 5, 0.1),
            probatio.Optional("fans", default=list): _words("auto", "quiet", "low", "medium", "high", "turbo"),
            probatio.Optional("swings", default=list): _words("off", "vertical", "horizontal", "both"),
            probatio.Required("running_above"): _number(1, 5000, 1, UnitOfPower.WATT),
            probatio.Optional(CONF_UNITS, default=list): SelectSelector(
                SelectSelectorConfig(options=chosen, multiple=True, mode=SelectSelectorMode.DROPDOWN)
            ),
        }
    )


class ProfileFlow(ConfigSubentryFlow):
    """Adds and changes a profile. Nothing is sent to an air conditioner."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Describe a new model; what a unit's payload says of its air conditioner is filled in."""
        return await self._ask("user", user_input, None)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change a model, or the units that it is assigned to."""
        return await self._ask("reconfigure", user_input, self._get_reconfigure_subentry().data)

    async def _ask(
        self, step_id: str, user_input: dict[str, Any] | None, stored: Mapping[str, Any] | None
    ) -> SubentryFlowResult:
        entry: LaylaConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="entry_not_loaded")
        free = self._free_units(entry, stored or {})
        errors = _errors(user_input) if user_input is not None else {}
        if user_input is not None and not errors:
            return self._stored(entry, user_input)
        suggested = user_input or _suggested(stored) or self._described(free)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                _form(_labels(entry, free, (stored or {}).get(CONF_UNITS, ()))), suggested
            ),
            errors=errors,
        )

    @staticmethod
    def _free_units(entry: LaylaConfigEntry, stored: Mapping[str, Any]) -> Mapping[str, Device]:
        """Return the units that have entities, drive an air conditioner, and have no other profile."""
        taken = {unit for other in entry.get_subentries_of_type(PROFILE) for unit in other.data[CONF_UNITS]}
        others = taken.difference(stored.get(CONF_UNITS, ()))
        return {
            device.id: device
            for device in entry.runtime_data.full_units()
            if device.drives_ac and device.id not in others
        }

    def _described(self, units: Mapping[str, Device]) -> dict[str, Any]:
        """Describe the model that the payload of a unit tells of, else a usual one, for all units that have it."""
        appliances = {unit: device.appliance for unit, device in units.items()}
        told = next(filter(None, appliances.values()), Appliance())
        metric = self.hass.config.units.temperature_unit == UnitOfTemperature.CELSIUS
        same = [unit for unit, appliance in appliances.items() if (appliance or Appliance()).model == told.model]
        known = {"vendor": told.vendor, "model": told.model}
        return {
            **_USUAL,
            **(_CELSIUS if metric else _FAHRENHEIT),
            **{name: value for name, value in known.items() if value},
            **_with_word("fans", told.fan),
            **_with_word("swings", told.swing),
            CONF_UNITS: same,
        }

    def _stored(self, entry: LaylaConfigEntry, user_input: dict[str, Any]) -> SubentryFlowResult:
        degrees = user_input.pop("degrees")
        data = {**user_input, "fahrenheit": degrees == UnitOfTemperature.FAHRENHEIT}
        title = f"{data['vendor']} {data['model']}"
        if self.source == "user":
            return self.async_create_entry(title=title, data=data)
        return self.async_update_and_abort(entry, self._get_reconfigure_subentry(), title=title, data=data)


def _labels(entry: LaylaConfigEntry, units: Mapping[str, Device], stored: Iterable[str]) -> Mapping[str, str]:
    """Name units so that they can be told apart; those that a profile has stay, though the cloud lost them."""
    homes = entry.runtime_data.data.properties
    labels = dict.fromkeys(stored, "") | {unit: device.name or "" for unit, device in units.items()}
    if len(homes) > 1:
        named = ((unit, homes.get(device.property_id or "")) for unit, device in units.items())
        labels |= {unit: f"{home.name}: {labels[unit]}" for unit, home in named if home and home.name}
    uses = Counter(labels.values())
    return {
        unit: label if label and uses[label] == 1 else f"{label} ({unit})".lstrip() for unit, label in labels.items()
    }


def _errors(asked: Mapping[str, Any]) -> dict[str, str]:
    """Name the fields that make no sense, and why."""
    errors: dict[str, str] = {}
    if not asked["modes"]:
        errors["modes"] = "no_modes"
    if asked["lowest"] >= asked["highest"]:
        errors["highest"] = "empty_range"
    for field in ("vendor", "model"):
        if not asked[field].strip():
            errors[field] = "empty_name"
    return errors


def _suggested(stored: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if stored is None:
        return None
    degrees = UnitOfTemperature.FAHRENHEIT if stored["fahrenheit"] else UnitOfTemperature.CELSIUS
    return {**stored, "degrees": degrees}


def _with_word(field: str, word: str | None) -> dict[str, list[str]]:
    """Add a word that the payload uses to the usual ones."""
    return {field: list(dict.fromkeys([*_USUAL[field], word]))} if word else {}
