"""What a face can ask of an account: frozen values, the same for every vendor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPropertyAlarm:
    """Arm or disarm one alarm for every unit of a property."""

    property_id: str
    alarm: str
    armed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEcoMode:
    """Switch the energy-saving automation of a property."""

    property_id: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEcoTime:
    """Set how many seconds without motion eco mode waits for at a unit."""

    device_id: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPillar:
    """Switch a unit to another pillar."""

    device_id: str
    pillar: Literal["noise", "air_quality", "smart_ac"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestInfrared:
    """Send a test pulse of infrared from a unit."""

    device_id: str
    mode: Literal["smart", "learn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSeen:
    """Mark notifications as read."""

    notification_ids: Sequence[str]


type Command = ArmPropertyAlarm | SetEcoMode | SetEcoTime | SetPillar | TestInfrared | MarkSeen
