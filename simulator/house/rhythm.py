"""What people do in a room: come and go by the hour, and now and then something unusual."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from .chance import uniform
from .climate import hours

type Quantity = Literal["people", "noise", "moisture", "iaq", "smoke", "co"]

_RAMP = 600.0
_SLOT = 900
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How full a room is over the day, 24 shares of its capacity."""

    weekday: tuple[float, ...]
    weekend: tuple[float, ...]

    def share(self, local: datetime) -> float:
        """Return the expected share of the capacity at this time of the week."""
        shares = self.weekend if local.weekday() >= _SATURDAY else self.weekday
        return shares[local.hour]


def _day(*spans: tuple[int, int, float], otherwise: float = 0.05) -> tuple[float, ...]:
    """Write a day as spans of hours (from, to, share); in the rest of it hardly anyone is there."""
    shares = [otherwise] * 24
    for start, end, share in spans:
        for hour in range(start, end):
            shares[hour] = share
    return tuple(shares)


LIVING = Rhythm(_day((7, 9, 0.3), (17, 23, 0.6)), _day((9, 23, 0.6)))
SLEEPING = Rhythm(
    _day((0, 7, 0.95), (7, 8, 0.5), (22, 24, 0.9)),
    _day((0, 9, 0.95), (9, 10, 0.5), (23, 24, 0.9)),
)
KITCHEN = Rhythm(_day((7, 9, 0.5), (18, 21, 0.6)), _day((8, 11, 0.5), (12, 14, 0.4), (18, 21, 0.6)))
PASSAGE = Rhythm(_day((7, 9, 0.3), (17, 19, 0.3)), _day((9, 22, 0.2)))
WORKING = Rhythm(
    _day((8, 9, 0.3), (9, 12, 0.8), (12, 13, 0.3), (13, 17, 0.8), (17, 19, 0.2), otherwise=0),
    _day(otherwise=0),
)


@dataclass(frozen=True, slots=True)
class Habit:
    """Something unusual that happens on some days: how often, when, how long, and what it adds at its height."""

    name: str
    chance: float
    earliest: float
    latest: float
    shortest: float
    longest: float
    adds: tuple[tuple[Quantity, float], ...]


PARTY = Habit("party", 0.12, 20.5, 22.5, 1.0, 3.0, (("people", 9), ("noise", 30)))
COOKING = Habit("cooking", 0.25, 18.0, 20.0, 0.4, 0.9, (("iaq", 190), ("moisture", 3)))
SCORCHING = Habit("scorching", 0.015, 18.0, 20.5, 0.2, 0.3, (("iaq", 260), ("smoke", 1), ("co", 60)))
SHOWER = Habit("shower", 0.8, 6.5, 8.5, 0.2, 0.5, (("moisture", 7), ("people", 1)))
BREAK_IN = Habit("break-in", 0.03, 1.0, 4.0, 0.3, 0.6, (("people", 2), ("noise", 12)))
CONFERENCE = Habit("conference", 0.3, 9.5, 14.0, 1.0, 2.5, (("people", 7), ("noise", 8)))


@dataclass(frozen=True, slots=True)
class Incident:
    """One time that a habit happened; naive local times."""

    start: datetime
    end: datetime
    adds: tuple[tuple[Quantity, float], ...]

    def share(self, local: datetime) -> float:
        """Return how far along it is: it grows and fades within ten minutes."""
        since = (local - self.start).total_seconds()
        left = (self.end - local).total_seconds()
        return min(max(min(since, left) / _RAMP, 0.0), 1.0)


@lru_cache(maxsize=4096)
def incidents(habits: tuple[Habit, ...], seed: int, ordinal: int) -> tuple[Incident, ...]:
    """Return what happens on the day with this ordinal number."""
    return tuple(
        _incident(habit, seed + 17 * place, ordinal)
        for place, habit in enumerate(habits)
        if uniform(seed + 17 * place, ordinal) < habit.chance
    )


def _incident(habit: Habit, seed: int, ordinal: int) -> Incident:
    begin = habit.earliest + (habit.latest - habit.earliest) * uniform(seed + 1, ordinal)
    lasting = habit.shortest + (habit.longest - habit.shortest) * uniform(seed + 2, ordinal)
    start = datetime.fromordinal(ordinal) + timedelta(minutes=round(begin * 60))
    return Incident(start, start + timedelta(minutes=round(lasting * 60)), habit.adds)


def unusual(habits: tuple[Habit, ...], seed: int, local: datetime, quantity: Quantity) -> float:
    """Return what incidents add to a quantity at this local time; one may have begun the day before."""
    naive = local.replace(tzinfo=None)
    today = naive.toordinal()
    return sum(
        incident.share(naive) * amount
        for day in (today - 1, today)
        for incident in incidents(habits, seed, day)
        for name, amount in incident.adds
        if name == quantity
    )


def people(rhythm: Rhythm, capacity: int, seed: int, local: datetime) -> int:
    """Return how many usually are in the room in this quarter of an hour."""
    slot = int(local.timestamp()) // _SLOT
    return int(capacity * rhythm.share(local) + uniform(seed, slot))


def daylight(local: datetime) -> float:
    """Return how awake the surroundings are, 0 at four in the morning to 1 in the afternoon."""
    return max(0.0, 1 - abs(hours(local) - 15) / 11)
