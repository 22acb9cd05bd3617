"""LaylaElectric's slow payloads → figures. Pure, and tolerant: what does not fit is counted and left out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from ..catalogue import ALARMS
from ..figures import PropertyFigures, Saving, Unread, Usage
from ..tolerant import Oddities, Payload, objects

_TO_NOTHING: Final = -100.0


def properties(reply: Iterable[object], oddities: Oddities) -> dict[str, PropertyFigures]:
    """Read what was computed for each property; one without an id is left out, which reading the list counts."""
    found = {item.text("id"): item for item in objects(reply, "property", oddities)}
    return {property_id: _property(item) for property_id, item in found.items() if property_id}


def usage(reply: Iterable[object], oddities: Oddities) -> Usage | None:
    """Add the rows of all properties up, with their trends; None where there is none."""
    rows = list(objects(reply, "statistics", oddities))
    if not rows:
        return None
    energy = [row.number("energy") for row in rows]
    saved = [_saving(row.within("savings")) for row in rows]
    trends = [row.within("trends") for row in rows]
    return Usage(
        energy=_sum(energy),
        costs=_sum([row.number("costs") for row in rows]),
        saved=Saving(
            energy=_sum([each.energy for each in saved]),
            money=_sum([each.money for each in saved]),
            co2=_sum([each.co2 for each in saved]),
            trees=_sum([each.trees for each in saved]),
        ),
        energy_trend=trend(energy, [each.number("energy") for each in trends]),
        saved_trend=trend([each.energy for each in saved], [each.number("savings") for each in trends]),
    )


def unread(reply: Iterable[object], oddities: Oddities) -> Unread:
    """Count the notifications that nobody has seen, also where the cloud sends others among them."""
    counts = Counter(item.text("property_id") for item in _unseen(reply, oddities))
    return Unread(count=counts.total(), by_property={home: count for home, count in counts.items() if home})


def unread_ids(reply: Iterable[object], oddities: Oddities) -> list[str]:
    """Name the notifications that nobody has seen."""
    return [found for item in _unseen(reply, oddities) if (found := item.text("id"))]


def trend(now: Sequence[float | None], changes: Sequence[float | None]) -> float | None:
    """Return the change of a sum in percent from those of its parts; None where that of one cannot be known."""
    before = 0.0
    for value, change in zip(now, changes, strict=True):
        if value is None or change is None or change <= _TO_NOTHING:
            return None
        before += value / (1 + change / 100)
    return round(100 * (sum(filter(None, now)) / before - 1), 1) if before else 0.0


def _unseen(reply: Iterable[object], oddities: Oddities) -> list[Payload]:
    return [item for item in objects(reply, "notification", oddities) if item.flag("seen") is not True]


def _property(payload: Payload) -> PropertyFigures:
    return PropertyFigures(
        month=_told_saving(payload, "monthly_savings"),
        total=_told_saving(payload, "total_savings"),
        efficiency_gain=payload.number("total_efficiency_gains"),
        alarms=_alarms(payload),
    )


def _alarms(payload: Payload) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in payload.named("alarm_event_counts"):
        alarm, count = str(item.members["name"]), item.number("value")
        if alarm not in ALARMS:
            payload.oddities.note_unknown("property.alarm_event_counts", alarm)
        if count is not None:
            counts[alarm] = round(count)
    return counts


def _told_saving(payload: Payload, name: str) -> Saving | None:
    saving = payload.within(name)
    return _saving(saving) if saving.members else None


def _saving(payload: Payload) -> Saving:
    return Saving(
        energy=payload.number("energy"),
        money=payload.number("costs"),
        co2=payload.number("co2"),
        trees=payload.number("trees"),
    )


def _sum(parts: Sequence[float | None]) -> float | None:
    """Add parts up; a sum without one of them would be too small, so there is none then."""
    return None if None in parts else round(sum(filter(None, parts)), 2)
