"""A room at an instant: every quantity a unit in it could sense, computed from place, people and chance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from math import log10
from typing import Protocol
from zoneinfo import ZoneInfo

from . import air_conditioner, climate, rhythm
from .air_conditioner import AirConditioner, Effect
from .catalogue import MEASURES
from .chance import drift, seed_of, uniform
from .climate import Climate
from .rhythm import Habit, Rhythm

_TEMPERATE = Climate(11, 8, 4)


class Room(Protocol):
    """Where a unit hangs. `effect` is what an air conditioner has changed there."""

    @property
    def changes_by_itself(self) -> bool:
        """Whether anything but commands ever changes a reading."""

    def free_temperature(self, at: datetime, zone: ZoneInfo) -> float:
        """Return the °C that the room would have without an air conditioner."""

    def sense(self, quantity: str, at: datetime, zone: ZoneInfo, effect: Effect) -> float:
        """Return a quantity in SI, °C, %RH, dB, people or index points."""


@dataclass(frozen=True, slots=True)
class AcHabit:
    """How people used the air conditioner before the simulation began: from hour to hour, local time.

    `left_on` are the hours in which it would have run for nobody, had eco mode not switched it off.
    """

    start: int
    end: int
    told: AirConditioner
    left_on: tuple[int, int] = (0, 0)

    def at(self, local: datetime) -> AirConditioner:
        """Return what the air conditioner was told at this local time."""
        return self.told if self.start <= local.hour < self.end else AirConditioner()

    def wasteful(self, local: datetime) -> bool:
        """Return whether it would be left on at this local time."""
        start, end = self.left_on
        return start <= local.hour < end


@dataclass(frozen=True, slots=True)
class StillRoom:
    """A room in which nothing changes by itself."""

    values: Mapping[str, float]
    changes_by_itself: bool = field(default=False, init=False)

    def free_temperature(self, at: datetime, zone: ZoneInfo) -> float:
        """Return the same temperature at any time."""
        del at, zone
        return self.values.get("temperature", 22.0)

    def sense(self, quantity: str, at: datetime, zone: ZoneInfo, effect: Effect) -> float:
        """Return the fixed value, changed only by the air conditioner."""
        del at, zone
        value = self.values.get(quantity, 0.0)
        if effect == air_conditioner.NONE:
            return value
        temperature = self.values.get("temperature", 22.0)
        moisture = climate.saturation(temperature) * self.values.get("humidity", 45.0) / 100
        if quantity == "humidity":
            return climate.relative_humidity(moisture + effect.moisture, temperature + effect.temperature)
        return value + {"temperature": effect.temperature, "power": effect.power - air_conditioner.STANDBY}.get(
            quantity, 0
        )


@dataclass(frozen=True, slots=True, eq=False)
class LiveRoom:
    """A room that lives: weather comes through the walls, people come and go."""

    seed: int
    climate: Climate = _TEMPERATE
    rhythm: Rhythm = rhythm.LIVING
    capacity: int = 4
    habits: tuple[Habit, ...] = ()
    heated_to: float = 19.5
    gain: float = 1.5
    leak: float = 0.35
    dampness: float = 0.8
    outdoors: bool = False
    appliances: float = 60.0
    ac: AcHabit | None = None
    changes_by_itself: bool = field(default=True, init=False)

    def free_temperature(self, at: datetime, zone: ZoneInfo) -> float:
        """Return the °C that the room would have without an air conditioner."""
        return _moment(self, at, zone, air_conditioner.NONE).free_temperature

    def sense(self, quantity: str, at: datetime, zone: ZoneInfo, effect: Effect) -> float:
        """Return the quantity at this instant; the same for the same arguments."""
        value: float = getattr(_moment(self, at, zone, effect), quantity)
        return value


class RoomMoment:
    """A live room at one local time. Each property is a quantity, computed when asked for."""

    def __init__(self, room: LiveRoom, local: datetime, effect: Effect) -> None:
        """Look at `room` at a local time."""
        self._room = room
        self._local = local
        self._effect = effect
        self._instant = local.timestamp()

    def _wander(self, place: int, period: float) -> float:
        return drift(self._room.seed + place, self._instant, period)

    def _unusual(self, quantity: rhythm.Quantity) -> float:
        return rhythm.unusual(self._room.habits, self._room.seed, self._local, quantity)

    @cached_property
    def people(self) -> float:
        """People in the room."""
        usual = rhythm.people(self._room.rhythm, self._room.capacity, self._room.seed, self._local)
        return usual + self._unusual("people")

    @cached_property
    def occupancy_max(self) -> float:
        """The most that may be there."""
        return self.people

    @cached_property
    def occupancy_min(self) -> float:
        """The fewest that may be there: a unit does not see everyone."""
        unseen = uniform(self._room.seed + 3, int(self._instant) // 900) < 0.3
        return max(self.people - unseen, 0)

    @cached_property
    def free_temperature(self) -> float:
        """°C without an air conditioner: walls damp and delay the day, heating holds a floor, people add."""
        room = self._room
        if room.outdoors:
            return room.climate.temperature(self._local, room.seed >> 32)
        season = room.climate.season(self._local, room.seed >> 32)
        walls = season + room.gain + room.leak * room.climate.swing(self._local, lag=2.5)
        return max(walls, room.heated_to) + 0.15 * self.people + 0.3 * self._wander(4, 2400)

    @cached_property
    def temperature(self) -> float:
        """°C as the unit feels it."""
        return self.free_temperature + self._effect.temperature

    @cached_property
    def _moisture(self) -> float:
        room = self._room
        outside = room.climate.moisture(self._local, room.seed >> 32)
        return outside if room.outdoors else outside + room.dampness

    @cached_property
    def humidity(self) -> float:
        """%RH, from the water in the air and the temperature."""
        water = self._moisture + 0.15 * self.people + self._unusual("moisture") + self._effect.moisture
        return climate.relative_humidity(max(water, 0.5), self.temperature)

    @cached_property
    def mold_risk_index(self) -> float:
        """0 to 6: how far the usual humidity lies above what mould needs (people and showers pass, walls stay)."""
        room = self._room
        walls = max(room.climate.season(self._local, room.seed >> 32) + room.gain, room.heated_to) - 2
        return min(max((climate.relative_humidity(self._moisture, walls) - 60) / 6, 0.0), 6.0)

    @cached_property
    def noise(self) -> float:
        """Sound level, dB."""
        awake = rhythm.daylight(self._local)
        usual = 31 + 5 * awake + 13 * log10(1 + self.people) + 2 * self._wander(5, 300)
        return usual + self._unusual("noise")

    @cached_property
    def aq_iaq(self) -> float:
        """Air quality index, 0 to 500, lower is better."""
        usual = 38 + 7 * self.people + 10 * self._wander(6, 5400)
        return min(max(usual + self._unusual("iaq"), 0.0), 500.0)

    @cached_property
    def co2(self) -> float:
        """CO2, ppm."""
        return 440 + 85 * self.people + 30 * self._wander(7, 1800)

    @cached_property
    def bvoc(self) -> float:
        """Breath VOC equivalent, ppm."""
        return self.aq_iaq / 60

    @cached_property
    def smoke(self) -> float:
        """Smoke, 0 to 1."""
        return self._unusual("smoke")

    @cached_property
    def co(self) -> float:
        """Carbon monoxide, ppm."""
        return 1 + self._unusual("co")

    @cached_property
    def wifi_rssi(self) -> float:
        """Radio signal, dBm."""
        distance = 22 * uniform(self._room.seed, -1)
        return -50 - distance + 3 * self._wander(8, 1200)

    @cached_property
    def net_qlt(self) -> float:
        """Network quality, %."""
        return min(max(2 * (self.wifi_rssi + 100), 0.0), 100.0)

    @cached_property
    def power(self) -> float:
        """W: the air conditioner alone where the unit drives one, else what is plugged in."""
        if self._room.ac is not None:
            return self._effect.power
        compressor = 80 * (uniform(self._room.seed + 9, int(self._instant) // 1200) < 0.35)
        in_use = 120 * self.people * uniform(self._room.seed + 10, int(self._instant) // 900)
        return self._room.appliances + compressor + in_use


@lru_cache(maxsize=512)
def _moment(room: LiveRoom, at: datetime, zone: ZoneInfo, effect: Effect) -> RoomMoment:
    """Return the moment; several quantities of one are usually asked for one after the other."""
    return RoomMoment(room, at.astimezone(zone), effect)


def still(name: str, **values: float) -> StillRoom:
    """Make a still room: typical values, each a little different by the name of the unit."""
    seed = seed_of(name)
    chosen = {
        measure.name: measure.quantised(measure.typical + measure.step * round(6 * uniform(seed, place)))
        for place, measure in enumerate(MEASURES.values())
    }
    chosen["occupancy_min"] = min(chosen["occupancy_min"], chosen["occupancy_max"])
    return StillRoom({**chosen, **values})


def room_seed(seed: int, property_id: str, name: str) -> int:
    """Make a room's seed: the upper half belongs to its property, whose rooms share their weather."""
    return (seed_of(seed, property_id) >> 32 << 32) | (seed_of(seed, property_id, name) >> 32)
