"""What a verb of the control API is made of, and the schemas that several of them share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from simulator.errors import ApiError, not_found
from simulator.house.catalogue import ALARMS, MEASURES
from simulator.house.device import Device
from simulator.house.property import Property
from simulator.simulation import Simulation

type Schema = Mapping[str, Any]

ANYTHING: Schema = {}
TEXT: Schema = {"type": "string", "minLength": 1}
BOOLEAN: Schema = {"type": "boolean"}
ALARM: Schema = {"enum": list(ALARMS)}
MEASURE: Schema = {"enum": list(MEASURES)}
PILLAR: Schema = {"enum": ["noise", "air_quality", "smart_ac"]}
SECONDS: Schema = {"type": "number", "minimum": 0}


def members(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """Describe an object that has these members and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def listed(item: Schema) -> Schema:
    """Describe an array."""
    return {"type": "array", "items": item}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to the control API: `name` is the id in the path, `body` fits the verb's schema."""

    simulation: Simulation
    name: str
    body: Mapping[str, Any]

    @property
    def device(self) -> Device:
        """The unit that the path or the body names."""
        name = self.name or self.body["device_id"]
        found = self.simulation.world.devices.get(name)
        if found is None:
            raise not_found("device", name)
        return found

    def place(self, name: str) -> Property:
        """Return a property by its id."""
        found = self.simulation.world.properties.get(name)
        if found is None:
            raise not_found("property", name)
        return found


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: where it is, what it takes (nothing, when there is no schema), and what it does."""

    method: str
    path: str
    act: Callable[[Asked], Any]
    schema: Schema | None = None
    status: int = HTTPStatus.OK


def fresh_id(wanted: str | None, kind: str, taken: Mapping[str, object]) -> str:
    """Return an id for something new: the one asked for, or the next free one."""
    if wanted in taken:
        raise ApiError(HTTPStatus.CONFLICT, f"There is a {kind} with id {wanted!r} already")
    numbers = range(1, len(taken) + 2)
    return wanted or next(name for number in numbers if (name := f"added-{kind}-{number}") not in taken)
