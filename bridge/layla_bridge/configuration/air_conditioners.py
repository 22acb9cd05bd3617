"""The section of the air conditioners: what may be sent to them, and what each model understands."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from ..cloud.air_conditioner import Mode, Profile
from .forms import FLAG, IDS, MODES, PLAIN_TEXT, WORDS, choice, items_of, number
from .section import Section

_DEGREES: Final = number(0, 130, "degrees")


class AcProfile(Section):
    """One model of air conditioner, and the units that drive one of it (L22)."""

    vendor: Annotated[str, PLAIN_TEXT] = Field(description="Its vendor, as the units are told.")
    model: Annotated[str, PLAIN_TEXT] = Field(description="Its model, as the units are told.")
    units: Annotated[tuple[str, ...], IDS] = Field(description="The units that drive such a one.")
    modes: Annotated[tuple[Mode, ...], MODES] = Field(
        description="The modes that it has. Without full control the first one is shown while it is on."
    )
    lowest: Annotated[float, _DEGREES] = Field(description="The lowest temperature that its remote control can show.")
    highest: Annotated[float, _DEGREES] = Field(description="The highest one, more than the lowest.")
    step: Annotated[float, number(0.1, 5, "degrees")] = Field(
        default=1.0, description="From one temperature to the next."
    )
    fahrenheit: Annotated[bool, FLAG] = Field(
        default=False, description="Whether its remote control counts in °F, which these degrees then are."
    )
    fans: Annotated[tuple[str, ...], WORDS] = Field(default=(), description="Its fan speeds, if it has any.")
    swings: Annotated[tuple[str, ...], WORDS] = Field(default=(), description="How its louvers swing, if they do.")

    @property
    def profile(self) -> Profile:
        """Return what the client knows it by."""
        return Profile(
            vendor=self.vendor,
            model=self.model,
            modes=self.modes,
            lowest=self.lowest,
            highest=self.highest,
            step=self.step,
            fahrenheit=self.fahrenheit,
            fans=self.fans,
            swings=self.swings,
        )


class AirConditioners(Section):
    """The air conditioners that units drive by infrared."""

    control: Annotated[Literal["on_off", "full"], choice("on_off", "full")] = Field(
        default="on_off",
        description="What may be sent: on_off, by the unit's timer alone; or full, everything that a profile has, for"
        " which the unit's weekly schedule is set aside for some seconds and put back.",
    )
    profiles: Annotated[tuple[AcProfile, ...], items_of(AcProfile)] = Field(
        default=(), description="The models of air conditioners that there are, each with the units that drive one."
    )

    @property
    def by_unit(self) -> Mapping[str, Profile]:
        """Return the profile of each unit that has one."""
        return {unit: model.profile for model in self.profiles for unit in model.units}
