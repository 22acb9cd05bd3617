"""The published descriptions of LaylaElectric's two APIs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml


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

    def parameter(self, name: str) -> Mapping[str, Any]:
        """Return the schema of a query parameter."""
        found: Mapping[str, Any] = next(one["schema"] for one in self.content["parameters"] if one["name"] == name)
        return found

    def member(self, name: str) -> Mapping[str, Any]:
        """Return the schema of a member of the request's body."""
        body = self.content["requestBody"]["content"]["application/json"]["schema"]
        found: Mapping[str, Any] = body["properties"][name]
        return found


@dataclass(frozen=True, slots=True)
class Description:
    """One API as it is described."""

    document: Mapping[str, Any]
    operations: Mapping[str, Operation]

    @classmethod
    def read(cls, name: str) -> Description:
        """Read one of the simulator's documents."""
        document = yaml.safe_load((Path(__file__).parents[2] / "simulator" / "openapi" / name).read_text())
        operations = (
            Operation(content["operationId"], method.upper(), path, content)
            for path, methods in document["paths"].items()
            for method, content in methods.items()
        )
        return cls(document, {operation.id: operation for operation in operations})

    def schema(self, name: str) -> Mapping[str, Any]:
        """Return a schema by its name."""
        found: Mapping[str, Any] = self.document["components"]["schemas"][name]
        return found


OWNER: Final = Description.read("layla.yaml")
PARTNER: Final = Description.read("layla_partner.yaml")
