"""The published description of LaylaElectric's owner API."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

DOCUMENT: Final[Mapping[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "simulator" / "openapi" / "layla.yaml").read_text()
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as it is described."""

    id: str
    method: str
    path: str
    content: Mapping[str, Any]

    @property
    def query(self) -> set[str]:
        """Names of the query parameters."""
        return {one["name"] for one in self.content.get("parameters", ()) if one["in"] == "query"}

    @property
    def answers_with_a_list(self) -> bool:
        """Whether a success is a list; one that may be a list or an object counts as one."""
        success = next(reply for status, reply in self.content["responses"].items() if status.startswith("2"))
        schema = success.get("content", {}).get("application/json", {}).get("schema", {})
        return "oneOf" in schema or schema.get("type") == "array"


def schema(name: str) -> Mapping[str, Any]:
    """Return a schema by its name."""
    found: Mapping[str, Any] = DOCUMENT["components"]["schemas"][name]
    return found


def _operations() -> Iterator[Operation]:
    for path, methods in DOCUMENT["paths"].items():
        for method, content in methods.items():
            yield Operation(content["operationId"], method.upper(), path, content)


OPERATIONS: Final[Mapping[str, Operation]] = {operation.id: operation for operation in _operations()}
