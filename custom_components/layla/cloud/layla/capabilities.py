"""What can be done with an account beside reading it, and the operations of the cloud that it takes."""

from collections.abc import Mapping, Sequence
from typing import Final

from .. import commands
from ..commands import Command
from ..model import Device

OPERATIONS: Final[Mapping[type[Command], Sequence[str]]] = {
    commands.ArmPropertyAlarm: ("setPropertyAlarms",),
    commands.ConfigureAlarms: ("updateDevice", "getDevice"),
    commands.SetEcoMode: ("setPropertyEcoMode",),
    commands.SetEcoTime: ("setDeviceEcoThreshold",),
    commands.SetPillar: ("setDevicePillar",),
    commands.EnableUnit: ("updateDevice",),
    commands.MarkSeen: ("markNotificationsSeen",),
    commands.TestInfrared: ("testDeviceIr",),
    commands.SwitchAirConditioner: ("scheduleAcTimer",),
    commands.TellAirConditioner: ("scheduleAcTimer", "putAcSchedule"),
    commands.SettleAirConditioner: ("scheduleAcTimer",),
    commands.SetAcTimer: ("scheduleAcTimer",),
    commands.CancelAcTimer: ("cancelAcTimer",),
    commands.SetAcSchedule: ("putAcSchedule",),
    commands.DeleteAcSchedule: ("deleteAcSchedule",),
}
"""What carries each command out."""

_INFRARED: Final = frozenset(
    {
        commands.TestInfrared,
        commands.SwitchAirConditioner,
        commands.TellAirConditioner,
        commands.SettleAirConditioner,
        commands.SetAcTimer,
        commands.CancelAcTimer,
        commands.SetAcSchedule,
        commands.DeleteAcSchedule,
    }
)
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
