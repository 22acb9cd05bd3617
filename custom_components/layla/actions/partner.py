"""Actions that LaylaElectric offers to partners alone: to add a property or a unit, and to order sensors."""

from typing import Final

from homeassistant.const import ATTR_NAME
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import probatio

from ..cloud.administration import AddProperty, OrderSensors, RegisterUnit
from ..cloud.layla.vocabulary import PartnerPropertyCategory
from ..registry.identity import Kind
from .action import Action
from .answering import executed
from .devices import ADDRESS, SETTINGS, TIMEZONE
from .fields import CATEGORY, words
from .targets import ACCOUNT, ONE_DEVICE, WITHIN_ONE, account, one, within

_COUNT: Final = "count"
_MAC: Final = "mac"
_PLACE: Final = ("property_name", "country", "city", "street", "apartment")
_NAME: Final = probatio.All(cv.string, probatio.Length(min=1))


async def _add_property(call: ServiceCall) -> ServiceResponse:
    coordinator = account(call)
    command = AddProperty(
        name=call.data[ATTR_NAME],
        category=call.data[CATEGORY],
        address=call.data[ADDRESS],
        timezone=call.data.get(TIMEZONE, call.hass.config.time_zone),
        settings=call.data.get(SETTINGS),
    )
    return await executed(coordinator, command)


async def _register_unit(call: ServiceCall) -> ServiceResponse:
    item = one(call, Kind.PROPERTY)
    command = RegisterUnit(property_id=item.id, mac=call.data[_MAC], name=call.data[ATTR_NAME])
    return await executed(item.coordinator, command)


async def _order_sensors(call: ServiceCall) -> ServiceResponse:
    target = within(call, Kind.PROPERTY)
    command = OrderSensors(
        count=call.data[_COUNT],
        property_id=next(iter(target.property_ids), None),
        place={name: call.data[name] for name in _PLACE if name in call.data},
    )
    return await executed(target.coordinator, command)


ACTIONS: Final = (
    Action(
        name="add_property",
        fields={
            **ACCOUNT,
            probatio.Required(ATTR_NAME): _NAME,
            probatio.Required(CATEGORY): words(PartnerPropertyCategory),
            probatio.Required(ADDRESS): cv.string,
            probatio.Optional(TIMEZONE): cv.time_zone,
            probatio.Optional(SETTINGS): dict,
        },
        carry_out=_add_property,
        answers=SupportsResponse.OPTIONAL,
        for_administrators=True,
    ),
    Action(
        name="register_unit",
        fields={**ONE_DEVICE, probatio.Required(_MAC): _NAME, probatio.Required(ATTR_NAME): _NAME},
        carry_out=_register_unit,
        answers=SupportsResponse.OPTIONAL,
        for_administrators=True,
    ),
    Action(
        name="order_sensors",
        fields={
            **WITHIN_ONE,
            probatio.Required(_COUNT): probatio.All(probatio.Coerce(int), probatio.Range(min=1)),
            **{probatio.Optional(name): cv.string for name in _PLACE},
        },
        carry_out=_order_sensors,
        answers=SupportsResponse.OPTIONAL,
        for_administrators=True,
    ),
)
