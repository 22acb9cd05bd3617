"""The fields of a unit: what each means for it, in the order in which they are carried out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from ..cloud.catalogue import ALARMS
from ..cloud.commands import (
    Command,
    ConfigureAlarms,
    SetEcoTime,
    SetPillar,
    SwitchAirConditioner,
    TellAirConditioner,
    TestInfrared,
)
from ..cloud.model import Device
from . import air_conditioner, alarms, appointments, forms
from .air_conditioner import UnitAirConditioner
from .problems import Code, Problem, refused
from .steps import AssumeAc, ChangeAc, Execute, Held, Step

_PILLARS: Final = ("noise", "air_quality", "smart_ac")
_INFRARED: Final = ("smart", "learn")
# Eco mode that waits longer than a day without motion is none.
_LONGEST_ECO_TIME: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What a command is checked against: the unit as the cloud shows it, what the account can do with it, and when."""

    device: Device
    capabilities: frozenset[str]
    ac: UnitAirConditioner
    now: datetime


def steps(given: Mapping[str, object], unit: Unit) -> Sequence[Step]:
    """Turn the fields of a command into steps, all of them or none. Raises Problem."""
    fields = _unfolded(given, unit.device)
    found: list[Step] = [_FIELDS[name](fields[name], name, unit) for name in _BEFORE if name in fields]
    found += _ac(fields, unit)
    found += [_FIELDS[name](fields[name], name, unit) for name in _AFTER if name in fields]
    return found


def _unfolded(given: Mapping[str, object], device: Device) -> Mapping[str, object]:
    """Write a field that is an alarm's name among `alarms`. Raises Problem for a field that there is not."""
    fields = {name: value for name, value in given.items() if name in _FIELDS or name in air_conditioner.FIELDS}
    named = {name: value for name, value in given.items() if name not in fields}
    for name in named:
        if name in ALARMS:
            alarms.known(name, name, device.alarms)
        elif name not in device.alarms:
            accepted = ", ".join((*_FIELDS, *air_conditioner.FIELDS, *sorted(device.alarms)))
            raise refused(Code.UNKNOWN_FIELD, forms.short(name), "there is no such field", accepted)
    if not named:
        return fields
    if "alarms" in fields:
        name = next(iter(named))
        raise refused(Code.CONTRADICTION, name, "it stands beside alarms", "all alarms in the one or the other")
    return {**fields, "alarms": named}


def _capable(unit: Unit, place: str, command: type[Command], *, infrared: bool = False) -> None:
    """Raise Problem where the account cannot do this with the unit."""
    if infrared and not unit.device.drives_ac:
        problem = "this unit drives no air conditioner. Remedy: switch it to the pillar smart_ac"
    elif command.__name__ in unit.capabilities:
        return
    else:
        problem = "the cloud does not offer this to the account. Remedy: an account of kind token can do the most"
    raise Problem(Code.UNSUPPORTED, f"{place}: {problem}", field=place)


def _pillar(value: object, place: str, unit: Unit) -> Step:
    _capable(unit, place, SetPillar)
    pillar = cast("Literal['noise', 'air_quality', 'smart_ac']", forms.word(value, place, _PILLARS))
    command = SetPillar(device_id=unit.device.id, pillar=pillar)
    return Execute(place, command, (Held(unit.device.id, None, pillar),))


def _alarms(value: object, place: str, unit: Unit) -> Step:
    _capable(unit, place, ConfigureAlarms)
    wanted = alarms.of_unit(value, place, unit.device)
    holds = [Held(unit.device.id, name, each.armed) for name, each in wanted.items() if each.armed is not None]
    return Execute(place, ConfigureAlarms(device_id=unit.device.id, alarms=wanted), holds)


def _eco_time(value: object, place: str, unit: Unit) -> Step:
    _capable(unit, place, SetEcoTime)
    return Execute(
        place,
        SetEcoTime(device_id=unit.device.id, seconds=forms.whole(value, place, 0, _LONGEST_ECO_TIME, " s")),
    )


def _ir_test(value: object, place: str, unit: Unit) -> Step:
    _capable(unit, place, TestInfrared, infrared=True)
    mode = cast("Literal['smart', 'learn']", forms.word(value, place, _INFRARED))
    return Execute(place, TestInfrared(device_id=unit.device.id, mode=mode))


def _ac_timer(value: object, place: str, unit: Unit) -> Step:
    command = appointments.timer(value, place, unit.device.id, unit.now)
    _capable(unit, place, type(command), infrared=True)
    return Execute(place, command)


def _ac_schedule(value: object, place: str, unit: Unit) -> Step:
    command = appointments.schedule(value, place, unit.device.id)
    _capable(unit, place, type(command), infrared=True)
    # It may have been made in the vendor's app, and no call reads it back (L22b).
    air_conditioner.needs_full_control(place, unit.ac)
    return Execute(place, command)


def _assume(value: object, place: str, unit: Unit) -> Step:
    _capable(unit, place, SwitchAirConditioner, infrared=True)
    given = forms.members(value, place, tuple(air_conditioner.FIELDS))
    return AssumeAc(place, air_conditioner.changes(given, unit.ac, f"{place}."))


def _ac(fields: Mapping[str, object], unit: Unit) -> Iterator[Step]:
    """Make one change of all that is asked of the air conditioner."""
    asked = {name: fields[name] for name in air_conditioner.FIELDS if name in fields}
    if not asked:
        return
    place = next(iter(asked))
    _capable(unit, place, TellAirConditioner if unit.ac.full else SwitchAirConditioner, infrared=True)
    yield ChangeAc(place, air_conditioner.changes(asked, unit.ac))


_BEFORE: Final = ("pillar", "alarms", "eco_time", "assume")
_AFTER: Final = ("ac_schedule", "ac_timer", "ir_test")
_FIELDS: Final[Mapping[str, Callable[[object, str, Unit], Step]]] = {
    "pillar": _pillar,
    "alarms": _alarms,
    "eco_time": _eco_time,
    "assume": _assume,
    "ac_schedule": _ac_schedule,
    "ac_timer": _ac_timer,
    "ir_test": _ir_test,
}
