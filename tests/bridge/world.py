"""An account made up for the bridge's tests, in the bridge's own model."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from layla_bridge.cloud.model import AlarmState, Device, Event, Phase, Property, Reading, Snapshot

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
QUIET: Final = AlarmState(active=False, armed=True, snoozed=False)


def device(number: int = 1, **members: Any) -> Device:
    """Make a unit of the property `home`."""
    usual: dict[str, Any] = {
        "id": f"unit-{number}",
        "property_id": "home",
        "name": f"Room {number}",
        "category": "SP",
        "serial_number": f"LY{number}",
        "online": True,
        "enabled": True,
        "pillar": "noise",
        "drives_ac": False,
        "readings": {"noise": Reading(value=38.0, at=NOW)},
        "alarms": {"noise_alarm": QUIET},
    }
    return Device(**usual | members)


def place(property_id: str = "home") -> Property:
    """Make a property."""
    return Property(id=property_id, name=property_id.title(), category="house", zone=ZoneInfo("Europe/Berlin"))


def snapshot(*devices: Device, places: tuple[Property, ...] | None = None, seen: datetime = NOW) -> Snapshot:
    """Make an account of these units, all seen at one time."""
    return Snapshot(
        properties={each.id: each for each in (HOME,)} if places is None else {each.id: each for each in places},
        devices={each.id: each for each in devices},
        last_seen={each.id: seen for each in devices},
        oddities={},
    )


def event(number: int = 1, **members: Any) -> Event:
    """Make the start of an alarm."""
    usual: dict[str, Any] = {
        "id": f"event-{number}",
        "property_id": "home",
        "device_id": "unit-1",
        "alarm": "smoke_alarm",
        "phase": Phase.STARTED,
        "at": NOW,
    }
    return Event(**usual | members)


HOME: Final = place()
