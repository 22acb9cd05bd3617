"""What is written into messages: SI and °C, ISO 8601 in UTC, sorted members, null for what is unknown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from ..cloud.air_conditioner import AirConditioner
from ..cloud.catalogue import event_type
from ..cloud.model import AlarmState, Device, Event
from ..mirror.home import Home, active_alarms, all_online, any_alarm, offline, summed
from ..mirror.ledger import Keys

ONLINE: Final = b"online"
OFFLINE: Final = b"offline"
# An empty retained message erases the one that the broker keeps.
ERASED: Final = b""
# What is told later than this after it happened is marked, so that nobody rushes off for an alarm of last night.
LATE: Final = timedelta(minutes=15)
# No remote control sets more °C than this, nor fewer °F; nothing but the number says which it means.
_HIGHEST_CELSIUS: Final = 45
# A unit of which nothing is left but which keys it ever had.
_UNKNOWN: Final = Device(
    id="",
    property_id=None,
    name=None,
    category=None,
    serial_number=None,
    online=None,
    enabled=False,
    pillar=None,
    drives_ac=False,
    readings={},
    alarms={},
)


def as_json(value: object) -> bytes:
    """Write JSON with sorted members; half a character, which JSON can carry into an id or a name, becomes `?`."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        return orjson.dumps(_whole(value), option=orjson.OPT_SORT_KEYS)


def availability(device: Device) -> bytes:
    """Tell whether a unit that is listed can be reached."""
    return ONLINE if _reachable(device) else OFFLINE


def event(told: Event, seq: int, now: datetime) -> bytes:
    """Write an alarm's start or end, as it is delivered now."""
    return as_json(
        {
            "id": told.id,
            "seq": seq,
            "event_type": event_type(told.alarm, told.phase),
            "alarm": told.alarm,
            "phase": told.phase.value,
            "at": _instant(told.at),
            "late": now - told.at > LATE,
            "device_id": told.device_id,
            "property_id": told.property_id,
        }
    )


@dataclass(frozen=True, slots=True)
class Payloads:
    """Writes the states of one instance; without `names` no unit or property is called by what its owner calls it."""

    instance: str
    names: bool = True

    def device(
        self, device: Device, last_seen: datetime | None, keys: Keys, told: AirConditioner | None = None
    ) -> bytes:
        """Write a unit's state with all members that it ever had; `told` is what its air conditioner was told last."""
        return as_json(self._state(device, last_seen, keys, told))

    def absent(
        self,
        device_id: str,
        device: Device | None,
        last_seen: datetime | None,
        keys: Keys,
        told: AirConditioner | None = None,
    ) -> bytes:
        """Write the state of a unit of which the cloud tells nothing: as it was last, if that is still known."""
        state = self._state(device or _UNKNOWN, last_seen, keys, told)
        enabled = device.enabled if device else None
        return as_json({**state, "id": device_id, "enabled": enabled, "online": None, "reachable": False})

    def home(self, home: Home, keys: Keys) -> bytes:
        """Write a property's state with all sums that it ever had."""
        return as_json(
            {
                "bridge": self.instance,
                "id": home.place.id,
                **self._named(home.place.name),
                "category": home.place.category,
                "zone": str(home.place.zone),
                "any_alarm": any_alarm(home.units),
                "alarms": [
                    {"id": device.id, "unit": self._called(device), "alarm": key, "since": _instant(alarm.since)}
                    for device, key, alarm in active_alarms(home.units)
                ],
                "all_online": all_online(home.units),
                "offline_units": [self._called(device) for device in offline(home.units)],
                "readings": {key: summed(home.units, key) for key in keys.readings},
            }
        )

    def _state(
        self, device: Device, last_seen: datetime | None, keys: Keys, told: AirConditioner | None
    ) -> Mapping[str, Any]:
        state: dict[str, Any] = {
            "bridge": self.instance,
            "id": device.id,
            "property_id": device.property_id,
            **self._named(device.name),
            "online": device.online,
            "reachable": _reachable(device),
            "last_seen": _instant(last_seen),
            "enabled": device.enabled,
            "pillar": device.pillar,
            "category": device.category,
            "readings": {key: _value(device, key) for key in keys.readings},
            "alarms": {key: _alarm(device.alarms.get(key)) for key in keys.alarms},
        }
        return state | {"ac": _ac(device, told)} if keys.ac else state

    def _named(self, name: str | None) -> Mapping[str, str | None]:
        return {"name": name} if self.names else {}

    def _called(self, device: Device) -> str:
        return (device.name or device.serial_number or device.id) if self.names else device.id


def _reachable(device: Device) -> bool:
    """Tell whether a unit can be reached; it is taken to be where the cloud does not say."""
    return device.online is not False


def _value(device: Device, measure: str) -> float | None:
    reading = device.readings.get(measure)
    return reading.value if reading else None


def _alarm(alarm: AlarmState | None) -> Mapping[str, Any]:
    if alarm is None:
        return dict.fromkeys(("active", "armed", "snoozed", "since"))
    return {
        "active": alarm.active,
        "armed": alarm.armed,
        "snoozed": alarm.snoozed,
        "since": _instant(alarm.since),
    }


def _ac(device: Device, told: AirConditioner | None) -> Mapping[str, Any]:
    """Write what an air conditioner is taken to do: infrared is one-way, so nobody knows."""
    command = told if device.drives_ac else None
    known = command or (device.appliance if device.drives_ac else None)
    return {
        "power": command.power if command else None,
        "mode": known.mode.value if known and known.mode else None,
        "temperature": _celsius(known.temperature) if known else None,
        "fan": known.fan if known else None,
        "swing": known.swing if known else None,
        "assumed": True,
    }


def _celsius(degrees: float | None) -> float | None:
    if degrees is None or degrees <= _HIGHEST_CELSIUS:
        return degrees
    return round((degrees - 32) / 1.8, 1)


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()


def _whole(value: Any) -> Any:
    """Replace what no UTF-8 can write."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, Mapping):
        return {_whole(key): _whole(item) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [_whole(item) for item in value]
    return value
