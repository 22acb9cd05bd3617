"""The published descriptions of the APIs, and whether a request fits its own."""

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

_DIRECTORY = Path(__file__).parent.parent / "openapi"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_METHODS = ("get", "put", "post", "patch", "delete")
_LOCAL = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?"
_LOCAL_MOMENT = re.compile(_LOCAL, re.ASCII | re.IGNORECASE)
_MOMENT = re.compile(_LOCAL + r"(Z|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE)
_HINTS: Mapping[object, str] = {"local-date-time": "a local time without an offset, such as 2024-05-01T00:00:00"}
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")

type Schema = Mapping[str, Any]

_formats = FormatChecker(formats=())


@dataclass(frozen=True, slots=True)
class Document:
    """One published description, by the name of its file."""

    name: str

    @property
    def path(self) -> Path:
        """The file."""
        return _DIRECTORY / f"{self.name}.yaml"

    @property
    def urn(self) -> str:
        """What stands before references into it, so that several descriptions are told apart."""
        return f"urn:{self.name}"


OWNER = Document("layla")
PARTNER = Document("layla_partner")
DOCUMENTS = (OWNER, PARTNER)


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
def operations(document: Document) -> tuple[Operation, ...]:
    """Return all operations of a description."""
    return tuple(
        _operation(document, path, method, item[method])
        for path, item in _content(document)["paths"].items()
        for method in _METHODS
        if method in item
    )


def operation_ids() -> list[str]:
    """Return the ids of all operations; where two descriptions have the same one, it stands for both."""
    return list(dict.fromkeys(operation.id for document in DOCUMENTS for operation in operations(document)))


def component(document: Document, name: str) -> Schema:
    """Return the schema that a description has under a name, ready for `check`."""
    return {"$ref": f"{document.urn}#/components/schemas/{name}"}


@cache
def members(document: Document, name: str) -> frozenset[str]:
    """Return the members that an object has by its description."""
    return frozenset(_content(document)["components"]["schemas"][name]["properties"])


@cache
def words(document: Document, name: str) -> tuple[str, ...]:
    """Return the values of an enumeration."""
    return tuple(_content(document)["components"]["schemas"][name]["enum"])


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
    if error.validator == "format" and error.validator_value in _HINTS:
        return f"{member}: {error.message}; accepted: {_HINTS[error.validator_value]}"
    return f"{member}: {error.message}"


def anchored(document: Document, schema: Any) -> Any:
    """Return a schema of the description with its references pointing into it."""
    if isinstance(schema, list):
        return [anchored(document, part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: document.urn + part if name == "$ref" else anchored(document, part) for name, part in schema.items()}


def _operation(document: Document, path: str, method: str, entry: Mapping[str, Any]) -> Operation:
    body = entry.get("requestBody")
    return Operation(
        id=entry["operationId"],
        method=method.upper(),
        path=path,
        parameters=tuple(
            Parameter(one["name"], one["in"], one.get("required", False), _resolved(document, one["schema"]))
            for one in entry.get("parameters", ())
        ),
        body=None if body is None else anchored(document, body["content"]["application/json"]["schema"]),
        status=next(int(code) for code in entry["responses"] if code.startswith("2")),
    )


@cache
def _content(document: Document) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(document.path.read_text(), Loader=_LOADER)  # noqa: S506  # a safe loader
    return content


@cache
def _registry() -> Registry[Any]:
    registry: Registry[Any] = Registry().with_resources(
        (document.urn, Resource.from_contents(_content(document), default_specification=DRAFT202012))
        for document in DOCUMENTS
    )
    return registry


def _resolved(document: Document, schema: Schema) -> Mapping[str, Any]:
    """Return a parameter's schema with a reference at its top followed."""
    reference = schema.get("$ref")
    if reference is None:
        return {name: anchored(document, part) if name == "items" else part for name, part in schema.items()}
    found: Mapping[str, Any] = _registry().resolver().lookup(document.urn + reference).contents
    return found


@_formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    """Take ISO 8601 with or without an offset: without one, the property's zone is meant."""
    if not isinstance(value, str):
        return True
    return _MOMENT.fullmatch(value) is not None and bool(datetime.fromisoformat(value))


@_formats.checks("local-date-time", raises=ValueError)
def _is_local_moment(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return _LOCAL_MOMENT.fullmatch(value) is not None and bool(datetime.fromisoformat(value))


@_formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@_formats.checks("email")
def _is_mail(value: object) -> bool:
    return not isinstance(value, str) or _MAIL.fullmatch(value) is not None
