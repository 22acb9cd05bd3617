"""What an action is: a name, what it takes, and what it does. One row of a table each."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
import probatio

from ..const import DOMAIN

type Fields = Mapping[probatio.Marker, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action; `carry_out` raises HomeAssistantError, translated.

    `one_of` are fields of which at least one is needed. What changes the account itself, or costs money, is
    `for_administrators`.
    """

    name: str
    fields: Fields
    carry_out: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]
    answers: SupportsResponse = SupportsResponse.NONE
    one_of: tuple[str, ...] = ()
    for_administrators: bool = False

    @callback
    def async_register(self, hass: HomeAssistant) -> None:
        """Register the action."""
        schema: Any = probatio.Schema(dict(self.fields))
        if self.one_of:
            schema = probatio.All(schema, cv.has_at_least_one_key(*self.one_of))
        if self.for_administrators:
            async_register_admin_service(hass, DOMAIN, self.name, self.carry_out, schema, self.answers)
        else:
            hass.services.async_register(DOMAIN, self.name, self.carry_out, schema, self.answers)
