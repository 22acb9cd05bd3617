"""What a new snapshot takes over from the one before, so that nothing unchanged travels."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from .model import AlarmState, Device, Snapshot

LAST_SEEN_STEP: Final = timedelta(minutes=10)
_QUIET: Final = AlarmState(active=False, armed=None, snoozed=False)
_UNTOLD: Final = AlarmState(active=None, armed=None, snoozed=False)


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


def continued(snapshot: Snapshot, previous: Snapshot | None, *, untold: Collection[str] = ()) -> Snapshot:
    """Keep the old object of whatever did not change, every alarm once seen, and slow `last_seen`.

    `untold` names the units whose payload did not say which alarms are active.
    """
    if previous is None:
        return snapshot
    devices = _reused(
        (_with_known_alarms(device, previous, told=device.id not in untold) for device in snapshot.devices.values()),
        previous.devices,
    )
    return replace(
        snapshot,
        properties=_reused(snapshot.properties.values(), previous.properties),
        devices=devices,
        # A reply without readings, of an API that dates nothing else, does not undo that the unit was heard of.
        last_seen={unit: seen for unit, seen in previous.last_seen.items() if unit in devices}
        | {
            unit: _step(seen, previous.last_seen.get(unit)) if devices[unit] is previous.devices.get(unit) else seen
            for unit, seen in snapshot.last_seen.items()
        },
    )


def with_alarms(device: Device, alarms: Iterable[str], *, told: bool = True) -> Device:
    """Give a unit alarms that it is known to have though its payload does not name them (L35).

    They are quiet if the payload `told` which alarms are active, else unknown.
    """
    state = _QUIET if told else _UNTOLD
    missing = {alarm: state for alarm in alarms if alarm not in device.alarms}
    return replace(device, alarms={**device.alarms, **missing}) if missing else device


def _reused[Item: _Identified](items: Iterable[Item], old: Mapping[str, Item]) -> dict[str, Item]:
    return {item.id: old[item.id] if old.get(item.id) == item else item for item in items}


def _with_known_alarms(device: Device, previous: Snapshot, *, told: bool) -> Device:
    known = previous.devices.get(device.id)
    return with_alarms(device, known.alarms, told=told) if known else device


def _step(seen: datetime, before: datetime | None) -> datetime:
    return seen if before is None or abs(seen - before) >= LAST_SEEN_STEP else before
