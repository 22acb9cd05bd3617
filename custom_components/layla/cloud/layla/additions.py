"""What the partner API alone can: add properties and units, and order sensors."""

from typing import cast

from ..administration import AddProperty, OrderSensors, RegisterUnit
from ..commands import Command
from ..questions import Answer
from ..tolerant import Oddities, Payload
from .administration import Ordering, checked_category
from .calls import JsonObject, present
from .household import HouseholdReader
from .partner import PartnerApi
from .vocabulary import DeviceCreation, PartnerPropertyCategory, PropertyCreation, SensorOrder


class Additions:
    """Adds to an account. Raises CloudError."""

    def __init__(self, api: PartnerApi, households: HouseholdReader) -> None:
        """Take the calls of the partner API, and what has to be read anew after them."""
        self._api = api
        self._households = households
        self.orders: dict[type[Command], Ordering] = {
            AddProperty: self._add_property,
            RegisterUnit: self._register_unit,
            OrderSensors: self._order_sensors,
        }

    async def _add_property(self, command: AddProperty) -> Answer:
        category = checked_category("createProperty", command.category, self._api.flavour)
        content: PropertyCreation = {
            "name": command.name,
            "category": cast("PartnerPropertyCategory", category),
            "address": command.address,
            "timezone": command.timezone,
        }
        if command.settings is not None:
            content["settings"] = dict(command.settings)
        reply = await self._api.create_property(content)
        self._households.look_again()
        return {"property_id": _id(reply)}

    async def _register_unit(self, command: RegisterUnit) -> Answer:
        content: DeviceCreation = {
            "property_id": command.property_id,
            "device_mac": command.mac,
            "category": "SP",
            "name": command.name,
        }
        return {"device_id": _id(await self._api.create_device(content))}

    async def _order_sensors(self, command: OrderSensors) -> Answer:
        where = present({**command.place, "property_id": command.property_id})
        order = cast("SensorOrder", {**where, "sensors_count": command.count})
        return {"order_id": _id(await self._api.create_sensor_request(order))}


def _id(reply: JsonObject) -> str | None:
    """Return the id of what was added; not every sample has one (P2)."""
    return Payload(reply, "added", Oddities()).text("id")
