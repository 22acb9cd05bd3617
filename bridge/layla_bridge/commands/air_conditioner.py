"""The fields of an air conditioner, checked against what its profile says of the model."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from ..cloud.air_conditioner import Mode, Profile
from ..cloud.model import Device
from . import forms
from .problems import Code, Problem, refused

OFF: Final = "off"


class UnitAirConditioner(Protocol):
    """One air conditioner, and its way to the cloud; `cloud/ac_control.py` has it."""

    @property
    def profile(self) -> Profile | None:
        """What its model understands; None where no profile names the unit."""

    @property
    def full(self) -> bool:
        """Whether more than on and off may be sent."""

    @property
    def modes(self) -> Sequence[Mode]:
        """The modes that can be chosen."""

    async def change(self, **changes: Any) -> None:
        """Ask for changes; returns when the frame was accepted. Raises CloudError or OSError."""

    async def assume(self, **changes: Any) -> None:
        """Take it that it does this by now. Raises OSError."""


class AirConditioners(Protocol):
    """The air conditioners of an account."""

    def of(self, device: Device | None, device_id: str) -> UnitAirConditioner:
        """Return a unit's."""


def changes(given: Mapping[str, object], unit: UnitAirConditioner, prefix: str = "") -> dict[str, Any]:
    """Read the fields in `given` as members of an AirConditioner; `prefix` is where they stand. Raises Problem."""
    found: dict[str, Any] = {}
    for name, read in FIELDS.items():
        if name in given:
            found |= read(given[name], f"{prefix}{name}", unit)
    if given.get("mode") == OFF and found["power"]:
        raise refused(Code.CONTRADICTION, f"{prefix}mode", "off, while power is on", "one of the two, or both the same")
    return found


def needs_full_control(place: str, unit: UnitAirConditioner) -> Profile:
    """Return the profile; raises Problem with the remedy where the unit is only switched on and off."""
    if unit.profile is not None and unit.full:
        return unit.profile
    missing = (
        "air_conditioners.control: full"
        if unit.profile
        else "air_conditioners.control: full and a profile of its model that names this unit"
    )
    raise Problem(
        Code.NO_FULL_CONTROL,
        f"{place}: this air conditioner is only switched on and off; accepted: power. Remedy: {missing} in the"
        " configuration of the bridge",
        field=place,
    )


def _power(value: object, place: str, unit: UnitAirConditioner) -> Mapping[str, Any]:
    del unit
    return {"power": forms.flag(value, place)}


def _mode(value: object, place: str, unit: UnitAirConditioner) -> Mapping[str, Any]:
    if value == OFF:
        return {"power": False}
    if not unit.full and value in tuple(Mode) and value not in unit.modes:
        needs_full_control(place, unit)
    wanted = Mode(forms.word(value, place, [OFF, *(mode.value for mode in unit.modes)]))
    return {"power": True, "mode": wanted} if unit.full else {"power": True}


def _temperature(value: object, place: str, unit: UnitAirConditioner) -> Mapping[str, Any]:
    profile = needs_full_control(place, unit)
    lowest, highest = (_celsius(degrees, profile) for degrees in (profile.lowest, profile.highest))
    degrees = forms.number(value, place, lowest, highest, " °C")
    return {"temperature": profile.nearest(degrees * 1.8 + 32 if profile.fahrenheit else degrees)}


def _celsius(degrees: float, profile: Profile) -> float:
    return round((degrees - 32) / 1.8, 1) if profile.fahrenheit else degrees


def _fan(value: object, place: str, unit: UnitAirConditioner) -> Mapping[str, Any]:
    return {"fan": _setting(value, place, needs_full_control(place, unit).fans)}


def _swing(value: object, place: str, unit: UnitAirConditioner) -> Mapping[str, Any]:
    return {"swing": _setting(value, place, needs_full_control(place, unit).swings)}


def _setting(value: object, place: str, words: Sequence[str]) -> str:
    if not words:
        remedy = "Remedy: list the words that its remote control has in the profile"
        raise Problem(Code.UNSUPPORTED, f"{place}: this model has no such setting. {remedy}", field=place)
    return forms.word(value, place, words)


FIELDS: Final[Mapping[str, Callable[[object, str, UnitAirConditioner], Mapping[str, Any]]]] = {
    "mode": _mode,
    # After the mode, which switches on: said outright it counts for more, and the mode is kept for later.
    "power": _power,
    "temperature": _temperature,
    "fan": _fan,
    "swing": _swing,
}
"""What an air conditioner is told, each field with what reads it."""
