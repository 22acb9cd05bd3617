"""What was commanded, shown until the cloud confirms it: laid over the snapshots, which stay as they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ..cloud.model import Device, Snapshot
from .steps import Held

LENGTH: Final = timedelta(minutes=2)


@dataclass(slots=True, eq=False)
class Hold:
    """One value that is shown `until` an instant; once `accepted` the cloud can confirm it."""

    held: Held
    until: datetime
    accepted: bool = False


class Holds:
    """The values that are held, in the order of their commands: a later one covers an earlier."""

    def __init__(self, length: timedelta = LENGTH) -> None:
        self._length = length
        self._holds: dict[str, list[Hold]] = {}
        self._made: dict[str, tuple[Device, Device]] = {}

    def begin(self, values: Iterable[Held], now: datetime) -> Sequence[Hold]:
        """Show values from now on; they end with `end`, or a while after `keep`."""
        begun = [Hold(held, now + self._length) for held in values]
        for hold in begun:
            self._holds.setdefault(hold.held.device_id, []).append(hold)
        return begun

    def keep(self, holds: Iterable[Hold], now: datetime) -> None:
        """Go on showing what the cloud has accepted, until it confirms it or a while is over."""
        for hold in holds:
            hold.accepted, hold.until = True, now + self._length

    def end(self, holds: Iterable[Hold]) -> None:
        """Show again what was shown before: the command failed."""
        for hold in holds:
            self._leave(hold.held.device_id, [other for other in self._of(hold.held.device_id) if other is not hold])

    def shown(self, snapshot: Snapshot, now: datetime) -> Snapshot:
        """Return what to show: the same snapshot while nothing is held, the same units where nothing is.

        A unit that is shown as before is the same object as before.
        """
        for device_id in tuple(self._holds):
            self._leave(device_id, list(self._standing(snapshot.devices.get(device_id), device_id, now)))
        held = {device_id: snapshot.devices[device_id] for device_id in self._holds if device_id in snapshot.devices}
        self._made = {device_id: self._covered(device) for device_id, device in held.items()}
        if all(made is device for device, made in self._made.values()):
            return snapshot
        return replace(snapshot, devices={**snapshot.devices, **{key: made for key, (_, made) in self._made.items()}})

    def _of(self, device_id: str) -> Sequence[Hold]:
        return self._holds.get(device_id, ())

    def _leave(self, device_id: str, holds: list[Hold]) -> None:
        if holds:
            self._holds[device_id] = holds
        else:
            self._holds.pop(device_id, None)

    def _standing(self, device: Device | None, device_id: str, now: datetime) -> Iterable[Hold]:
        """Return what is still held; what the cloud confirms is not, with all that came before it."""
        latest: dict[str | None, Hold] = {hold.held.alarm: hold for hold in self._of(device_id)}
        confirmed = {
            alarm
            for alarm, hold in latest.items()
            if hold.accepted and device is not None and _value(device, alarm) == hold.held.value
        }
        return (hold for hold in self._of(device_id) if now < hold.until and hold.held.alarm not in confirmed)

    def _covered(self, device: Device) -> tuple[Device, Device]:
        covered = _with(device, {hold.held.alarm: hold.held for hold in self._of(device.id)})
        before, made = self._made.get(device.id, (None, None))
        return (device, made if before is device and made == covered and made is not None else covered)


def _value(device: Device, alarm: str | None) -> bool | str | None:
    if alarm is None:
        return device.pillar
    state = device.alarms.get(alarm)
    return state.armed if state else None


def _with(device: Device, held: Mapping[str | None, Held]) -> Device:
    """Cover what a unit shows; the same object where it shows that already."""
    alarms = {
        alarm: replace(device.alarms[alarm], armed=bool(each.value))
        for alarm, each in held.items()
        if alarm in device.alarms and alarm is not None and _value(device, alarm) != each.value
    }
    pillar = str(held[None].value) if None in held else device.pillar
    if not alarms and pillar == device.pillar:
        return device
    return replace(device, pillar=pillar, alarms={**device.alarms, **alarms})
