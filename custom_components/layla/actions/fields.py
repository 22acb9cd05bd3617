"""What actions take in common: ranges of time, and the words of LaylaElectric's APIs."""

from datetime import date, datetime, timedelta
import math
from typing import Any, Final, TypeAliasType
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import probatio

from ..cloud.layla.vocabulary import Currency, Granularity, words_of
from ..cloud.questions import Scope
from ..failures import refused
from .action import Fields
from .targets import Within

ALARM: Final = "alarm"
CATEGORY: Final = "category"
CURRENCY: Final = "currency"
END: Final = "end"
GRANULARITY: Final = "granularity"
START: Final = "start"

RANGE: Final[Fields] = {probatio.Optional(START): cv.datetime, probatio.Optional(END): cv.datetime}
DAY: Final = timedelta(days=1)


def words(kind: TypeAliasType) -> Any:
    """Take one of the words of either API."""
    return probatio.In(sorted(words_of(kind)))


def list_of(each: Any) -> Any:
    """Take one or several, each once, in their order."""
    return probatio.All(cv.ensure_list, [each], probatio.Length(min=1), lambda values: list(dict.fromkeys(values)))


def finite(value: Any) -> float:
    """Take a number that can be sent."""
    number = float(probatio.Coerce(float)(value))
    if not math.isfinite(number):
        raise probatio.Invalid("a number is expected")
    return number


GRANULARITY_FIELD: Final[Fields] = {probatio.Optional(GRANULARITY, default="hours"): words(Granularity)}
CURRENCY_FIELD: Final[Fields] = {probatio.Optional(CURRENCY): words(Currency)}
CATEGORY_FIELD: Final[Fields] = {probatio.Optional(CATEGORY): cv.string}
SCOPE: Final[Fields] = {**RANGE, **CATEGORY_FIELD}
"""With `targets.WITHIN`: what to count."""


def span(call: ServiceCall, usual: timedelta = DAY) -> tuple[datetime, datetime]:
    """Return the range that is asked for, aware; without an end until now, without a start `usual` long.

    Times without offset are those of Home Assistant. Raises ServiceValidationError for a range that is reversed.
    """
    end = _aware(call.data.get(END)) or dt_util.utcnow()
    start = _aware(call.data.get(START)) or end - usual
    if start >= end:
        raise reversed_range(start, end)
    return start, end


def reversed_range(start: date, end: date) -> ServiceValidationError:
    """Say that a range ends before it begins."""
    return refused("range_reversed", start=start.isoformat(), end=end.isoformat())


def scope(call: ServiceCall, target: Within, zone: ZoneInfo) -> Scope:
    """Return what to count."""
    start, end = span(call)
    return Scope(
        start=start,
        end=end,
        zone=zone,
        property_ids=target.property_ids,
        device_ids=target.device_ids,
        category=call.data.get(CATEGORY),
    )


async def zone(hass: HomeAssistant) -> ZoneInfo:
    """Return Home Assistant's own time zone, whose days and months are counted."""
    return await dt_util.async_get_time_zone(hass.config.time_zone) or ZoneInfo("UTC")


def _aware(instant: datetime | None) -> datetime | None:
    return None if instant is None else dt_util.as_utc(instant)
