"""Series of readings, of a unit and of a whole property."""

from typing import Any

from simulator.house.series import device_series, property_series

from . import payload
from .ranges import asked_buckets
from .requests import Call

type Points = list[dict[str, Any]]


def of_device(call: Call) -> Points:
    """Return the series of one unit; empty for a measure that it does not have."""
    zone = call.world.property_of(call.device).zone
    measure = call.parameters["measure"]
    series = device_series(call.device, measure, asked_buckets(call, zone), call.now, zone)
    return payload.points(series, measure, call.view(), nulls=call.world.null_buckets)


def of_property(call: Call) -> Points:
    """Return the series over all units of a property."""
    zone = call.place.zone
    measure = call.parameters["measure"]
    units = call.world.devices_of(call.place.id)
    series = property_series(units, measure, asked_buckets(call, zone), call.now, zone)
    return payload.points(series, measure, call.view(), nulls=call.world.null_buckets)


HANDLERS = {"getDeviceMeasurements": of_device, "getPropertyMeasurements": of_property}
