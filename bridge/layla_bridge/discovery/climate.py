"""The air conditioner of a unit as a climate entity: what can be chosen is what its profile says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..cloud.air_conditioner import Mode, Profile
from ..mirror.ledger import Keys
from . import templates
from .components import Component, Place, named

CLIMATE: Final = "climate"
_KEY: Final = "air_conditioner"
_OFF: Final = "off"

type CommandTopic = Callable[[str], str]
"""Gives the topic on which one field of a unit's commands is taken."""


@dataclass(frozen=True, slots=True)
class Control:
    """How an air conditioner can be controlled; without a profile or `full` it is switched on and off alone."""

    profile: Profile | None = None
    full: bool = False

    @property
    def settings(self) -> Profile | None:
        """The profile whose settings can be chosen."""
        return self.profile if self.full else None

    @property
    def modes(self) -> Sequence[Mode]:
        """The modes that can be chosen; without full control, the one that it runs in."""
        if self.profile is None:
            return (Mode.AUTO,)
        return tuple(self.profile.modes if self.full else self.profile.modes[:1])


def of_unit(
    place: Place, keys: Keys, control: Control, command: CommandTopic, *, offered: bool
) -> tuple[str, Component]:
    """Describe an air conditioner; one that is no longer `offered` stays, and cannot be reached (L34)."""
    members: dict[str, Any] = {
        "modes": [_OFF, *control.modes],
        "mode_stat_t": place.state,
        "mode_stat_tpl": _mode(control.modes),
        "mode_cmd_t": command("mode"),
        # Without it "on" would pick a mode.
        "pow_cmd_t": command("power"),
        "temp_unit": "F" if control.profile and control.profile.fahrenheit else "C",
        "avty": None if offered else [{"t": place.state, "val_tpl": "offline"}],
    }
    if "temperature" in keys.readings:
        measured = templates.member("readings", "temperature")
        members |= {"curr_temp_t": place.state, "curr_temp_tpl": _shown(measured, control.profile)}
    if "humidity" in keys.readings:
        humidity = templates.written(templates.member("readings", "humidity"))
        members |= {"curr_hum_t": place.state, "curr_hum_tpl": humidity}
    if profile := control.settings:
        members |= _temperature(place, profile, command)
        members |= _words(place, "fan", profile.fans, command) | _words(place, "swing", profile.swings, command)
    # Without a name of its own it is called as the device: "set the bedroom to 21 degrees".
    return named(place, CLIMATE, _KEY, None, members)


def _mode(modes: Sequence[Mode]) -> str:
    """Write the mode while it is on, "off" while it is off; one that cannot be chosen is taken for the first."""
    mode, known = templates.member("ac", "mode"), templates.literal(modes)
    chosen = f"{mode} if {mode} in {known} else {templates.literal(modes[0])}"
    power = templates.member("ac", "power")
    return templates.written(f"none if {power} is none else ({chosen}) if {power} else {templates.literal(_OFF)}")


def _temperature(place: Place, profile: Profile, command: CommandTopic) -> dict[str, Any]:
    told = templates.member("ac", "temperature")
    return {
        "temp_stat_t": place.state,
        "temp_stat_tpl": _on_a_step(told, profile) if profile.fahrenheit else templates.written(told),
        "temp_cmd_t": command("temperature"),
        "temp_cmd_tpl": "{{ ((value - 32) / 1.8)|round(2) }}" if profile.fahrenheit else None,
        "min_temp": profile.lowest,
        "max_temp": profile.highest,
        "temp_step": profile.step,
    }


def _shown(expression: str, profile: Profile | None) -> str:
    if profile is None or not profile.fahrenheit:
        return templates.written(expression)
    return templates.written(f"none if {expression} is none else ({expression} * 1.8 + 32)|round(1)")


def _on_a_step(expression: str, profile: Profile) -> str:
    """Write °C in °F as the remote control counts them: a state is rounded in °C."""
    steps = f"(({expression} * 1.8 + 32 - {profile.lowest:g}) / {profile.step:g})|round"
    return templates.written(f"none if {expression} is none else {steps} * {profile.step:g} + {profile.lowest:g}")


def _words(place: Place, field: str, words: Sequence[str], command: CommandTopic) -> dict[str, Any]:
    """Describe a setting by words; one that the profile does not have is unknown."""
    if not words:
        return {}
    told = templates.member("ac", field)
    return {
        f"{field}_modes": list(words),
        f"{field}_mode_stat_t": place.state,
        f"{field}_mode_stat_tpl": templates.written(f"{told} if {told} in {templates.literal(words)} else none"),
        f"{field}_mode_cmd_t": command(field),
    }
