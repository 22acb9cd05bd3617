"""What a unit reads at an instant, now or in the past: always the same for the same instant."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from . import air_conditioner
from .air_conditioner import Effect
from .catalogue import MEASURES
from .device import Device
from .room import LiveRoom

SAMPLE = 30
"""A unit takes a sample each so many seconds; between two of them it repeats the last one."""

HIDDEN = frozenset({"co2", "bvoc", "smoke", "co"})
"""Quantities that alarms watch and no reading shows."""


def sampled(at: datetime) -> datetime:
    """Return when the sample was taken that holds at this instant."""
    return datetime.fromtimestamp(int(at.timestamp()) // SAMPLE * SAMPLE, UTC)


def effect_at(device: Device, at: datetime, zone: ZoneInfo) -> Effect:
    """Return what the air conditioner had changed: as noted, or before that as people's habits were."""
    noted = device.infrared.trace.at(at.timestamp())
    if noted is not None:
        return noted
    habit = device.room.ac if isinstance(device.room, LiveRoom) else None
    if habit is None:
        return air_conditioner.NONE
    return air_conditioner.steady(habit.at(at.astimezone(zone)), device.room.free_temperature(at, zone))


def reading(device: Device, measure: str, at: datetime, zone: ZoneInfo) -> float | None:
    """Return the reading in the measure's steps, °C for temperatures; None where there is none at that time."""
    if measure not in device.measures or device.was_silent(at):
        return None
    by_hand = device.by_hand(measure, at.timestamp())
    if by_hand is not None:
        return by_hand.value
    return MEASURES[measure].quantised(_sensed(device, measure, at, zone))


def watched(device: Device, quantity: str, at: datetime, zone: ZoneInfo) -> float | None:
    """Return a quantity as alarms see it: also those that no reading shows; None where the unit cannot sense it."""
    if quantity in HIDDEN and not device.was_silent(at):
        return _sensed(device, quantity, at, zone)
    return reading(device, quantity, at, zone)


def latest(device: Device, now: datetime, zone: ZoneInfo) -> dict[str, float | None]:
    """Return all readings as the cloud knows them: of an offline unit, the last it sent."""
    lost = device.offline_since
    at = now if lost is None else lost - timedelta(seconds=1)
    return {measure: reading(device, measure, at, zone) for measure in device.measures}


def _sensed(device: Device, quantity: str, at: datetime, zone: ZoneInfo) -> float:
    """Sense at the last sample; what the air conditioner has done is felt at once."""
    return device.room.sense(quantity, sampled(at), zone, effect_at(device, at, zone))
