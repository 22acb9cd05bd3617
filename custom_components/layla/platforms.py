"""The platforms that have entities of units and properties; what they describe is counted before it is added."""

from typing import Final

from homeassistant.const import Platform

from . import binary_sensor, button, calendar, climate, event, number, select, sensor, switch, time
from .detail.estimate import Platforms

DESCRIBING: Final[Platforms] = {
    Platform.BINARY_SENSOR: binary_sensor,
    Platform.BUTTON: button,
    Platform.CALENDAR: calendar,
    Platform.CLIMATE: climate,
    Platform.EVENT: event,
    Platform.NUMBER: number,
    Platform.SELECT: select,
    Platform.SENSOR: sensor,
    Platform.SWITCH: switch,
    Platform.TIME: time,
}
