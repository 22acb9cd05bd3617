"""Whether an air conditioner does what it was told, by the power that its unit measures. Infrared does not answer."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from .air_conditioner import USUAL_RUNNING_ABOVE, AirConditioner, Mode

GRACE: Final = timedelta(minutes=3)
"""So long after a command nothing is judged: the frame has to go out, and the machine takes its time."""

PATIENCE: Final = timedelta(minutes=15)
"""So long a room may stay far from its target before an air conditioner that does not run is thought to be off."""

FAR: Final = 2.0
"""So far from its target no thermostat rests, in K."""


class Contradiction(StrEnum):
    """What an air conditioner evidently does against its last command."""

    RUNS = "runs"
    RESTS = "rests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the air conditioner was told, and when; None is that it never was. `target` is in °C, None if unknown."""

    at: datetime | None
    state: AirConditioner
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reading of the power, in W, and the room's temperature, in °C, None if unknown."""

    at: datetime
    power: float
    running_above: float = USUAL_RUNNING_ABOVE
    temperature: float | None = None

    @property
    def above(self) -> bool:
        """Whether this is the power of one that runs."""
        return self.power > self.running_above


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the readings prove. One that says the same at the same time as the last one proves nothing.

    `running` is what two readings in a row said last; `judged` that they came after the last command, and `against`
    what they say of that command.
    """

    running: bool | None = None
    judged: bool = False
    against: Contradiction | None = None
    told_at: datetime | None = None
    latest: Evidence | None = None
    far_since: datetime | None = None

    def told(self, at: datetime | None) -> Self:
        """Judge anew after a command, or after somebody said what it really does."""
        if at == self.told_at:
            return self
        return replace(self, judged=False, against=None, told_at=at, latest=None, far_since=None)

    def after(self, evidence: Evidence, told: Told) -> Self:
        """Take in a reading; the order of readings is that of their times."""
        known = self.told(told.at)
        if told.at and evidence.at < told.at + GRACE:
            return known
        if known.latest and evidence.at <= known.latest.at:
            return known
        far_since = (known.far_since or evidence.at) if _far(evidence, told) else None
        seen = replace(known, latest=evidence, far_since=far_since)
        if known.latest is None or known.latest.above != evidence.above:
            return seen
        against = _contradiction(evidence, told, far_since)
        return replace(seen, running=evidence.above, judged=True, against=against)


def _contradiction(proven: Evidence, told: Told, far_since: datetime | None) -> Contradiction | None:
    if told.at is None:
        return None
    if not told.state.power:
        return Contradiction.RUNS if proven.above else None
    return Contradiction.RESTS if far_since and proven.at - far_since >= PATIENCE else None


def _far(evidence: Evidence, told: Told) -> bool:
    """Tell whether one that is on would have to run: fan and dry prove nothing, and nobody knows what auto wants."""
    if evidence.above or not told.state.power or told.target is None or evidence.temperature is None:
        return False
    missing = {
        Mode.COOL: evidence.temperature - told.target,
        Mode.HEAT: told.target - evidence.temperature,
    }.get(told.state.mode, 0.0)
    return missing >= FAR
