"""Energy that units measured, and energy that eco mode saved; both in kWh."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from . import air_conditioner
from .device import Device
from .property import Property
from .readings import reading
from .room import LiveRoom

CO2_PER_KWH = 0.4
CO2_PER_TREE = 21.0
PRICES: Mapping[str, float] = {"USD": 0.17, "EUR": 0.28, "GBP": 0.27, "ILS": 0.61, "BRL": 0.82, "MXN": 1.9}
"""What a kWh costs, by currency."""

# A prime number: samples a whole number of days apart would all be of the same hour.
_MOST_SAMPLES = 397


@dataclass(frozen=True, slots=True)
class Span:
    """A time from `start` until `end`, excluded."""

    start: datetime
    end: datetime

    @property
    def hours(self) -> float:
        """Its length."""
        return (self.end - self.start).total_seconds() / 3600

    def samples(self) -> Iterator[datetime]:
        """Yield instants that stand for it: one an hour, fewer in a long span."""
        count = min(max(round(self.hours), 1), _MOST_SAMPLES)
        for number in range(count):
            yield self.start + (self.end - self.start) * ((number + 0.5) / count)

    def before(self) -> Span:
        """Return the equally long span before this one."""
        return Span(self.start - (self.end - self.start), self.start)


def consumed(device: Device, place: Property, span: Span) -> float:
    """Return the kWh that the unit measured."""
    if "power" not in device.measures:
        return 0.0
    instants = [span.start] if device.never_changed else span.samples()
    watts = [reading(device, "power", at, place.zone) or 0.0 for at in instants]
    return sum(watts) / len(watts) * span.hours / 1000


def saved(device: Device, place: Property, span: Span) -> float:
    """Return the kWh that the air conditioner would have used in the empty room, had eco mode not been on."""
    room = device.room
    if not (isinstance(room, LiveRoom) and room.ac and place.eco_periods):
        return 0.0
    watts = [_spared(room, place, at) for at in span.samples()]
    return sum(watts) / len(watts) * span.hours / 1000


def trees(device: Device, place: Property, now: datetime) -> float:
    """Return how many trees take up in a year what the unit has saved in the year until today."""
    if device.saved_until != now.date():
        midnight = datetime.combine(now.date(), datetime.min.time(), UTC)
        device.saved_until = now.date()
        device.saved_energy = saved(device, place, Span(midnight - timedelta(days=365), midnight))
    return round(device.saved_energy * CO2_PER_KWH / CO2_PER_TREE, 1)


def _spared(room: LiveRoom, place: Property, at: datetime) -> float:
    if room.ac is None or not room.ac.wasteful(at.astimezone(place.zone)) or not place.was_eco(at):
        return 0.0
    if room.sense("people", at, place.zone, air_conditioner.NONE) > 0:
        return 0.0
    return air_conditioner.steady(room.ac.told, room.free_temperature(at, place.zone)).power
