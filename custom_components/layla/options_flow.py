"""Changing how an account is read and how much of it is shown."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode, ObjectSelector
import probatio

from .access.ways import FLAVOURS
from .cloud.layla.air_conditioning import DEFAULT_LEAD
from .cloud.layla.flavour import Flavour
from .cloud.route import InvalidRoute
from .const import AC_ON_OFF, CONF_AC_CONTROL, CONF_AC_LEAD, CONF_DETAIL, CONF_INTERVAL, CONF_KIND, CONF_ROUTES
from .coordinator import LaylaConfigEntry
from .detail import choices
from .detail.choices import Fields
from .detail.estimate import Estimate, estimate
from .detail.levels import Level, Levels
from .platforms import DESCRIBING
from .registry import devices
from .rests import usual

_ADVANCED: Final = "advanced"
_AC_LEAD: Final = int(DEFAULT_LEAD)


def _seconds(least: int, most: int) -> NumberSelector:
    unit = UnitOfTime.SECONDS
    return NumberSelector(
        NumberSelectorConfig(min=least, max=most, mode=NumberSelectorMode.BOX, unit_of_measurement=unit)
    )


_INTERVAL: Final[Fields] = {probatio.Required(CONF_INTERVAL): _seconds(60, 900)}
_LEAD: Final[Fields] = {probatio.Required(CONF_AC_LEAD, default=_AC_LEAD): _seconds(_AC_LEAD, 60)}
_ROUTES: Final[Fields] = {probatio.Optional(CONF_ROUTES): ObjectSelector()}


class LaylaOptionsFlow(OptionsFlowWithReload):
    """One form. What cannot work is said in it, and nothing that was typed is lost."""

    config_entry: LaylaConfigEntry

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the options as they are until what was chosen can work; then store it."""
        counted = self._counted()
        shown = user_input or self._as_they_are()
        levels = Levels.chosen(shown)
        errors: dict[str, str] = {}
        reason = ""
        if user_input is not None:
            # An account that was too large before may still change its interval.
            if counted and levels != self._levels() and not choices.fits(counted, levels):
                errors[CONF_DETAIL] = "too_many_entities"
            try:
                routes = _routes(user_input[_ADVANCED].get(CONF_ROUTES), self._flavour)
            except InvalidRoute as error:
                errors["base"], reason = "invalid_route", str(error)
            else:
                if not errors:
                    return self.async_create_entry(data={**self.config_entry.options, **_options(user_input, routes)})
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(self._form(opened="base" in errors), shown),
            errors=errors,
            description_placeholders={**choices.numbers(counted, levels), "reason": reason},
        )

    @property
    def _flavour(self) -> Flavour:
        return FLAVOURS[self.config_entry.data[CONF_KIND]]

    def _form(self, *, opened: bool) -> probatio.Schema:
        names = devices.names_of_properties(self.hass, self.config_entry)
        # What is chosen stays, also while the cloud does not list it.
        named = {**dict.fromkeys(self._levels().exceptions), **names}
        ac_control, lead = (choices.AC_CONTROL, _LEAD) if self._flavour.commands_air_conditioners else ({}, {})
        return probatio.Schema(
            {
                **_INTERVAL,
                **choices.detail(named, self._levels().default),
                **ac_control,
                probatio.Required(_ADVANCED): section(probatio.Schema({**lead, **_ROUTES}), {"collapsed": not opened}),
            }
        )

    def _as_they_are(self) -> dict[str, Any]:
        options = self.config_entry.options
        advanced = {CONF_AC_LEAD: options.get(CONF_AC_LEAD, _AC_LEAD)}
        if routes := options.get(CONF_ROUTES):
            advanced[CONF_ROUTES] = routes
        return {
            CONF_INTERVAL: usual(options).total_seconds(),
            **self._levels().as_options(),
            CONF_AC_CONTROL: options.get(CONF_AC_CONTROL, AC_ON_OFF),
            _ADVANCED: advanced,
        }

    def _levels(self) -> Levels:
        options = self.config_entry.options
        return Levels.chosen(options) if CONF_DETAIL in options else Levels(Level.FULL)

    def _counted(self) -> Estimate | None:
        """Count the entities at every level; None while the account is not set up, so that nothing is known of it."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return None
        coordinator = self.config_entry.runtime_data
        units = coordinator.data.devices.values()
        return estimate(self.hass, self.config_entry, DESCRIBING, coordinator.homes.values(), units)


def _options(chosen: Mapping[str, Any], routes: Mapping[str, str]) -> dict[str, Any]:
    """Write what was chosen; what was not asked for stays as it is."""
    options = {CONF_INTERVAL: int(chosen[CONF_INTERVAL]), **Levels.chosen(chosen).as_options(), CONF_ROUTES: routes}
    if CONF_AC_CONTROL in chosen:
        options |= {CONF_AC_CONTROL: chosen[CONF_AC_CONTROL], CONF_AC_LEAD: int(chosen[_ADVANCED][CONF_AC_LEAD])}
    return options


def _routes(given: object, flavour: Flavour) -> dict[str, str]:
    """Return the route overrides; raises InvalidRoute, which names the operation and the accepted form."""
    if not given:
        return {}
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for pair in given.items() for text in pair):
        raise InvalidRoute("Write each on a line of its own, as in 'listDevices: GET /v1/devices'")
    routes = {str(operation): str(text) for operation, text in given.items()}
    flavour.routes_with(routes)
    return routes
