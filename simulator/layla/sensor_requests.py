"""Orders of more units."""

from typing import Any

from simulator.house import additions

from . import payload, spec
from .requests import Call, known_property


def create(call: Call) -> dict[str, Any]:
    """Take an order; a property that it names must be there."""
    members = spec.members(call.flavour.document, "SensorRequestCreate")
    wanted = {name: value for name, value in call.body.items() if name in members}
    if "property_id" in wanted:
        known_property(call, wanted["property_id"])
    ordered = {**wanted, "created_at": payload.stamp(call.now)}
    return {"id": additions.order_units(call.world, ordered), **ordered}


HANDLERS = {"createSensorRequest": create}
