"""What units can measure and raise: every measure and every alarm once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from types import MappingProxyType
from typing import Any

type Summary = Callable[[Sequence[float]], float]


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of reading: its steps, how a bucket of them is summed up, and how those of several units are."""

    name: str
    step: float
    typical: float
    bucket: Summary = fmean
    units: Summary = fmean

    def quantised(self, value: float) -> float:
        """Return the value as a sensor would report it, in whole steps."""
        steps = round(value / self.step)
        return steps if self.step == 1 else round(steps * self.step, 1)


MEASURES = MappingProxyType(
    {
        measure.name: measure
        for measure in (
            Measure("power", 1, 4, units=sum),
            Measure("temperature", 0.1, 22),
            Measure("humidity", 1, 45),
            Measure("noise", 1, 38),
            Measure("occupancy_min", 1, 0, bucket=min, units=sum),
            Measure("occupancy_max", 1, 1, bucket=max, units=sum),
            Measure("wifi_rssi", 1, -58),
            Measure("net_qlt", 1, 84),
            Measure("aq_iaq", 1, 42),
            Measure("mold_risk_index", 0.1, 0.8),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm: the quantity that it watches, the limit, and how far back under it the alarm ends.

    One that is not `settable` has a fixed limit. One that is `only_quiet_hours` is watched in its quiet hours alone.
    """

    name: str
    quantity: str
    limit: float
    hysteresis: float = 0.0
    settable: bool = True
    only_quiet_hours: bool = False
    title: str = ""


ALARMS = MappingProxyType(
    {
        alarm.name: alarm
        for alarm in (
            Alarm("noise_alarm", "noise", 75, 5, title="Noise"),
            Alarm("noise_alarm_quiet_hours", "noise", 60, 5, only_quiet_hours=True, title="Noise in quiet hours"),
            Alarm("occupancy_alarm", "occupancy_max", 8, 1, title="Crowd"),
            Alarm("device_off_alarm", "offline_minutes", 10, settable=False, title="Unit offline"),
            Alarm("device_off_alarm_multiple", "offline_units", 2, settable=False, title="Several units offline"),
            Alarm("security_alarm", "occupancy_max", 1, settable=False, only_quiet_hours=True, title="Movement"),
            Alarm("mold_alarm", "mold_risk_index", 3, 0.5, title="Mould risk"),
            Alarm("smoke_alarm", "smoke", 0.5, 0.2, settable=False, title="Smoke"),
            Alarm("co_alarm", "co", 50, 20, title="Carbon monoxide"),
            Alarm("air_quality_alarm", "aq_iaq", 200, 30, title="Air quality"),
            Alarm("bvoc_alarm", "bvoc", 3, 0.5, title="Breath VOC"),
            Alarm("bvoc_spike_alarm", "bvoc", 4, 1, title="Breath VOC spike"),
            Alarm("co2_alarm", "co2", 2000, 200, title="CO2"),
            Alarm("co2_high_guidance", "co2", 1400, 200, title="High CO2"),
            Alarm("iaq_ventilation_guidance", "aq_iaq", 150, 30, title="Ventilation advised"),
        )
    }
)

QUIET_HOURS = MappingProxyType({"enabled": True, "start_time": "23:00", "end_time": "07:00"})


def alarm_setting(name: str, *, enabled: bool = True) -> dict[str, Any]:
    """Return the configuration that a unit has for an alarm when it is new."""
    alarm = ALARMS[name]
    return {
        "name": name,
        "enabled": enabled,
        "threshold": alarm.limit if alarm.settable else None,
        "quiet_hours": {**QUIET_HOURS, "enabled": alarm.only_quiet_hours},
    }
