"""What a face can ask of an account: frozen values, the same for every vendor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Literal

from .ac_plans import WeeklySchedule
from .administration import AdministrationCommand
from .air_conditioner import Frame

type Pillar = Literal["noise", "air_quality", "smart_ac"]
"""What a unit can run, one at a time."""

type InfraredMode = Literal["smart", "learn"]
"""What a test pulse of infrared tries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPropertyAlarm:
    """Arm or disarm one alarm for every unit of a property."""

    property_id: str
    alarm: str
    armed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When an alarm is stricter, or rings at all, by the clock of the property; None stays as it is."""

    on: bool | None = None
    start: time | None = None
    end: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSettings:
    """What is to be changed of one alarm; None stays as it is. `threshold` is in the unit of the measure.

    `schedule` is in the vendor's members, which no document tells; those that are not in it stay.
    """

    armed: bool | None = None
    threshold: float | None = None
    quiet_hours: QuietHours | None = None
    schedule: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureAlarms:
    """Change settings of some alarms of one unit, by the alarms' names; the others stay as they are."""

    device_id: str
    alarms: Mapping[str, AlarmSettings]


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
    pillar: Pillar


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableUnit:
    """Put a unit to work, or let it rest."""

    device_id: str
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TestInfrared:
    """Send a test pulse of infrared from a unit."""

    device_id: str
    mode: InfraredMode


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSeen:
    """Mark notifications as read: some, by the vendor's ids, or all of a property. One of the two is needed."""

    notification_ids: Sequence[str] | None = None
    property_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkAllSeen:
    """Mark every notification of the last 30 days as read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptPolicy:
    """Say that the owner accepts the vendor's policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchAirConditioner:
    """Switch an air conditioner on, as it was last told to run, or off."""

    device_id: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TellAirConditioner:
    """Switch an air conditioner on with one whole frame."""

    device_id: str
    frame: Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleAirConditioner:
    """Put back what the last command to an air conditioner had to set aside; `Account.unsettled` says when."""

    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAcTimer:
    """Switch an air conditioner once, at an aware instant; in place of any other such timer."""

    device_id: str
    on: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAcTimer:
    """Drop the one-time timer."""

    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAcSchedule:
    """Give an air conditioner a weekly schedule, in the vendor's members; in place of any other."""

    device_id: str
    schedule: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAcSchedule:
    """Give an air conditioner a weekly schedule; what the vendor's one holds beside this stays.

    `frame` is what the unit sends when the schedule switches on; None leaves that as it is.
    """

    device_id: str
    schedule: WeeklySchedule
    frame: Frame | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteAcSchedule:
    """Remove the weekly schedule."""

    device_id: str


type AcCommand = (
    SwitchAirConditioner
    | TellAirConditioner
    | SettleAirConditioner
    | SetAcTimer
    | CancelAcTimer
    | SetAcSchedule
    | PlanAcSchedule
    | DeleteAcSchedule
)
type Command = (
    ArmPropertyAlarm
    | ConfigureAlarms
    | SetEcoMode
    | SetEcoTime
    | SetPillar
    | EnableUnit
    | TestInfrared
    | MarkSeen
    | MarkAllSeen
    | AcceptPolicy
    | AcCommand
    | AdministrationCommand
)
