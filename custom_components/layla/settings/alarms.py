"""The settings that each alarm of a unit has, by its name."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import time
from typing import Final, TypedDict

from ..cloud.catalogue import ALARMS, alarm as alarm_row
from ..cloud.commands import AlarmSettings, ConfigureAlarms, QuietHours
from ..cloud.model import AlarmState, Device
from .setting import Setting


class Named(TypedDict):
    """What names an entity: a text of its own, or for an alarm that has none a text with the alarm's name in it."""

    key: str
    translation_key: str
    translation_placeholders: dict[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSetting[Value]:
    """One kind of setting that alarms have; with its suffix the alarm's key is the entity's."""

    suffix: str
    told: Callable[[AlarmState], Value | None]
    asked: Callable[[Value], AlarmSettings]

    def alarms(self, device: Device, registered_keys: Collection[str]) -> Iterator[str]:
        """Name the alarms of a unit that have the setting, or had it before (L25)."""
        has = {key for key, state in device.alarms.items() if self.told(state) is not None}
        had = {key.removesuffix(self.suffix) for key in registered_keys if key.endswith(self.suffix)}
        yield from sorted(has | had)

    def named(self, alarm: str) -> Named:
        """Name the entity of an alarm."""
        key = f"{alarm}{self.suffix}"
        if alarm in ALARMS:
            return Named(key=key, translation_key=key, translation_placeholders=None)
        placeholders = {"alarm": alarm_row(alarm).name}
        return Named(key=key, translation_key=f"unknown_alarm{self.suffix}", translation_placeholders=placeholders)

    def of(self, alarm: str) -> Setting[Device, Value]:
        """Return the setting of one alarm."""

        def told(device: Device) -> Value | None:
            state = device.alarms.get(alarm)
            return self.told(state) if state else None

        def asked(device_id: str, value: Value) -> ConfigureAlarms:
            return ConfigureAlarms(device_id=device_id, alarms={alarm: self.asked(value)})

        return Setting(command=ConfigureAlarms, told=told, asked=asked)


ARMED: Final = AlarmSetting[bool](
    suffix="_armed",
    told=lambda state: state.armed,
    asked=lambda armed: AlarmSettings(armed=armed),
)
THRESHOLD: Final = AlarmSetting[float](
    suffix="_threshold",
    told=lambda state: state.threshold,
    asked=lambda threshold: AlarmSettings(threshold=threshold),
)
QUIET_HOURS: Final = AlarmSetting[bool](
    suffix="_quiet_hours_on",
    told=lambda state: state.quiet_hours.on if state.quiet_hours else None,
    asked=lambda on: AlarmSettings(quiet_hours=QuietHours(on=on)),
)
QUIET_HOURS_START: Final = AlarmSetting[time](
    suffix="_quiet_hours_start",
    told=lambda state: state.quiet_hours.start if state.quiet_hours else None,
    asked=lambda start: AlarmSettings(quiet_hours=QuietHours(start=start)),
)
QUIET_HOURS_END: Final = AlarmSetting[time](
    suffix="_quiet_hours_end",
    told=lambda state: state.quiet_hours.end if state.quiet_hours else None,
    asked=lambda end: AlarmSettings(quiet_hours=QuietHours(end=end)),
)
