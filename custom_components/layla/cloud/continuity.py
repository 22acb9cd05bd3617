"""What a new snapshot takes over from the one before, so that nothing unchanged travels."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from .model import AlarmState, Device, Snapshot

LAST_SEEN_STEP: Final = timedelta(minutes=10)
_QUIET: Final = AlarmState(active=False, armed=None, snoozed=False)


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


def continued(snapshot: Snapshot, previous: Snapshot | None) -> Snapshot:
    """Keep the old object of whatever did not change, every alarm once seen, and slow `last_seen`."""
    if previous is None:
        return snapshot
    devices = _reused(
        (_with_known_alarms(device, previous) for device in snapshot.devices.values()),
        previous.devices,
    )
    return replace(
        snapshot,
        properties=_reused(snapshot.properties.values(), previous.properties),
        devices=devices,
        last_seen={
            unit: _step(seen, previous.last_seen.get(unit)) if devices[unit] is previous.devices.get(unit) else seen
            for unit, seen in snapshot.last_seen.items()
        },
    )


def with_alarms(device: Device, alarms: Iterable[str]) -> Device:
    """Give a unit alarms that it is known to have though its payload does not name them (L35)."""
    missing = {alarm: _QUIET for alarm in alarms if alarm not in device.alarms}
    return replace(device, alarms={**device.alarms, **missing}) if missing else device


def _reused[Item: _Identified](items: Iterable[Item], old: Mapping[str, Item]) -> dict[str, Item]:
    return {item.id: old[item.id] if old.get(item.id) == item else item for item in items}


def _with_known_alarms(device: Device, previous: Snapshot) -> Device:
    known = previous.devices.get(device.id)
    return with_alarms(device, known.alarms) if known else device


def _step(seen: datetime, before: datetime | None) -> datetime:
    return seen if before is None or abs(seen - before) >= LAST_SEEN_STEP else before
