"""The air conditioner's timer and weekly schedule: one of each per unit, and no way to read them back."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from simulator.errors import bad_request
from simulator.house.device import Device, Timer
from simulator.house.schedule import AcSchedule

from . import payload
from .requests import Call, moment


def set_timer(call: Call) -> dict[str, Any]:
    """Hold one switch for later, in place of any other; a time without an offset is the property's."""
    unit = _driving(call)
    at = moment(call.body["scheduled_for"], call.world.property_of(unit).zone)
    if at <= call.now:
        raise bad_request(
            f"body.scheduled_for: {payload.stamp(at)} has passed, it is {payload.stamp(call.now)}; accepted: later ones"
        )
    unit.infrared.timer = Timer(at, call.body["action"])
    call.world.changed(unit)
    return {}


def cancel_timer(call: Call) -> dict[str, Any]:
    """Drop the timer, if there is one."""
    call.device.infrared.timer = None
    call.world.changed(call.device)
    return {}


def set_schedule(call: Call) -> dict[str, Any]:
    """Hold a schedule in place of any other; its appliance_config is what the unit sends from now on."""
    unit = _driving(call)
    schedule = _schedule(call.body)
    unit.infrared.schedule = schedule
    if "appliance_config" in call.body:
        unit.infrared.config = schedule.config
    call.world.changed(unit)
    return {}


def delete_schedule(call: Call) -> dict[str, Any]:
    """Drop the schedule, if there is one; what the unit sends stays."""
    call.device.infrared.schedule = None
    call.world.changed(call.device)
    return {}


def _driving(call: Call) -> Device:
    unit = call.device
    if not unit.smart_ac:
        raise bad_request(f"{unit.name} drives no air conditioner; accepted: units with the pillar smart_ac")
    return unit


def _schedule(body: Mapping[str, Any]) -> AcSchedule:
    return AcSchedule(
        enabled=body.get("enabled", True),
        days=tuple(body.get("days", ())),
        start=_time(body, "start_time"),
        end=_time(body, "end_time"),
        change_ac_state=body.get("change_ac_state", False),
        config=body.get("appliance_config", {}),
    )


def _time(body: Mapping[str, Any], member: str) -> time | None:
    if member not in body:
        return None
    try:
        return time.fromisoformat(body[member])
    except ValueError as error:
        raise bad_request(f"body.{member}: {body[member]!r} is no time of day; accepted: 00:00 to 23:59") from error


HANDLERS = {
    "scheduleAcTimer": set_timer,
    "cancelAcTimer": cancel_timer,
    "putAcSchedule": set_schedule,
    "deleteAcSchedule": delete_schedule,
}
