"""What happened before the simulation began: the alarms that past incidents must have raised."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from . import alarm_watch, rhythm
from .catalogue import ALARMS, Alarm
from .device import Device, Episode
from .energy import Span
from .readings import watched
from .rhythm import Incident
from .room import LiveRoom

REMEMBERED = timedelta(days=365)

_STEP = timedelta(minutes=5)
_AFTERMATH = timedelta(minutes=15)
_AFFECTS: Mapping[str, tuple[str, ...]] = {
    "people": ("occupancy_max", "noise", "co2", "aq_iaq", "bvoc"),
    "noise": ("noise",),
    "iaq": ("aq_iaq", "bvoc"),
    "smoke": ("smoke",),
    "co": ("co",),
}


def episodes(device: Device, zone: ZoneInfo, until: datetime) -> list[Episode]:
    """Return the alarm episodes of the year until this instant, in order of their start."""
    if not isinstance(device.room, LiveRoom):
        return []
    found = [
        episode
        for incident in _incidents(device.room, until.astimezone(zone).date().toordinal())
        for episode in _of_incident(device, incident, zone)
        if episode.ended_at is not None and episode.ended_at <= until
    ]
    return sorted(found, key=lambda episode: episode.started_at)


def _incidents(room: LiveRoom, last_day: int) -> Iterator[Incident]:
    for day in range(last_day - REMEMBERED.days, last_day + 1):
        yield from rhythm.incidents(room.habits, room.seed, day)


def _of_incident(device: Device, incident: Incident, zone: ZoneInfo) -> Iterator[Episode]:
    begin = incident.start.replace(tzinfo=zone).astimezone(UTC)
    end = incident.end.replace(tzinfo=zone).astimezone(UTC) + _AFTERMATH
    touched = {quantity for added, _ in incident.adds for quantity in _AFFECTS.get(added, ())}
    for setting in device.alarms:
        alarm = ALARMS.get(setting.get("name", ""))
        if alarm is not None and alarm.quantity in touched:
            yield from _of_alarm(device, alarm, setting, Span(begin, end), zone)


def _of_alarm(
    device: Device, alarm: Alarm, setting: Mapping[str, Any], during: Span, zone: ZoneInfo
) -> Iterator[Episode]:
    started: datetime | None = None
    at = during.start
    while at < during.end:
        value = watched(device, alarm.quantity, at, zone)
        rings = alarm_watch.should_ring(alarm, setting, value, at.astimezone(zone), rings=started is not None)
        if started is not None and not rings:
            yield Episode(alarm.name, started, at)
        started = (started or at) if rings else None
        at += _STEP
    if started is not None:
        yield Episode(alarm.name, started, during.end)
