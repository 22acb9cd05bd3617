"""Actions that read series and figures of units and properties."""

from typing import Final

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import probatio

from ..cloud.catalogue import MEASURES
from ..cloud.layla.vocabulary import MeasureName, Period
from ..cloud.questions import Measurements, Statistics
from ..registry.identity import Kind
from .action import Action
from .answering import asked
from .fields import (
    CATEGORY,
    CATEGORY_FIELD,
    CURRENCY,
    CURRENCY_FIELD,
    GRANULARITY,
    GRANULARITY_FIELD,
    RANGE,
    span,
    words,
)
from .targets import ANYTHING, ONE_DEVICE, WITHIN_ONE, one, within

_MEASURE: Final = "measure"
_PERIOD: Final = "period"
_TRENDS: Final = "trends"


async def _measurements(call: ServiceCall) -> ServiceResponse:
    item = one(call, Kind.UNIT, Kind.PROPERTY)
    start, end = span(call)
    measure = call.data[_MEASURE]
    question = Measurements(
        measure=measure,
        start=start,
        end=end,
        granularity=call.data[GRANULARITY],
        device_id=item.id if item.kind is Kind.UNIT else None,
        property_id=item.id if item.kind is Kind.PROPERTY else None,
    )
    answer = await asked(item.coordinator, question)
    return {_MEASURE: measure, ATTR_UNIT_OF_MEASUREMENT: MEASURES[measure].unit, **answer}


async def _statistics(call: ServiceCall) -> ServiceResponse:
    target = within(call, *ANYTHING)
    question = Statistics(
        period=call.data[_PERIOD],
        currency=call.data.get(CURRENCY),
        category=call.data.get(CATEGORY),
        property_id=next(iter(target.property_ids), None),
        device_id=next(iter(target.device_ids), None),
        trends=call.data[_TRENDS],
    )
    return await asked(target.coordinator, question)


ACTIONS: Final = (
    Action(
        name="get_measurements",
        fields={**ONE_DEVICE, probatio.Required(_MEASURE): words(MeasureName), **RANGE, **GRANULARITY_FIELD},
        carry_out=_measurements,
        answers=SupportsResponse.ONLY,
    ),
    Action(
        name="get_statistics",
        fields={
            **WITHIN_ONE,
            probatio.Optional(_PERIOD, default="month"): words(Period),
            **CURRENCY_FIELD,
            **CATEGORY_FIELD,
            probatio.Optional(_TRENDS, default=False): cv.boolean,
        },
        carry_out=_statistics,
        answers=SupportsResponse.ONLY,
    ),
)
