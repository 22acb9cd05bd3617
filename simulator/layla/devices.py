"""Units: lists, one unit, and changes to it."""

from http import HTTPStatus
from typing import Any

from simulator.errors import ApiError
from simulator.house import infrared, profile
from simulator.house.device import Device

from . import payload
from .requests import Call


def listed(call: Call) -> bytes:
    """Return the units, of one property when it is named, with the extra fields that are asked for."""
    return call.listing.body(call.get("fields", ()), call.get("property_id"), fahrenheit=call.fahrenheit)


def read(call: Call) -> dict[str, Any]:
    """Return one unit with every field."""
    return payload.device(call.world, call.device, call.view(payload.DEVICE_FIELDS))


def update(call: Call) -> dict[str, Any]:
    """Change part of a unit; arrays are replaced as a whole."""
    unit = call.device
    pillar = call.body.get("device_pillar", unit.pillar)
    if unit.locked and pillar != unit.pillar:
        raise _locked(unit, HTTPStatus.FORBIDDEN)
    for member, attribute in _EDITABLE.items():
        if member in call.body:
            setattr(unit, attribute, call.body[member])
    unit.settings = profile.merged(unit.settings, call.body.get("settings", {}))
    call.world.changed(unit)
    return read(call)


def set_pillar(call: Call) -> dict[str, Any]:
    """Switch the active pillar; a locked unit refuses."""
    unit = call.device
    wanted = call.body["device_pillar"]
    if unit.locked and wanted != unit.pillar:
        raise _locked(unit, HTTPStatus.CONFLICT)
    updated = wanted != unit.pillar
    unit.pillar = wanted
    call.world.changed(unit)
    return {"device_id": unit.id, "device_mac": unit.mac, "active_pillar": wanted, "updated": updated}


def set_eco_threshold(call: Call) -> dict[str, Any]:
    """Set for how many seconds without motion eco mode waits."""
    unit = call.device
    seconds = int(call.body["last_PIR_detected_time_th"])
    unit.settings = {**unit.settings, "last_PIR_detected_time_th": seconds}
    call.world.changed(unit)
    return {
        "device_id": unit.id,
        "device_mac": unit.mac,
        "last_PIR_detected_time_th": seconds,
        "realtime_session": unit.online,
        "message": "Sent to the unit" if unit.online else "Kept until the unit is back online",
    }


def test_ir(call: Call) -> dict[str, Any]:
    """Send a test pulse."""
    infrared.test(call.device, call.body.get("mode", "smart"), call.now)
    return {}


def _locked(unit: Device, status: int) -> ApiError:
    return ApiError(
        status, f"{unit.name} is locked until it has a paid subscription seat; its pillar stays {unit.pillar}"
    )


_EDITABLE = {
    "device_mac": "mac",
    "category": "category",
    "name": "name",
    "enabled": "enabled",
    "alarms": "alarms",
    "features": "features",
    "tier_features": "tier_features",
    "device_pillar": "pillar",
}

HANDLERS = {
    "listDevices": listed,
    "listAllDevices": listed,
    "getDevice": read,
    "updateDevice": update,
    "setDevicePillar": set_pillar,
    "setDeviceEcoThreshold": set_eco_threshold,
    "testDeviceIr": test_ir,
}
