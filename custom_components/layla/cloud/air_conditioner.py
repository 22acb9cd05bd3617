"""An air conditioner behind infrared: what it was told last, as one value, and what its model understands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import NoneType
from typing import Any, Final, Self

# What a remote control shows when nothing is known: a temperature that every model has.
_USUAL_TEMPERATURE: Final = 24.0

USUAL_RUNNING_ABOVE: Final = 50.0
"""The power above which an air conditioner is taken to run unless its profile says otherwise, in W."""


class Mode(StrEnum):
    """What an air conditioner does while it is on; `auto` leaves it to the machine."""

    COOL = "cool"
    HEAT = "heat"
    DRY = "dry"
    FAN_ONLY = "fan_only"
    AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class AirConditioner:
    """What an air conditioner was told last; infrared is one-way, so nobody knows better.

    `temperature` is in degrees as the remote control counts them: °C or °F by the model. None, also of fan and
    swing, is what the model does not have. While `power` is off, `mode` is the one it was last on in.
    """

    power: bool
    mode: Mode
    temperature: float | None = None
    fan: str | None = None
    swing: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Write it as plain JSON."""
        return {
            "power": self.power,
            "mode": self.mode.value,
            "temperature": self.temperature,
            "fan": self.fan,
            "swing": self.swing,
        }

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> Self:
        """Read what `as_dict` wrote; raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            power=_checked(members["power"], bool),
            mode=Mode(members["mode"]),
            temperature=_checked(members["temperature"], float, int, NoneType),
            fan=_checked(members["fan"], str, NoneType),
            swing=_checked(members["swing"], str, NoneType),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Appliance:
    """What a unit's payload says of its air conditioner; None is what it does not say. Degrees as in AirConditioner."""

    vendor: str | None = None
    model: str | None = None
    mode: Mode | None = None
    temperature: float | None = None
    fan: str | None = None
    swing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One model of air conditioner: the words and the range that its infrared code has.

    Temperatures are °F where `fahrenheit`, else °C. No fans or no swings: it has no such setting.
    It is taken to run while the unit measures more than `running_above`, in W.
    """

    vendor: str
    model: str
    modes: Sequence[Mode]
    lowest: float
    highest: float
    step: float
    fahrenheit: bool = False
    fans: Sequence[str] = ()
    swings: Sequence[str] = ()
    running_above: float = USUAL_RUNNING_ABOVE

    def fitted(self, state: AirConditioner) -> AirConditioner:
        """Bring a state within what the model understands."""
        usual = _USUAL_TEMPERATURE * 1.8 + 32 if self.fahrenheit else _USUAL_TEMPERATURE
        return replace(
            state,
            mode=state.mode if state.mode in self.modes else self.modes[0],
            temperature=self.nearest(usual if state.temperature is None else state.temperature),
            fan=_one_of(self.fans, state.fan),
            swing=_one_of(self.swings, state.swing),
        )

    def nearest(self, temperature: float) -> float:
        """Return the temperature that the remote control would have to show: on a step, within the range."""
        steps = round((min(max(temperature, self.lowest), self.highest) - self.lowest) / self.step)
        reached = self.lowest + steps * self.step
        return round(reached if reached <= self.highest else reached - self.step, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One whole infrared frame that switches an air conditioner on."""

    vendor: str
    model: str
    mode: Mode
    temperature: float | None
    fan: str | None
    swing: str | None


def frame(profile: Profile, state: AirConditioner) -> Frame:
    """Make the frame that tells a model a state; what it does not understand is left out."""
    fitted = profile.fitted(state)
    return Frame(
        vendor=profile.vendor,
        model=profile.model,
        mode=fitted.mode,
        temperature=fitted.temperature,
        fan=fitted.fan,
        swing=fitted.swing,
    )


def _checked(value: Any, *accepted: type) -> Any:
    if not isinstance(value, accepted):
        raise TypeError(f"{type(value).__name__} is not expected")
    return value


def _one_of(words: Sequence[str], word: str | None) -> str | None:
    if word in words:
        return word
    return words[0] if words else None
