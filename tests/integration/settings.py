"""The settings of the tiny home, as tests change them by Home Assistant's actions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.core import HomeAssistant

from simulator import World

from .flavours import Flavour
from .test_entities import state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One kind of setting: the action that changes it, what it shows before and after, and what carries it out."""

    entity_id: str
    action: str
    members: Mapping[str, Any] = field(default_factory=dict)
    before: str
    after: str
    command: str
    operation: str

    async def change(self, hass: HomeAssistant) -> None:
        """Call the action."""
        domain = self.entity_id.partition(".")[0]
        data = {"entity_id": self.entity_id, **self.members}
        await hass.services.async_call(domain, self.action, data, blocking=True)


SETTINGS: Final[Sequence[Setting]] = (
    Setting(
        entity_id="switch.studio_noise_alarm_armed",
        action="turn_off",
        before="on",
        after="off",
        command="ConfigureAlarms",
        operation="updateDevice",
    ),
    Setting(
        entity_id="switch.studio_quiet_hours_of_noise_alarm",
        action="turn_on",
        before="off",
        after="on",
        command="ConfigureAlarms",
        operation="updateDevice",
    ),
    Setting(
        entity_id="switch.studio_unit_enabled",
        action="turn_off",
        before="on",
        after="off",
        command="EnableUnit",
        operation="updateDevice",
    ),
    Setting(
        entity_id="switch.tiny_home_security_alarm_armed",
        action="turn_off",
        before="on",
        after="off",
        command="ArmPropertyAlarm",
        operation="setPropertyAlarms",
    ),
    Setting(
        entity_id="switch.tiny_home_eco_mode",
        action="turn_on",
        before="off",
        after="on",
        command="SetEcoMode",
        operation="setPropertyEcoMode",
    ),
    Setting(
        entity_id="number.studio_noise_alarm_threshold",
        action="set_value",
        members={"value": 70},
        before="75.0",
        after="70.0",
        command="ConfigureAlarms",
        operation="updateDevice",
    ),
    Setting(
        entity_id="number.studio_eco_mode_no_motion_time",
        action="set_value",
        members={"value": 900},
        before="1800.0",
        after="900.0",
        command="SetEcoTime",
        operation="setDeviceEcoThreshold",
    ),
    Setting(
        entity_id="time.studio_quiet_hours_start_of_noise_alarm",
        action="set_value",
        members={"time": "21:30:00"},
        before="23:00:00",
        after="21:30:00",
        command="ConfigureAlarms",
        operation="updateDevice",
    ),
    Setting(
        entity_id="time.studio_quiet_hours_end_of_noise_alarm",
        action="set_value",
        members={"time": "08:15:00"},
        before="07:00:00",
        after="08:15:00",
        command="ConfigureAlarms",
        operation="updateDevice",
    ),
    Setting(
        entity_id="select.studio_pillar",
        action="select_option",
        members={"option": "noise"},
        before="smart_ac",
        after="noise",
        command="SetPillar",
        operation="setDevicePillar",
    ),
)


def of_the(flavour: Flavour) -> Sequence[Setting]:
    """Return the settings that an account has."""
    return [setting for setting in SETTINGS if setting.command in flavour.has]


def shown(hass: HomeAssistant, settings: Iterable[Setting]) -> dict[str, str]:
    """Return what the settings show."""
    return {setting.entity_id: state_of(hass, setting.entity_id) for setting in settings}


def before(settings: Iterable[Setting]) -> dict[str, str]:
    """Return what the settings show before they are changed."""
    return {setting.entity_id: setting.before for setting in settings}


def after(settings: Iterable[Setting]) -> dict[str, str]:
    """Return what the settings show once they were changed."""
    return {setting.entity_id: setting.after for setting in settings}


def restored(world: World) -> Callable[[], None]:
    """Return how to put every setting of the tiny home back: a cloud that forgets, or that tells what was before."""
    unit, home = world.devices["unit"], world.properties["home"]
    of_unit = {name: deepcopy(getattr(unit, name)) for name in ("alarms", "settings", "pillar", "enabled")}
    of_home = {name: deepcopy(getattr(home, name)) for name in ("armed", "settings", "eco_periods")}

    def restore() -> None:
        for item, members in ((unit, of_unit), (home, of_home)):
            for name, value in members.items():
                setattr(item, name, deepcopy(value))
        world.changed(unit)

    return restore
