"""LaylaElectric's payloads → model. Pure, and tolerant: what does not fit is counted and left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, tzinfo
from functools import lru_cache
import re
from typing import Final

from ..air_conditioner import Appliance
from ..catalogue import ALARMS, MEASURES
from ..model import AlarmState, Device, Event, Phase, Point, Property, QuietHours, Reading
from ..tolerant import Oddities, Payload, objects
from . import ac_slots
from .temperature import celsius

_PHASES: Final = {"_start": Phase.STARTED, "_end": Phase.ENDED}
# The one notification that tells of no alarm.
_ECO_MODE: Final = "eco_mode_enabled"
_ECO: Final = "eco"
_ECO_SECONDS: Final = "last_PIR_detected_time_th"
_POWER: Final = "power"
# Members that an OpenAPI reader may show under other names (L9).
_POINT_TIMES: Final = ("timestamp", "time", "date", "ts")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What we use of the profile of the token's owner; None is what it does not tell.

    `currency` is an ISO 4217 code.
    """

    email: str | None = field(repr=False)
    fahrenheit: bool
    currency: str | None
    policy_accepted: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """What the units' payloads are read with: the user's unit and the properties' zones."""

    fahrenheit: bool
    properties: Mapping[str, Property]

    def zone(self, property_id: str | None) -> tzinfo:
        """Return the zone of a property; UTC for one that we do not know."""
        known = self.properties.get(property_id or "")
        return known.zone if known else UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit, when the cloud last heard of it, whether its payload told which alarms are active, and its settings."""

    device: Device
    last_seen: datetime | None
    alarms_told: bool
    settings: Mapping[str, object]


def profile(members: Mapping[str, object], oddities: Oddities) -> Profile:
    """Read the profile; anything but `F` as temperature unit is °C."""
    payload = Payload(members, "user", oddities)
    unit = payload.within("preferences").text("temperature_unit")
    if unit not in (None, "C", "F"):
        oddities.note_unknown("user.preferences.temperature_unit", unit)
    policy = payload.number("accepted_policy")  # 0 or 1, and by the partner API any number (P4)
    return Profile(
        email=payload.text("email"),
        fahrenheit=unit == "F",
        currency=_currency(payload.within("preferences"), oddities),
        policy_accepted=None if policy is None else policy > 0,
    )


def _currency(preferences: Payload, oddities: Oddities) -> str | None:
    code = preferences.text("currency")
    if code is None or _CURRENCY.fullmatch(code):
        return code
    oddities.note("user.preferences.currency", "code of a currency expected")
    return None


def zone_names(reply: Iterable[object]) -> frozenset[str]:
    """Collect the names of zones that the properties of a reply are in."""
    names = (item.get("timezone") for item in reply if isinstance(item, Mapping))
    return frozenset(name for name in names if isinstance(name, str) and name)


def properties(reply: Iterable[object], zones: Mapping[str, tzinfo], oddities: Oddities) -> dict[str, Property]:
    """Read the properties; one in a zone that we do not know is read in UTC."""
    found = (_property(item, zones, oddities) for item in objects(reply, "property", oddities))
    return {item.id: item for item in found if item}


def units(reply: Iterable[object], household: Household, oddities: Oddities) -> list[Unit]:
    """Read the units of a device list; one without an id is counted and left out."""
    found = (_unit(item, household) for item in objects(reply, "device", oddities))
    return [unit for unit in found if unit]


def dated(unit: Unit, members: Mapping[str, object], household: Household) -> Unit:
    """Return a unit with the times of a payload that says the same but for them.

    Times do not make units unequal, so those of readings stay; but where a unit drives an air conditioner, power has
    its new one: whether that runs is told by two readings.
    """
    payload = Payload(members, "device", Oddities())
    zone = household.zone(unit.device.property_id)
    last_seen = payload.instant("last_updated_at", zone)
    if last_seen is None:
        readings = _readings(payload, zone, None, fahrenheit=household.fahrenheit)
        return _again(unit, replace(unit.device, readings=readings), _heard(None, readings))
    power = unit.device.readings.get(_POWER)
    if power is None or not unit.device.drives_ac:
        return _again(unit, unit.device, last_seen)
    times = (item.instant("timestamp", zone) for item in payload.named("latest_values") if _name(item) == _POWER)
    at = next(times, None) or last_seen
    readings = {**unit.device.readings, _POWER: Reading(value=power.value, at=at)}
    return _again(unit, replace(unit.device, readings=readings), last_seen)


def _again(unit: Unit, device: Device, last_seen: datetime | None) -> Unit:
    # By its class, because dataclasses.replace takes four times as long, and this is done for every unit.
    return Unit(device=device, last_seen=last_seen, alarms_told=unit.alarms_told, settings=unit.settings)


def events(reply: Iterable[object], oddities: Oddities) -> list[Event]:
    """Read notifications, in any order, as events; times without offset are UTC, as asked for."""
    found = (_event(item, oddities) for item in objects(reply, "notification", oddities))
    return [event for event in found if event]


def points(reply: Iterable[object], measure: str, zone: tzinfo, *, fahrenheit: bool, oddities: Oddities) -> list[Point]:
    """Read a series; empty buckets are left out."""
    found: list[Point] = []
    before: datetime | None = None
    for item in objects(reply, "point", oddities):
        stamp = next((name for name in _POINT_TIMES if item.members.get(name) is not None), "timestamp")
        at, value = item.instant(stamp, zone), item.number("value")
        if at is None:
            continue
        if before is not None and at <= before:
            at = _second(at, str(item.members[stamp]), zone)
        before = at
        if value is not None:
            found.append(Point(at=at, value=celsius(measure, value, fahrenheit=fahrenheit)))
    return found


def _second(at: datetime, told: str, zone: tzinfo) -> datetime:
    """Return when the clock shows for the second time what it shows twice when summer time ends (L8); else the same."""
    local = datetime.fromisoformat(told)
    return at if local.tzinfo else local.replace(tzinfo=zone, fold=1).astimezone(UTC)


def _property(payload: Payload, zones: Mapping[str, tzinfo], oddities: Oddities) -> Property | None:
    if (property_id := _id(payload)) is None:
        return None
    zone = zones.get(payload.text("timezone") or "")
    if zone is None:
        oddities.note("property.timezone", "unknown zone")
    features = payload.names("enabled_features")
    return Property(
        id=property_id,
        name=payload.text("name"),
        category=payload.text("category"),
        zone=zone or UTC,
        enabled_alarms=payload.names("enabled_alarms"),
        eco=None if features is None else _ECO in features,
    )


def _unit(payload: Payload, household: Household) -> Unit | None:
    if (device_id := _id(payload)) is None:
        return None
    property_id = payload.text("property_id")
    zone = household.zone(property_id)
    last_seen = payload.instant("last_updated_at", zone)
    pillar = payload.text("device_pillar")
    enabled = payload.flag("enabled")
    readings = _readings(payload, zone, last_seen, fahrenheit=household.fahrenheit)
    settings = payload.within("settings")
    device = Device(
        id=device_id,
        property_id=property_id,
        name=payload.text("name"),
        category=payload.text("category"),
        serial_number=payload.text("serial_number"),
        online=_online(payload),
        enabled=True if enabled is None else enabled,
        pillar=pillar,
        drives_ac=pillar == "smart_ac" or payload.flag("ac_control_active") is True,
        readings=readings,
        alarms=_alarms(payload, zone),
        appliance=_appliance(settings),
        eco_seconds=_eco_seconds(settings),
    )
    return Unit(
        device=device,
        last_seen=_heard(last_seen, readings),
        alarms_told=_tells_alarms(payload),
        settings=settings.members,
    )


def _heard(last_seen: datetime | None, readings: Mapping[str, Reading]) -> datetime | None:
    """Return when the cloud last heard of a unit; the partner API does not tell it, only of the readings."""
    return last_seen or max((reading.at for reading in readings.values() if reading.at), default=None)


def _eco_seconds(settings: Payload) -> int | None:
    seconds = settings.number(_ECO_SECONDS)
    return None if seconds is None else round(seconds)


def _appliance(settings: Payload) -> Appliance | None:
    """Read what a unit's settings say of its air conditioner, if they do (L22b)."""
    config = settings.within("appliance_config")
    return appliance(config) if config.members else None


def appliance(config: Payload) -> Appliance:
    """Read what an `appliance_config` says of an air conditioner."""
    return Appliance(
        vendor=config.text("vendor"),
        model=config.text("model"),
        mode=ac_slots.mode(config.text("mode")),
        temperature=config.number("temperature"),
        fan=config.text("fan_speed"),
        swing=config.text("swing"),
    )


def _id(payload: Payload) -> str | None:
    found = payload.text("id")
    if found is None:
        payload.oddities.note(payload.place, "left out, no id")
    return found


def _online(payload: Payload) -> bool | None:
    status = payload.text("connection_status")
    if status is not None and status not in ("online", "offline"):
        payload.oddities.note_unknown("device.connection_status", status)
        return None
    return None if status is None else status == "online"


def _readings(payload: Payload, zone: tzinfo, last_seen: datetime | None, *, fahrenheit: bool) -> dict[str, Reading]:
    """Read a unit's latest values; one without a time is as old as the unit's last word (L12)."""
    readings: dict[str, Reading] = {}
    for item in payload.named("latest_values"):
        row = MEASURES.get(str(item.members["name"]))
        if row is None:
            payload.oddities.note_unknown("device.latest_values", str(item.members["name"]))
            continue
        # One text for all units, not one for each.
        measure = row.key
        value = item.number("value")
        converted = None if value is None else celsius(measure, value, fahrenheit=fahrenheit)
        readings[measure] = Reading(value=converted, at=item.instant("timestamp", zone) or last_seen)
    return readings


def _alarms(payload: Payload, zone: tzinfo) -> dict[str, AlarmState]:
    """Read a unit's alarms: those configured and those in any of the three lists of states (L35).

    Where the cloud sent neither list of active ones, whether an alarm is active is unknown.
    """
    configured = {_name(item): item for item in payload.named("alarms")}
    since = {_name(item): item.instant("started_at", zone) for item in payload.named("active_alarms")}
    active = {_name(item) for item in payload.named("in_alarm")} | since.keys()
    snoozed = {_name(item) for item in payload.named("snoozed")}
    every = {*configured, *active, *snoozed}
    for unknown in every - ALARMS.keys():
        payload.oddities.note_unknown("device.alarms", unknown)
    told = _tells_alarms(payload)
    nothing = Payload({}, payload.place, payload.oddities)
    return {
        alarm: AlarmState(
            active=alarm in active if told else None,
            armed=(settings := configured.get(alarm, nothing)).flag("enabled"),
            snoozed=alarm in snoozed,
            threshold=settings.number("threshold"),
            quiet_hours=_quiet_hours(settings),
            since=since.get(alarm),
        )
        for alarm in sorted(every)
    }


def _quiet_hours(settings: Payload) -> QuietHours | None:
    if settings.members.get("quiet_hours") is None:
        return None
    hours = settings.within("quiet_hours")
    return _shared_hours(hours.flag("enabled"), hours.clock("start_time"), hours.clock("end_time"))


# Most alarms of most units have the same: one object for all of them.
@lru_cache(maxsize=1024)
def _shared_hours(on: bool | None, start: time | None, end: time | None) -> QuietHours:  # noqa: FBT001 - a key
    return QuietHours(on=on, start=start, end=end)


def _tells_alarms(payload: Payload) -> bool:
    return any(isinstance(payload.members.get(name), list) for name in ("in_alarm", "active_alarms"))


def _name(payload: Payload) -> str:
    return str(payload.members["name"])


def _event(payload: Payload, oddities: Oddities) -> Event | None:
    notification_id, kind = _id(payload), payload.text("type")
    at = payload.instant("created_at", UTC)
    if notification_id is None or kind == _ECO_MODE:
        return None
    if kind is None or at is None:
        oddities.note(payload.place, "left out, no type or no time")
        return None
    alarm, phase = _alarm_and_phase(kind)
    if phase is None:
        oddities.note_unknown("notification.type", kind)
        return None
    return Event(
        id=notification_id,
        property_id=payload.text("property_id"),
        device_id=payload.text("device_id"),
        alarm=alarm,
        phase=phase,
        at=at,
    )


def _alarm_and_phase(kind: str) -> tuple[str, Phase | None]:
    for ending, phase in _PHASES.items():
        if kind.endswith(ending) and kind != ending:
            return kind.removesuffix(ending), phase
    return kind, None
