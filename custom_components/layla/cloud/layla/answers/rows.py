"""The rows of LaylaElectric's lists, as answers have them. Pure, and tolerant: what does not fit is left out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, tzinfo
from typing import Any, Final

from ...errors import impersonal
from ...tolerant import Oddities, Payload
from .. import parse
from ..parse import Household
from .plain import at, objects

_SAVED: Final = ("energy", "costs", "co2", "trees")

type Row = dict[str, Any]


def measured(reply: Iterable[object], measure: str, zone: tzinfo, *, fahrenheit: bool) -> list[Row]:
    """Read a series: `at` and `value`; temperatures in °C, empty buckets left out."""
    points = parse.points(reply, measure, zone, fahrenheit=fahrenheit, oddities=Oddities())
    return [{"at": point.at.isoformat(), "value": point.value} for point in points]


def counted(reply: Iterable[object], zone: tzinfo) -> list[Row]:
    """Read a series of counts: `at` and a whole `value`."""
    return [{**row, "value": round(row["value"])} for row in measured(reply, "", zone, fahrenheit=False)]


def saved(reply: Iterable[object], zone: tzinfo) -> list[Row]:
    """Read a series of savings: `at` and what was saved."""
    return [{"at": at(item, "timestamp", zone), **savings(item)} for item in _each(reply)]


def savings(item: Payload) -> Row:
    """Read what was saved: energy in kWh, costs in money, CO₂ in kg, trees."""
    return {name: item.number(name) for name in _SAVED}


def totals(reply: Iterable[object], alarm: str | None = None) -> list[Row]:
    """Read how often alarms were raised by property; `alarm` is the one that was asked for alone."""
    return [
        {
            "alarm": item.text("name") or alarm,
            "property_id": item.within("property").text("id"),
            "total": item.number("value"),
        }
        for item in _each(reply)
    ]


def statuses(reply: Iterable[object]) -> list[Row]:
    """Read which properties are online, altogether and by pillar (L14)."""
    return [
        {
            "property_id": item.text("id"),
            "online": _online(item.text("status")),
            "online_by_pillar": _by_pillar(item.within("status_by_pillar")),
        }
        for item in _each(reply)
    ]


def notifications(reply: Iterable[object]) -> list[Row]:
    """Read notifications: what happened, where, when, and whether somebody has seen it (L20)."""
    return [
        {
            "id": item.text("id"),
            "type": item.text("type"),
            "at": at(item, "created_at", UTC),
            "seen": item.flag("seen"),
            "property_id": item.text("property_id"),
            "device_id": item.text("device_id"),
            "title": impersonal(item.text("title") or "") or None,
            "message": impersonal(item.text("message") or "") or None,
        }
        for item in _each(reply)
    ]


def statistics(reply: Iterable[object], household: Household) -> list[Row]:
    """Read a row of figures for each property; its alarms as one object by name."""
    return [
        {**row, "alarm_counts": {item.members["name"]: item.number("value") for item in _counts(row)}}
        for row in objects(reply, household)
    ]


def _counts(row: Mapping[str, object]) -> Iterator[Payload]:
    return Payload(row, "statistics", Oddities()).named("alarm_counts")


def _each(reply: Iterable[object]) -> Iterator[Payload]:
    oddities = Oddities()
    return (Payload(item, "answer", oddities) for item in reply if isinstance(item, Mapping))


def _by_pillar(pillars: Payload) -> dict[str, bool | None]:
    named = Payload({name: _status(value) for name, value in pillars.members.items()}, pillars.place, pillars.oddities)
    return {name: _online(named.text(name)) for name in named.members}


def _status(value: object) -> object:
    """Return the word for a pillar's status, which may be an object that has it (L14)."""
    return value.get("status") if isinstance(value, Mapping) else value


def _online(status: str | None) -> bool | None:
    return {"online": True, "offline": False}.get(status or "")
