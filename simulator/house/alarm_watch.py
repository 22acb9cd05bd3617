"""Alarms start when a quantity reaches its limit and end when it has gone back far enough."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from .catalogue import ALARMS, Alarm
from .device import Device
from .readings import watched


def in_window(window: Mapping[str, Any], local: datetime) -> bool:
    """Return whether a local time lies in quiet hours; they may go over midnight."""
    if not window.get("enabled"):
        return False
    start, end = _clock(window.get("start_time"), time(23)), _clock(window.get("end_time"), time(7))
    now = local.time()
    return start <= now < end if start <= end else now >= start or now < end


def limit(alarm: Alarm, setting: Mapping[str, Any], local: datetime) -> float:
    """Return the limit in force: the unit's own, halved for a crowd in quiet hours where that is switched on."""
    own = setting.get("threshold") if alarm.settable else None
    value = alarm.limit if own is None else float(own)
    halved = not alarm.only_quiet_hours and in_window(setting.get("quiet_hours") or {}, local)
    return value / 2 if halved else value


def should_ring(alarm: Alarm, setting: Mapping[str, Any], value: float | None, local: datetime, *, rings: bool) -> bool:
    """Return whether the alarm is to be active, given whether it `rings` now. Without a value it stays as it is."""
    if not setting.get("enabled"):
        return False
    if alarm.only_quiet_hours and not in_window(setting.get("quiet_hours") or {}, local):
        return False
    if value is None:
        return rings
    return value >= limit(alarm, setting, local) - (alarm.hysteresis if rings else 0.0)


def transitions(
    device: Device, at: datetime, zone: ZoneInfo, around: Mapping[str, float]
) -> Iterator[tuple[str, bool]]:
    """Yield what changes now, as (alarm, active). `around` holds what only the whole property can tell.

    An alarm raised by hand is left alone. One ended by hand stays ended until its cause has gone once. One that the
    unit is no longer configured for ends.
    """
    local = at.astimezone(zone)
    for setting in device.alarms:
        alarm = ALARMS.get(setting.get("name", ""))
        if alarm is None or alarm.name in device.held:
            continue
        rings = alarm.name in device.active
        value = around[alarm.quantity] if alarm.quantity in around else watched(device, alarm.quantity, at, zone)
        wanted = should_ring(alarm, setting, value, local, rings=rings)
        if not wanted:
            device.dismissed.discard(alarm.name)
        if wanted != rings and alarm.name not in device.dismissed:
            yield alarm.name, wanted
    for name in [name for name in device.active if name not in device.held and device.setting_of(name) is None]:
        yield name, False


def _clock(text: object, otherwise: time) -> time:
    try:
        return time.fromisoformat(str(text))
    except ValueError:
        return otherwise
