"""The published description of the API, and whether a request fits it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
import re
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
import yaml

from simulator.errors import bad_request

DOCUMENT = Path(__file__).parent.parent / "openapi" / "layla.yaml"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_METHODS = ("get", "put", "post", "patch", "delete")
_URN = "urn:layla"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")

type Schema = Mapping[str, Any]

_formats = FormatChecker(formats=())


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    place: str
    required: bool
    schema: Schema

    @property
    def listed(self) -> bool:
        """Whether it takes several values."""
        return self.schema.get("type") == "array"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: `status` is its success code; `body` is the JSON Schema of what it takes, None for nothing."""

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Schema | None
    status: int


@cache
def operations() -> tuple[Operation, ...]:
    """Return all operations of the document."""
    return tuple(
        _operation(path, method, item[method])
        for path, item in _document()["paths"].items()
        for method in _METHODS
        if method in item
    )


def check(schema: Schema, value: object, where: str) -> None:
    """Refuse a value that does not fit its schema, saying where it does not and what is accepted."""
    errors = list(Draft202012Validator(schema, registry=_registry(), format_checker=_formats).iter_errors(value))
    found = best_match(errors)
    if found is not None:
        raise bad_request(explain(found, where))


def explain(error: ValidationError, where: str) -> str:
    """Say in words what does not fit: the member, what it is, and what would be accepted."""
    member = where + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.schema, dict):
        return f"{member}: {error.message}; accepted: {', '.join(error.schema.get('properties', {}))}"
    if error.validator == "anyOf":
        return f"{member}: {error.message}; accepted: one of {error.validator_value}"
    return f"{member}: {error.message}"


def anchored(schema: Any) -> Any:
    """Return the schema with its references pointing into the document."""
    if isinstance(schema, list):
        return [anchored(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _URN + part if name == "$ref" else anchored(part) for name, part in schema.items()}


def _operation(path: str, method: str, entry: Mapping[str, Any]) -> Operation:
    body = entry.get("requestBody")
    return Operation(
        id=entry["operationId"],
        method=method.upper(),
        path=path,
        parameters=tuple(
            Parameter(one["name"], one["in"], one.get("required", False), _resolved(one["schema"]))
            for one in entry.get("parameters", ())
        ),
        body=None if body is None else anchored(body["content"]["application/json"]["schema"]),
        status=next(int(code) for code in entry["responses"] if code.startswith("2")),
    )


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(DOCUMENT.read_text(), Loader=_LOADER)  # noqa: S506  # a safe loader
    return document


@cache
def _registry() -> Registry[Any]:
    resource: Resource[Any] = Resource.from_contents(_document(), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource(_URN, resource)
    return registry


def _resolved(schema: Schema) -> Mapping[str, Any]:
    """Return a parameter's schema with a reference at its top followed."""
    reference = schema.get("$ref")
    if reference is None:
        return {name: anchored(part) if name == "items" else part for name, part in schema.items()}
    found: Mapping[str, Any] = _registry().resolver().lookup(_URN + reference).contents
    return found


@_formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    """Take ISO 8601 with or without an offset: without one, the property's zone is meant."""
    if not isinstance(value, str):
        return True
    return _MOMENT.fullmatch(value) is not None and bool(datetime.fromisoformat(value))


@_formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@_formats.checks("email")
def _is_mail(value: object) -> bool:
    return not isinstance(value, str) or _MAIL.fullmatch(value) is not None
