"""Units: lists, one unit, and changes to it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from simulator.errors import ApiError, bad_request
from simulator.house import additions, infrared, profile
from simulator.house.device import Device

from . import payload
from .account import storable
from .requests import Call, known_property


def listed(call: Call) -> bytes:
    """Return the units, of one property when it is named, with the extra fields that are asked for."""
    return call.listing.body(call.flavour, call.get("fields", ()), call.get("property_id"), fahrenheit=call.fahrenheit)


def read(call: Call) -> dict[str, Any]:
    """Return one unit with every field."""
    return payload.device(call.world, call.device, call.view(payload.DEVICE_FIELDS))


def create(call: Call) -> dict[str, Any]:
    """Register a unit, in a property that there is; a unit is registered once."""
    body = {name: call.body[name] for name in _REGISTERED if name in call.body}
    storable("DevicePatch", body)
    place = known_property(call, body["property_id"])
    mac = body["device_mac"].casefold()
    if any(unit.mac.casefold() == mac for unit in call.world.devices.values()):
        raise bad_request(f"body.device_mac: {body['device_mac']!r} is registered already; accepted: another unit's")
    unit = additions.register(call.world, place.id, body["name"])
    _change(unit, body)
    call.world.changed(unit)
    return payload.device(call.world, unit, call.view(payload.DEVICE_FIELDS))


def update(call: Call) -> dict[str, Any]:
    """Change part of a unit; arrays are replaced as a whole.

    What the API does not show stays: alarms that it does not know. What is sent back as it was shown changes nothing.
    """
    unit = call.device
    shown = payload.plain_device(call.world, unit, call.view())
    sent = {name: value for name, value in call.body.items() if name in shown and value != shown[name]}
    storable("DevicePatch", sent)
    if unit.locked and "device_pillar" in sent:
        raise _locked(unit, HTTPStatus.FORBIDDEN)
    if "alarms" in sent:
        visible = payload.shown_alarms(unit, call.view())
        sent["alarms"] = [*sent["alarms"], *(setting for setting in unit.alarms if setting not in visible)]
    _change(unit, sent)
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


def _change(unit: Device, sent: Mapping[str, Any]) -> None:
    for member, attribute in _EDITABLE.items():
        if member in sent:
            setattr(unit, attribute, sent[member])
    unit.settings = profile.merged(unit.settings, sent.get("settings", {}))


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

_REGISTERED = ("property_id", "device_mac", "category", "name", "enabled", "alarms", "features", "settings")

HANDLERS = {
    "listDevices": listed,
    "listAllDevices": listed,
    "createDevice": create,
    "getDevice": read,
    "updateDevice": update,
    "setDevicePillar": set_pillar,
    "setDeviceEcoThreshold": set_eco_threshold,
    "testDeviceIr": test_ir,
}
