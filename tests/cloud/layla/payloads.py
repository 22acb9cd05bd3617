"""Payloads as LaylaElectric's description shows them."""

from collections.abc import Mapping
from typing import Any, Final

DEVICE: Final[Mapping[str, Any]] = {
    "id": "unit-1",
    "property_id": "home",
    "name": "Studio",
    "device_mac": "02:00:00:00:00:01",
    "serial_number": "LY12AB",
    "category": "SP",
    "enabled": True,
    "device_pillar": "noise",
    "ac_control_active": False,
    "alarms": [
        {
            "name": "noise_alarm",
            "enabled": True,
            "threshold": 75,
            "quiet_hours": {"enabled": True, "start_time": "22:30", "end_time": "07:00"},
        },
        {"name": "mold_alarm", "enabled": False, "threshold": None},
    ],
    "settings": {"last_PIR_detected_time_th": 1800},
    "in_alarm": ["noise_alarm"],
    "snoozed": ["mold_alarm"],
    "active_alarms": [{"name": "noise_alarm", "started_at": "2026-11-20T11:30:00Z"}],
    "latest_values": [
        {"name": "temperature", "value": 24.5, "timestamp": "2026-11-20T11:59:00Z"},
        {"name": "noise", "value": 38, "timestamp": "2026-11-20T11:58:00Z"},
    ],
    "connection_status": "online",
    "last_updated_at": "2026-11-20T11:59:30Z",
}

PROPERTY: Final[Mapping[str, Any]] = {
    "id": "home",
    "name": "Tiny Home",
    "category": "house",
    "timezone": "Europe/Berlin",
    "enabled": 1,
    "enabled_alarms": ["noise_alarm", "security_alarm"],
    "enabled_features": ["eco"],
}

USER: Final[Mapping[str, Any]] = {
    "name": "Robin Example",
    "email": "robin@example.com",
    "preferences": {"temperature_unit": "C"},
}

NOTIFICATION: Final[Mapping[str, Any]] = {
    "id": "note-1",
    "type": "noise_alarm_start",
    "property_id": "home",
    "device_id": "unit-1",
    "seen": False,
    "created_at": "2026-11-20T11:30:00Z",
}

POINT: Final[Mapping[str, Any]] = {"timestamp": "2026-11-20T11:00:00Z", "value": 24.5}
