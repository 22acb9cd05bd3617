"""LaylaElectric's objects as plain JSON that may be stored: no persons, °C, instants in UTC. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, tzinfo
import re
from typing import Any, Final

from ...errors import impersonal
from ...tolerant import Oddities, Payload
from ..parse import Household
from ..temperature import TEMPERATURE, celsius

# Words in the names of members that name persons, where they live, how they are reached, or what only they know.
_PRIVATE: Final = frozenset(
    {
        *("address", "billing", "city", "contact", "customer", "email", "emails", "fax", "landlord", "lat", "latitude"),
        *("lng", "longitude", "mac", "mail", "mobile", "owner", "password", "phone", "picture", "postal", "postcode"),
        *("secret", "ssid", "street", "surname", "telephone", "tenant", "tenants", "token", "user", "users", "zip"),
    }
)
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_INSTANT: Final = re.compile(r"timestamp|\w+_at")


def plain(value: object, household: Household, zone: tzinfo | None = None) -> Any:
    """Return what may be told of a reply; times without offset are of `zone`, else of the property they belong to."""
    if isinstance(value, list):
        return [plain(item, household, zone) for item in value]
    if isinstance(value, str):
        return impersonal(value)
    if not isinstance(value, Mapping):
        return value
    inside = zone or _zone_of(value, household)
    told = {
        name: _instant(value, name, inside) or plain(item, household, inside)
        for name, item in value.items()
        if not is_private(name)
    }
    return _in_celsius(told, household)


def objects(reply: Iterable[object], household: Household, zone: tzinfo | None = None) -> list[dict[str, Any]]:
    """Return the objects of a reply, as plain ones."""
    return [plain(item, household, zone) for item in reply if isinstance(item, Mapping)]


def is_private(name: object) -> bool:
    """Tell whether a member may name a person or an address, by its own name."""
    return not _PRIVATE.isdisjoint(word.lower() for word in _WORDS.findall(str(name)))


def at(payload: Payload, name: str, zone: tzinfo) -> str | None:
    """Return an instant as text, in UTC."""
    found = payload.instant(name, zone)
    return found.isoformat() if found else None


def _zone_of(item: Mapping[str, object], household: Household) -> tzinfo | None:
    named = item.get("property_id")
    return household.zone(named) if isinstance(named, str) else None


def _instant(members: Mapping[str, object], name: str, zone: tzinfo | None) -> str | None:
    if not _INSTANT.fullmatch(name):
        return None
    return at(Payload(members, "answer", Oddities()), name, zone or UTC)


def _in_celsius(members: dict[str, Any], household: Household) -> dict[str, Any]:
    """Convert a value that says that it is a temperature."""
    value = members.get("value")
    if members.get("name") != TEMPERATURE or not isinstance(value, int | float):
        return members
    return {**members, "value": celsius(TEMPERATURE, value, fahrenheit=household.fahrenheit)}
