"""What can be computed for a property on request: savings, counts, states."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from simulator.house import energy
from simulator.house.device import Device
from simulator.house.energy import Span
from simulator.house.property import Property

from . import payload
from .requests import Call

SHOWN_AFTER_CHANGE = (
    "alarm_event_counts",
    "monthly_savings",
    "total_savings",
    "total_efficiency_gains",
    "alarm_states",
)
_COUNTED_FOR = {"noise_events": "noise_alarm", "crowd_events": "occupancy_alarm", "security_events": "security_alarm"}
ORDERS = frozenset({"money_saved", *_COUNTED_FOR})
"""What properties can be sorted by."""


def savings(call: Call, kilowatt_hours: float) -> dict[str, float]:
    """Return what saved energy comes to, in the currency that was asked for or else the user's."""
    co2 = kilowatt_hours * energy.CO2_PER_KWH
    return {
        "energy": round(kilowatt_hours, 2),
        "costs": costs(call, kilowatt_hours),
        "co2": round(co2, 2),
        "trees": round(co2 / energy.CO2_PER_TREE, 2),
    }


def costs(call: Call, kilowatt_hours: float) -> float:
    """Return what energy costs."""
    currency = call.get("currency") or _own_currency(call)
    return round(kilowatt_hours * energy.PRICES.get(currency, energy.PRICES["EUR"]), 2)


def _own_currency(call: Call) -> Any:
    """Return the user's currency as the API shows it: the partner API lacks one."""
    preferences = call.flavour.reword("User", call.world.profile).get("preferences")
    return preferences.get("currency") if isinstance(preferences, dict) else None


def gains(consumed: float, saved: float) -> float:
    """Return the share of energy that was not needed, percent."""
    return round(100 * saved / (consumed + saved), 1) if saved else 0.0


def rank(call: Call, place: Property, order: str) -> float:
    """Return the number by which properties are sorted, the greatest first."""
    if order == "money_saved":
        return _saved(call, place, _since_installed(call, place))
    counts = payload.alarm_counts(call.world, _units(call, place), call.view(), place.installed_at)
    return next((float(row["value"]) for row in counts if row["name"] == _COUNTED_FOR[order]), 0.0)


def _units(call: Call, place: Property) -> list[Device]:
    return call.world.devices_of(place.id)


def _saved(call: Call, place: Property, span: Span) -> float:
    return sum(energy.saved(unit, place, span) for unit in _units(call, place))


def _since_installed(call: Call, place: Property) -> Span:
    return Span(place.installed_at, call.now)


def _this_month(call: Call, place: Property) -> Span:
    local = call.now.astimezone(place.zone)
    begin = datetime(local.year, local.month, 1, tzinfo=place.zone).astimezone(UTC)
    return Span(max(begin, place.installed_at), call.now)


def _users(call: Call, place: Property) -> list[dict[str, Any]]:
    return [{"name": call.world.profile.get("name", ""), "role": place.role}]


def _devices(call: Call, place: Property) -> list[dict[str, Any]]:
    return [payload.device(call.world, unit, call.view()) for unit in _units(call, place)]


def _alarm_event_counts(call: Call, place: Property) -> list[dict[str, Any]]:
    return payload.alarm_counts(call.world, _units(call, place), call.view(), call.now - payload.COUNTED)


def _monthly_savings(call: Call, place: Property) -> dict[str, float]:
    return savings(call, _saved(call, place, _this_month(call, place)))


def _total_savings(call: Call, place: Property) -> dict[str, float]:
    return savings(call, _saved(call, place, _since_installed(call, place)))


def _total_efficiency_gains(call: Call, place: Property) -> float:
    span = _since_installed(call, place)
    consumed = sum(energy.consumed(unit, place, span) for unit in _units(call, place))
    return gains(consumed, _saved(call, place, span))


def _alarm_states(call: Call, place: Property) -> list[dict[str, Any]]:
    units = _units(call, place)
    armed = payload.armed(call.world, place, call.view())
    active = {name for unit in units for name in unit.active}
    known = {
        setting["name"] for unit in units for setting in payload.shown_alarms(unit, call.view()) if "name" in setting
    }
    names = dict.fromkeys([*armed, *sorted(known | active)])
    return [{"name": name, "enabled": name in armed, "active": name in active} for name in names]


FIELDS: Mapping[str, Callable[[Call, Property], Any]] = {
    "users": _users,
    "devices": _devices,
    "alarm_event_counts": _alarm_event_counts,
    "monthly_savings": _monthly_savings,
    "total_savings": _total_savings,
    "total_efficiency_gains": _total_efficiency_gains,
    "alarm_states": _alarm_states,
}
