"""Actions that look at an account as a whole: its dashboard, which properties are online, and its units in full."""

from typing import Final

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse

from ..cloud.questions import Dashboard, PropertyStatus, Units
from ..registry.identity import Kind
from .action import Action
from .answering import asked
from .fields import RANGE, span, zone
from .targets import ACCOUNT, ANYTHING, WITHIN, WITHIN_ONE, account, within


async def _dashboard(call: ServiceCall) -> ServiceResponse:
    coordinator = account(call)
    start, end = span(call)
    question = Dashboard(zone=await zone(call.hass), start=start, end=end)
    return await asked(coordinator, question)


async def _property_status(call: ServiceCall) -> ServiceResponse:
    target = within(call, Kind.PROPERTY, Kind.ACCOUNT)
    question = PropertyStatus(property_ids=target.property_ids)
    return await asked(target.coordinator, question)


async def _units(call: ServiceCall) -> ServiceResponse:
    target = within(call, *ANYTHING)
    question = Units(device_id=next(iter(target.device_ids), None), property_id=next(iter(target.property_ids), None))
    return await asked(target.coordinator, question)


ACTIONS: Final = (
    Action(name="get_dashboard", fields={**ACCOUNT, **RANGE}, carry_out=_dashboard, answers=SupportsResponse.ONLY),
    Action(name="get_property_status", fields=WITHIN, carry_out=_property_status, answers=SupportsResponse.ONLY),
    Action(name="get_units", fields=WITHIN_ONE, carry_out=_units, answers=SupportsResponse.ONLY),
)
