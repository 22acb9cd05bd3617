"""What can be done with an account beside reading it, and the operations of the cloud that it takes."""

from collections.abc import Mapping, Sequence
from typing import Final, get_args

from .. import administration, commands, questions
from ..commands import Command
from ..model import Device
from ..questions import Question

OPERATIONS: Final[Mapping[type[Command], Sequence[str]]] = {
    commands.ArmPropertyAlarm: ("setPropertyAlarms",),
    commands.ConfigureAlarms: ("updateDevice", "getDevice"),
    commands.SetEcoMode: ("setPropertyEcoMode",),
    commands.SetEcoTime: ("setDeviceEcoThreshold",),
    commands.SetPillar: ("setDevicePillar",),
    commands.EnableUnit: ("updateDevice",),
    commands.MarkSeen: ("markNotificationsSeen",),
    commands.MarkAllSeen: ("markNotificationsSeen", "listNotifications"),
    commands.AcceptPolicy: ("updateCurrentUser",),
    commands.TestInfrared: ("testDeviceIr",),
    commands.SwitchAirConditioner: ("scheduleAcTimer",),
    commands.TellAirConditioner: ("scheduleAcTimer", "putAcSchedule"),
    commands.SettleAirConditioner: ("scheduleAcTimer",),
    commands.SetAcTimer: ("scheduleAcTimer",),
    commands.CancelAcTimer: ("cancelAcTimer",),
    commands.SetAcSchedule: ("putAcSchedule",),
    commands.PlanAcSchedule: ("putAcSchedule",),
    commands.DeleteAcSchedule: ("deleteAcSchedule",),
}
"""What carries each command to a unit or a property out."""

# The operation that each takes first, also what only one of the APIs has.
_FIRST: Final[Mapping[type[Command | Question], str]] = {
    **{command: operations[0] for command, operations in OPERATIONS.items()},
    administration.AddProperty: "createProperty",
    administration.RegisterUnit: "createDevice",
    administration.OrderSensors: "createSensorRequest",
    administration.EmailSummaryReport: "emailSummaryReport",
    administration.RequestIncidentReport: "requestIncidentReport",
    questions.AlarmTotalsByProperty: "getAlarmSummaryByProperty",
    questions.Savings: "getSavingsSeries",
    questions.EfficiencyGains: "getEfficiencySeries",
    questions.Dashboard: "getDashboard",
    questions.PropertyStatus: "listPropertyStatus",
    questions.IncidentReport: "getIncidentReport",
}

_INFRARED: Final = frozenset({commands.TestInfrared, *get_args(commands.AcCommand.__value__)})
# What is no command of a unit or a property.
_FEATURES: Final[Mapping[str, Sequence[str]]] = {
    "incident_report": ("requestIncidentReport", "getIncidentReport"),
    "summary_report": ("emailSummaryReport",),
}


def needed(device: Device) -> Mapping[str, Sequence[str]]:
    """Return, by name, what there is to do with a unit and its account, and what each takes.

    Infrared is there only where the unit drives an air conditioner (L34).
    """
    of_unit = {
        command.__name__: operations
        for command, operations in OPERATIONS.items()
        if device.drives_ac or command not in _INFRARED
    }
    return {**of_unit, **_FEATURES}


def operation(asked: Command | Question) -> str:
    """Return the operation that something takes first, for saying that it is not there."""
    return _FIRST[type(asked)]
