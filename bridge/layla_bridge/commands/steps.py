"""What a valid command comes to: steps, carried out one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..cloud import commands
from ..cloud.commands import Command

# What has a unit send infrared, now or in a moment: not more often than a person can bear.
BEEPING: Final = (commands.TestInfrared, commands.SetAcTimer)


@dataclass(frozen=True, slots=True)
class Held:
    """What a unit shows until the cloud confirms it: `value` of an alarm's `armed`, or of the pillar."""

    device_id: str
    alarm: str | None
    value: bool | str


@dataclass(frozen=True, slots=True)
class Execute:
    """Have the account carry out a command; `field` is what asked for it."""

    field: str
    command: Command
    holds: Sequence[Held] = ()


@dataclass(frozen=True, slots=True)
class ChangeAc:
    """Ask an air conditioner for changes of an AirConditioner's members."""

    field: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AssumeAc:
    """Take it that an air conditioner does this by now."""

    field: str
    changes: Mapping[str, Any]


type Step = Execute | ChangeAc | AssumeAc
