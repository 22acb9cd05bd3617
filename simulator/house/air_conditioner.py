"""The air conditioner: what it is told by infrared, what it then does to the room, and what power it draws."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite
from typing import Any

RATED = 1200.0
FAN_ONLY = 25.0
STANDBY = 4.0

_STRONGEST = 14.0
_ON_SECONDS = 600.0
_OFF_SECONDS = 5400.0
_PER_SECOND = 0.5 / 60
_FULL_LOAD_GAP = 3.0
_DRYING = -4.0
_DRYING_PER_DEGREE = 0.7
_DRYING_LOAD = 0.3
_ACTIVE = frozenset({"cool", "heat", "auto"})
_FAHRENHEIT_FROM = 45.0

_MODES = {
    "cool": "cool",
    "heat": "heat",
    "dry": "dry",
    "fan": "fan",
    "fan_only": "fan",
    "auto": "auto",
    "heat_cool": "auto",
}
_FAN_SPEEDS = {"quiet": 0.6, "low": 0.7, "medium": 1.0, "mid": 1.0, "high": 1.3, "turbo": 1.5}


@dataclass(frozen=True, slots=True)
class AirConditioner:
    """What the air conditioner was told last. `temperature` is °C, `fan` a factor on its strength."""

    on: bool = False
    mode: str = "cool"
    temperature: float = 24.0
    fan: float = 1.0

    def told(self, action: str, config: Mapping[str, Any]) -> AirConditioner:
        """Return its state after a frame: the action `on` or `off` with an `appliance_config`.

        The members are free-form in the API: what is not understood stays as it was.
        """
        return AirConditioner(
            on=action == "on",
            mode=_MODES.get(str(config.get("mode")).lower(), self.mode),
            temperature=_celsius(config.get("temperature"), self.temperature),
            fan=_FAN_SPEEDS.get(str(config.get("fan_speed")).lower(), self.fan),
        )


@dataclass(frozen=True, slots=True)
class Effect:
    """What the air conditioner has changed in the room: K, g/m³ of water, and the W it draws."""

    temperature: float = 0.0
    moisture: float = 0.0
    power: float = STANDBY

    @property
    def faded(self) -> bool:
        """Whether nobody could tell any more that it ever ran."""
        return abs(self.temperature) < 0.02 and abs(self.moisture) < 0.02 and self.power <= STANDBY


NONE = Effect()


def after(ac: AirConditioner, effect: Effect, free: float, seconds: float) -> Effect:
    """Return the effect `seconds` later, in a room that would have `free` °C by itself."""
    wanted = ac.temperature - free
    side = _side(ac, wanted, effect.temperature)
    temperature = _temperature(ac, effect.temperature, side, wanted, seconds)
    dry = _dryness(ac, temperature)
    pace = _ON_SECONDS if ac.on else _OFF_SECONDS
    moisture = dry + (effect.moisture - dry) * exp(-seconds / pace)
    return Effect(temperature, moisture, _power(ac, effect.temperature, side, wanted))


def steady(ac: AirConditioner, free: float) -> Effect:
    """Return the effect after a long time in the same state."""
    wanted = ac.temperature - free
    side = _side(ac, wanted, 0.0)
    temperature = side * min(side * wanted, _STRONGEST)
    return Effect(temperature, _dryness(ac, temperature), _power(ac, temperature, side, wanted))


def _side(ac: AirConditioner, wanted: float, reached: float) -> int:
    """Return 1 while it heats or holds warm, -1 while it cools or holds cool, 0 while it does neither."""
    if not ac.on:
        return 0
    warms = wanted > 0 if ac.mode == "auto" else ac.mode == "heat"
    if warms:
        return int(reached <= wanted)
    return -int(ac.mode in _ACTIVE and reached >= wanted)


def _temperature(ac: AirConditioner, reached: float, side: int, wanted: float, seconds: float) -> float:
    if not side:
        faded = reached * exp(-seconds / _OFF_SECONDS)
        passed = ac.on and ac.mode in _ACTIVE and (reached - wanted) * (faded - wanted) < 0
        return wanted if passed else faded
    goal = side * min(side * wanted, _STRONGEST)
    step = (goal - reached) * (1 - exp(-seconds / _ON_SECONDS))
    most = _PER_SECOND * ac.fan * seconds
    return reached + min(max(step, -most), most)


def _dryness(ac: AirConditioner, temperature: float) -> float:
    """Return the water it takes out of the air, g/m³: cooling dries too."""
    if not ac.on:
        return 0.0
    return _DRYING if ac.mode == "dry" else _DRYING_PER_DEGREE * min(temperature, 0.0)


def _power(ac: AirConditioner, reached: float, side: int, wanted: float) -> float:
    """Return the W drawn: more the further it has to go, and something for holding what it reached."""
    if not ac.on:
        return STANDBY
    if ac.mode == "dry":
        return FAN_ONLY + _DRYING_LOAD * (RATED - FAN_ONLY)
    goal = min(side * wanted, _STRONGEST)
    load = max(goal, 0.0) / _STRONGEST + max(goal - side * reached, 0.0) / _FULL_LOAD_GAP
    return FAN_ONLY + abs(side) * min(load, 1.0) * (RATED - FAN_ONLY)


def _celsius(value: object, otherwise: float) -> float:
    """Read a set temperature; figures above 45 can only be Fahrenheit."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return otherwise
    try:
        degrees = float(value)
    except ValueError, OverflowError:
        return otherwise
    if not isfinite(degrees):
        return otherwise
    celsius = (degrees - 32) / 1.8 if degrees > _FAHRENHEIT_FROM else degrees
    return min(max(celsius, 5.0), 40.0)
