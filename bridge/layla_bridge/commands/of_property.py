"""The fields of a property: what each means for it, in the order in which they are carried out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..cloud.commands import ArmPropertyAlarm, Command, MarkSeen, SetEcoMode
from ..cloud.layla.vocabulary import PropertyAlarm, words_of
from ..cloud.model import Device
from . import forms
from .problems import Code, Problem, refused
from .steps import Execute, Held, Step

_ALARMS: Final = sorted(words_of(PropertyAlarm))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a command is checked against: the property, its units, and what the account can do with them."""

    id: str
    units: Sequence[Device]
    capabilities: frozenset[str]


def steps(given: Mapping[str, object], place: Place) -> Sequence[Step]:
    """Turn the fields of a command into steps, all of them or none. Raises Problem."""
    fields = {name: value for name, value in given.items() if name in _FIELDS}
    named = {name: value for name, value in given.items() if name not in fields}
    if unknown := next((name for name in named if name not in _ALARMS), None):
        accepted = ", ".join((*_FIELDS, *_ALARMS))
        raise refused(Code.UNKNOWN_FIELD, forms.short(unknown), "there is no such field", accepted)
    if named and "alarms" in fields:
        raise refused(
            Code.CONTRADICTION, next(iter(named)), "it stands beside alarms", "all alarms in the one or the other"
        )
    fields |= {"alarms": named} if named else {}
    return [step for name, read in _FIELDS.items() if name in fields for step in read(fields[name], name, place)]


def _capable(place: Place, field: str, command: type[Command]) -> None:
    """Raise Problem where the account cannot do this; without a unit nobody knows, and the cloud says."""
    if place.units and command.__name__ not in place.capabilities:
        problem = "the cloud does not offer this to the account. Remedy: an account of kind token can do the most"
        raise Problem(Code.UNSUPPORTED, f"{field}: {problem}", field=field)


def _alarms(value: object, field: str, place: Place) -> Sequence[Step]:
    _capable(place, field, ArmPropertyAlarm)
    given = forms.members(value, field, _ALARMS)
    return [_armed(name, forms.flag(armed, f"{field}.{name}"), field, place) for name, armed in given.items()]


def _armed(alarm: str, armed: bool, field: str, place: Place) -> Step:  # noqa: FBT001
    having = [device for device in place.units if alarm in device.alarms]
    return Execute(
        f"{field}.{alarm}",
        ArmPropertyAlarm(property_id=place.id, alarm=alarm, armed=armed),
        [Held(device.id, alarm, armed) for device in having],
    )


def _eco_mode(value: object, field: str, place: Place) -> Sequence[Step]:
    _capable(place, field, SetEcoMode)
    return (Execute(field, SetEcoMode(property_id=place.id, on=forms.flag(value, field))),)


def _notifications_seen(value: object, field: str, place: Place) -> Sequence[Step]:
    """Mark all notifications of the property as read, or those whose ids are listed."""
    _capable(place, field, MarkSeen)
    if isinstance(value, list) and value and all(isinstance(each, str) and each for each in value):
        return (Execute(field, MarkSeen(notification_ids=value)),)
    if isinstance(value, dict | list) or not forms.flag(value, field):
        raise refused(Code.WRONG_TYPE, field, f"{forms.shown(value)} names none", "true, or a list of the cloud's ids")
    return (Execute(field, MarkSeen(property_id=place.id)),)


_FIELDS: Final[Mapping[str, Callable[[object, str, Place], Sequence[Step]]]] = {
    "alarms": _alarms,
    "eco_mode": _eco_mode,
    "notifications_seen": _notifications_seen,
}
