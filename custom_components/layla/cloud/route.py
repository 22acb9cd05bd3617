"""A route: where one operation of a vendor's API lives, and how sure we are of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
import re
from typing import Final
from urllib.parse import quote

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_PATH: Final = re.compile(r"/(?:[\w.~-]|\{\w+\}|/)*", re.ASCII)
_METHODS: Final = ("GET", "PUT", "PATCH", "POST", "DELETE")


class Evidence(StrEnum):
    """How far a path can be trusted; the levels of the OpenAPI files' `x-confidence`."""

    STATED = "stated"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class InvalidRoute(ValueError):
    """A route override that cannot work; the text names the operation and the accepted form."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: its operationId, HTTP method and path below the base URL."""

    operation: str
    method: str
    path: str
    evidence: Evidence

    @property
    def placeholders(self) -> frozenset[str]:
        """Names in braces, such as `id`; a route that has one leads to an item."""
        return frozenset(_PLACEHOLDER.findall(self.path))

    def filled(self, values: Mapping[str, str]) -> str:
        """Put escaped values into the path."""
        return _PLACEHOLDER.sub(lambda name: quote(values[name[1]], safe=""), self.path)


def table(*routes: Route) -> Mapping[str, Route]:
    """Make a route table, by operationId."""
    return {route.operation: route for route in routes}


def overridden(routes: Mapping[str, Route], overrides: Mapping[str, str]) -> Mapping[str, Route]:
    """Replace routes by the user's, each written `METHOD /path` or `/path`.

    Raises InvalidRoute for an operation that does not exist and for a path with other placeholders.
    """
    return {**routes, **{name: _override(routes, name, text) for name, text in overrides.items()}}


def _override(routes: Mapping[str, Route], operation: str, text: str) -> Route:
    if (route := routes.get(operation)) is None:
        msg = f"There is no operation {operation!r}; known are {', '.join(sorted(routes))}"
        raise InvalidRoute(msg)
    method, _, path = text.strip().rpartition(" ")
    changed = replace(route, method=method.strip().upper() or route.method, path=path)
    if changed.method not in _METHODS or not _PATH.fullmatch(path):
        msg = f"{operation}: {text!r} is not a route; write it as '{route.method} {route.path}'"
        raise InvalidRoute(msg)
    if changed.placeholders != route.placeholders:
        wanted = ", ".join(f"{{{name}}}" for name in sorted(route.placeholders)) or "none"
        msg = f"{operation}: {path!r} needs the placeholders of {route.path!r}: {wanted}"
        raise InvalidRoute(msg)
    return changed
