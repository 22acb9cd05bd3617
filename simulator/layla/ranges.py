"""The range that a request asks for, and the zone in which it was written."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from simulator.errors import bad_request
from simulator.house.buckets import GRANULARITIES, MOST_POINTS, Bucket, buckets
from simulator.house.energy import Span

from .requests import Call, moment, zone_named

_UTC = ZoneInfo("UTC")
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


def zone_of(call: Call) -> ZoneInfo:
    """Return the zone for times without an offset: the one asked for, else the only property's, else UTC."""
    if call.get("timezone") is not None:
        return zone_named(call.get("timezone"), "timezone")
    wanted = [call.get("property_id"), *call.get("property_ids", [])]
    places = [call.world.properties[name] for name in wanted if name in call.world.properties]
    return places[0].zone if len(places) == 1 else _UTC


def span(call: Call, zone: ZoneInfo, default: timedelta = _DAY) -> Span:
    """Return [start, end), by default until now and `default` long."""
    end = _bound(call, "end", zone) or call.now
    start = _bound(call, "start", zone) or end - default
    if start >= end:
        raise bad_request(
            f"start: {start.isoformat()} is not before the end, {end.isoformat()}; accepted: an earlier one"
        )
    return Span(start, end)


def events_span(call: Call, zone: ZoneInfo) -> Span:
    """Return the same for events: where no end was sent, one that happens at this very instant counts."""
    asked = span(call, zone)
    return asked if call.get("end") else Span(asked.start, asked.end + _INSTANT)


def asked_buckets(call: Call, zone: ZoneInfo) -> list[Bucket]:
    """Return the buckets of the range, if they are not too many."""
    asked = span(call, zone)
    granularity = call.get("granularity") or _sensible(call, asked.end - asked.start)
    count = (asked.end - asked.start).total_seconds() / GRANULARITIES[granularity]
    if count > MOST_POINTS:
        raise bad_request(
            f"start, end: {count:.0f} points of {granularity}; accepted: at most {MOST_POINTS}, "
            "ask for a shorter range or a coarser granularity",
        )
    return list(buckets(asked.start, asked.end, granularity, zone))


def _sensible(call: Call, length: timedelta) -> str:
    return next(name for longest, name in call.flavour.granularities if length <= longest)


def _bound(call: Call, name: str, zone: ZoneInfo) -> datetime | None:
    text = call.get(name)
    return None if text is None else moment(text, zone)
