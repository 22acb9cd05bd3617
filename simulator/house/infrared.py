"""The unit's infrared side: frames go out, timers and schedules fire, the air conditioner works on the room."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from . import air_conditioner
from .device import Device, Frame
from .readings import SAMPLE, effect_at
from .schedule import Switch

_KEPT_SAMPLES = 100_000


def send(device: Device, action: str, at: datetime, zone: ZoneInfo, config: Mapping[str, Any] | None = None) -> bool:
    """Send one frame, `on` or `off`, with the appliance_config that the unit holds; an offline unit sends nothing."""
    if not device.online:
        return False
    infrared = device.infrared
    told = infrared.config if config is None else config
    run(device, at, zone, exactly=True)
    infrared.frames.append(Frame(at, action, told))
    infrared.ac = infrared.ac.told(action, told)
    _work(device, at.timestamp(), 0.0, zone)
    return True


def by_remote(device: Device, action: str, at: datetime, zone: ZoneInfo, config: Mapping[str, Any]) -> None:
    """Let somebody press the air conditioner's own remote control: the unit neither sends nor knows anything."""
    run(device, at, zone, exactly=True)
    device.infrared.ac = device.infrared.ac.told(action, config)
    _work(device, at.timestamp(), 0.0, zone)


def test(device: Device, mode: str, at: datetime) -> None:
    """Send a test pulse: the air conditioner stays as it is."""
    device.infrared.frames.append(Frame(at, "test", {"mode": mode}))


def busy(device: Device) -> bool:
    """Return whether time passing means anything to the unit's infrared side."""
    infrared = device.infrared
    return bool(infrared.ac.on or infrared.timer or infrared.schedule or not infrared.trace.latest.faded)


def due(device: Device, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[Switch]:
    """Yield what fires in (after, until]: the timer and the schedule's switches."""
    timer, schedule = device.infrared.timer, device.infrared.schedule
    if timer is not None and timer.at <= until:
        yield timer.at, timer.action
    if schedule is not None:
        yield from schedule.switches(zone, after, until)


def run(device: Device, until: datetime, zone: ZoneInfo, *, exactly: bool = False) -> None:
    """Let the air conditioner work, as long as there is anything to tell.

    Notes are taken at whole samples, so that they do not depend on how often anyone asks; `exactly` adds one at the
    end, for a frame that is sent there.
    """
    instant = until.timestamp()
    end = instant if exactly else instant // SAMPLE * SAMPLE
    infrared = device.infrared
    while infrared.trace.times and infrared.trace.times[-1] < end:
        if infrared.trace.latest.faded and not infrared.ac.on:
            return
        begin = infrared.trace.times[-1]
        upcoming = min((begin // SAMPLE + 1) * SAMPLE, end)
        _work(device, upcoming, upcoming - begin, zone)


def start(device: Device, at: datetime, zone: ZoneInfo) -> None:
    """Begin to take notes: what people's habits did to the room until now fades from here on."""
    device.infrared.trace.note(at.timestamp(), effect_at(device, at, zone))


def _work(device: Device, instant: float, seconds: float, zone: ZoneInfo) -> None:
    infrared = device.infrared
    free = device.room.free_temperature(datetime.fromtimestamp(instant, UTC), zone)
    effect = air_conditioner.after(infrared.ac, infrared.trace.latest, free, seconds)
    infrared.trace.note(instant, air_conditioner.NONE if effect.faded and not infrared.ac.on else effect)
    _forget(device)
    device.touch()


def _forget(device: Device) -> None:
    """Keep the notes of the last month or so."""
    trace = device.infrared.trace
    if len(trace.times) > _KEPT_SAMPLES:
        half = _KEPT_SAMPLES // 2
        del trace.times[:half], trace.effects[:half]
