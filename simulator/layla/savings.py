"""Energy that was saved, and the share that it is, over time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from simulator.house.energy import Span

from . import payload
from .chosen import Chosen, chosen_by
from .property_fields import gains, savings
from .ranges import asked_buckets, span, zone_of
from .requests import Call


def series(call: Call) -> list[dict[str, Any]]:
    """Return what was saved in each bucket."""
    chosen = list(chosen_by(call))
    return [
        {"timestamp": payload.local_stamp(start), **savings(call, _saved(call, chosen, during))}
        for start, during in _spans(call)
    ]


def total(call: Call) -> dict[str, Any]:
    """Return what was saved in the range."""
    return savings(call, _saved(call, list(chosen_by(call)), span(call, zone_of(call))))


def gains_series(call: Call) -> list[dict[str, Any]]:
    """Return the share of energy that was not needed in each bucket, percent."""
    chosen = list(chosen_by(call))
    return [
        {"timestamp": payload.local_stamp(start), "value": _gains(call, chosen, during)}
        for start, during in _spans(call)
    ]


def total_gains(call: Call) -> dict[str, Any]:
    """Return that share over the range."""
    return {"value": _gains(call, list(chosen_by(call)), span(call, zone_of(call)))}


def _spans(call: Call) -> Iterator[tuple[datetime, Span]]:
    for bucket in asked_buckets(call, zone_of(call)):
        yield bucket.start, Span(bucket.start, bucket.end)


def _saved(call: Call, chosen: list[Chosen], during: Span) -> float:
    return sum(one.saved(lived) for one in chosen if (lived := _lived(call, one, during)))


def _gains(call: Call, chosen: list[Chosen], during: Span) -> float:
    consumed = sum(one.energy(lived) for one in chosen if (lived := _lived(call, one, during)))
    return gains(consumed, _saved(call, chosen, during))


def _lived(call: Call, one: Chosen, during: Span) -> Span | None:
    """Return the part of a span in which the property had its units: not before, and not in the future."""
    start, end = max(during.start, one.place.installed_at), min(during.end, call.now)
    return Span(start, end) if start < end else None


HANDLERS = {
    "getSavingsSeries": series,
    "getSavingsSummary": total,
    "getEfficiencySeries": gains_series,
    "getEfficiencySummary": total_gains,
}
