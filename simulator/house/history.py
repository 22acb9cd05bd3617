"""What happened before the simulation began: the alarms that past incidents must have raised."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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

_MONTH = 31
_YEAR = 365
_STEP = timedelta(minutes=5)
_AFTERMATH = timedelta(minutes=15)
_AFFECTS: Mapping[str, tuple[str, ...]] = {
    "people": ("occupancy_max", "noise", "co2", "aq_iaq", "bvoc"),
    "noise": ("noise",),
    "iaq": ("aq_iaq", "bvoc"),
    "smoke": ("smoke",),
    "co": ("co",),
}


@dataclass(slots=True)
class Memory:
    """The time before the simulation began: a unit's last month and last year are worked out when asked for."""

    began: datetime
    _months: dict[str, list[Episode]] = field(default_factory=dict)
    _years: dict[str, list[Episode]] = field(default_factory=dict)

    def episodes(self, device: Device, zone: ZoneInfo, since: datetime) -> list[Episode]:
        """Return the alarm episodes of a unit, in order of their start: those of a month, or of a year."""
        today = self.began.astimezone(zone).date().toordinal()
        month, year = today - _MONTH, today - _YEAR
        if device.id not in self._months:
            self._months[device.id] = self._work_out(device, zone, range(month, today + 1))
        if since.astimezone(zone).date().toordinal() > month:
            return self._months[device.id]
        if device.id not in self._years:
            self._years[device.id] = self._work_out(device, zone, range(year, month)) + self._months[device.id]
        return self._years[device.id]

    def forget(self, device_id: str) -> None:
        """Forget a unit that is no more."""
        self._months.pop(device_id, None)
        self._years.pop(device_id, None)

    def _work_out(self, device: Device, zone: ZoneInfo, days: range) -> list[Episode]:
        room = device.room
        if not isinstance(room, LiveRoom):
            return []
        found = [
            episode
            for day in days
            for incident in rhythm.incidents(room.habits, room.seed, day)
            for episode in _of_incident(device, incident, zone)
            if episode.ended_at is not None and episode.ended_at <= self.began
        ]
        return sorted(found, key=lambda episode: episode.started_at)


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
