"""Energy figures and alarm events over time."""

from datetime import timedelta
from typing import Any

from simulator.errors import bad_request
from simulator.house.catalogue import ALARMS
from simulator.house.energy import Span
from simulator.house.property import CROWD_IN_QUIET_HOURS

from . import payload
from .chosen import Chosen, chosen_by
from .property_fields import costs, gains, savings
from .ranges import asked_buckets, events_span, span, zone_of
from .requests import Call

_PERIODS = {"day": 1, "two_days": 2, "week": 7, "month": 30, "three_months": 91, "year": 365}
_DEFAULT_PERIOD = "month"


def overall(call: Call) -> list[dict[str, Any]]:
    """Return one row for each property that fits; with a device_id the figures are that unit's."""
    days = _PERIODS[call.get("period", _DEFAULT_PERIOD)]
    asked = Span(call.now - timedelta(days=days), call.now)
    return [_row(call, chosen, asked) for chosen in chosen_by(call)]


def series(call: Call) -> list[dict[str, Any]]:
    """Return the number of events in each bucket."""
    name, zone = _event_name(call), zone_of(call)
    asked = span(call, zone)
    starts = [started for chosen in chosen_by(call) for started in chosen.events(call, name, asked)]
    return [
        {
            "timestamp": payload.local_stamp(bucket.start),
            "value": sum(bucket.start <= started < bucket.end for started in starts),
        }
        for bucket in asked_buckets(call, zone)
    ]


def total(call: Call) -> dict[str, Any]:
    """Return the number of events in the range."""
    name, asked = _event_name(call), events_span(call, zone_of(call))
    return {"value": sum(_count(call, chosen, name, asked) for chosen in chosen_by(call))}


def by_property(call: Call) -> list[dict[str, Any]]:
    """Return the number of events of each property."""
    name, asked = _event_name(call), events_span(call, zone_of(call))
    return [{"value": _count(call, chosen, name, asked), "property": chosen.reference} for chosen in chosen_by(call)]


def several_by_property(call: Call) -> list[dict[str, Any]]:
    """Return the number of events of each property and each alarm, all alarms when none is named."""
    asked = events_span(call, zone_of(call))
    return [
        {"value": _count(call, chosen, name, asked), "name": name, "property": chosen.reference}
        for name in call.get("names") or ALARMS
        for chosen in chosen_by(call)
    ]


def _row(call: Call, chosen: Chosen, asked: Span) -> dict[str, Any]:
    consumed, saved = chosen.energy(asked), chosen.saved(asked)
    row = {
        "property": chosen.reference,
        "energy": round(consumed, 2),
        "costs": costs(call, consumed),
        "savings": savings(call, saved),
        "efficiency_gains": gains(consumed, saved),
        "alarm_counts": payload.alarm_counts(call.world, chosen.units, call.view(), asked.start),
    }
    if "trends" in call.get("fields", ()):
        earlier = asked.before()
        row["trends"] = {
            "energy": _change(chosen.energy(earlier), consumed),
            "savings": _change(chosen.saved(earlier), saved),
        }
    return call.flavour.reword("StatisticsRow", row)


def _change(before: float, after: float) -> float:
    """Return the change in percent."""
    return round(100 * (after - before) / before, 1) if before else 0.0


def _count(call: Call, chosen: Chosen, alarm: str, asked: Span) -> int:
    return len(chosen.events(call, alarm, asked))


def _event_name(call: Call) -> str:
    name: str = call.parameters["name"]
    known = {*call.flavour.alarms, CROWD_IN_QUIET_HOURS}
    if name not in known:
        raise bad_request(f"name: there is no alarm {name!r}; accepted: {', '.join(sorted(known))}")
    return name


HANDLERS = {
    "getStatistics": overall,
    "getAlarmSeries": series,
    "getAlarmSummary": total,
    "getAlarmSummaryByProperty": by_property,
    "getAlarmSummariesByProperty": several_by_property,
}
