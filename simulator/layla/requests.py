"""A request, read and checked against the published description."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
import json
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from aiohttp import web

from simulator.errors import bad_request, not_found
from simulator.house.device import Device
from simulator.house.property import Property
from simulator.house.world import World

from .flavour import Flavour
from .listing import Listing
from .payload import View, stamp
from .spec import Operation, Parameter, check

_FIRST_YEAR, _LAST_YEAR = 2, 9998
"""A year of room on both sides for other zones, the end of a bucket, the start of a range."""

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets: the API, the world as it is now, the parameters by name, the body, and who asks."""

    flavour: Flavour
    world: World
    now: datetime
    parameters: Mapping[str, Any]
    body: Any
    claims: Mapping[str, Any]
    listing: Listing

    def get(self, name: str, otherwise: Any = None) -> Any:
        """Return a parameter, where it was sent."""
        return self.parameters.get(name, otherwise)

    @property
    def device(self) -> Device:
        """The unit that the path names."""
        found = self.world.devices.get(self.parameters["id"])
        if found is None:
            raise not_found("device", self.parameters["id"])
        return found

    @property
    def place(self) -> Property:
        """The property that the path names."""
        found = self.world.properties.get(self.parameters["id"])
        if found is None:
            raise not_found("property", self.parameters["id"])
        return found

    @property
    def fahrenheit(self) -> bool:
        """Whether the user wants temperatures in °F."""
        return bool(self.world.preference("preferences", "temperature_unit") == "F")

    def view(self, fields: Collection[str] = ()) -> View:
        """Return how the user looks at units now."""
        return View(self.flavour, fields, self.fahrenheit, stamp(self.now))


def known_property(call: Call, name: str) -> Property:
    """Return the property that a body names."""
    found = call.world.properties.get(name)
    if found is None:
        raise bad_request(f"body.property_id: there is no property {name!r}; accepted: ids of your properties")
    return found


def parameters(operation: Operation, request: web.Request) -> dict[str, Any]:
    """Read the path and query parameters into the types that the description names."""
    known = {one.name: one for one in operation.parameters if one.place == "query"}
    for name in request.query:
        if name not in known:
            accepted = ", ".join(known) or "none"
            raise bad_request(f"{name}: there is no such query parameter; accepted: {accepted}")
    return {**request.match_info, **dict(_query(known, request))}


def _query(known: Mapping[str, Parameter], request: web.Request) -> Iterator[tuple[str, Any]]:
    for name, parameter in known.items():
        sent = request.query.getall(name, [])
        if sent:
            yield name, _parsed(parameter, sent)
        elif parameter.required:
            raise bad_request(f"{name}: this query parameter is required; accepted: {_accepted(parameter.schema)}")


def _parsed(parameter: Parameter, sent: list[str]) -> Any:
    if parameter.listed:
        items = [item for text in sent for item in text.split(",") if item]
        check(parameter.schema, items, parameter.name)
        return items
    if len(sent) > 1:
        raise bad_request(f"{parameter.name}: sent {len(sent)} times; accepted: one value")
    if parameter.schema.get("type") == "boolean":
        return _boolean(parameter.name, sent[0])
    check(parameter.schema, sent[0], parameter.name)
    return sent[0]


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise bad_request(f"{name}: {text!r} is not a boolean; accepted: true, false, 1, 0")
    return _BOOLEANS[text.lower()]


def _accepted(schema: Mapping[str, Any]) -> str:
    return ", ".join(schema["enum"]) if "enum" in schema else f"a {schema.get('format', schema.get('type', 'value'))}"


async def body(operation: Operation, request: web.Request) -> Any:
    """Read the body; an operation without one ignores what is sent."""
    if operation.body is None:
        return None
    value = parsed_json(await request.read())
    check(operation.body, value, "body")
    return value


def parsed_json(content: bytes) -> Any:
    """Read JSON; what only Python's reader accepts is refused."""
    try:
        return json.loads(content, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"body: not JSON ({error}); accepted: application/json") from error


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is out of range")
    return number


def moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant that was sent, in UTC: the offset is honoured, without one the zone is meant."""
    instant = datetime.fromisoformat(text)
    if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
        raise bad_request(f"{text}: out of the range of dates; accepted: years {_FIRST_YEAR} to {_LAST_YEAR}")
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)


def zone_named(name: str, where: str) -> ZoneInfo:
    """Return a time zone by its IANA name."""
    if name not in _zone_names():
        raise bad_request(f"{where}: {name!r} is no IANA time zone; accepted: names such as Europe/London")
    return ZoneInfo(name)


@cache
def _zone_names() -> set[str]:
    return available_timezones()
