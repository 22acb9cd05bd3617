"""The account owner's profile, as it is when nobody has changed it."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

PICTURE = "https://pictures.example.com/owner.jpg?signature=simulated"

_DEFAULTS: dict[str, Any] = {
    "name": "",
    "accepted_policy": 0,
    "email": "",
    "address": "",
    "phone": "",
    "company": "",
    "title": "",
    "preferences": {"currency": "EUR", "language": "en", "temperature_unit": "C"},
    "notification_preferences": {
        "in_app": True,
        "push": True,
        "email": True,
        "sms": False,
        "sound": True,
        "vibration": True,
    },
    "alarm_notification_preferences": {},
    "notification_frequency": ["realtime"],
    "is_onboarded": False,
}

_OWNER: dict[str, Any] = {
    "name": "Robin Example",
    "accepted_policy": 1,
    "email": "robin@example.com",
    "address": "1 Example Street",
    "phone": "+1 555 0100",
    "company": "Example Stays",
    "title": "Owner",
    "is_onboarded": True,
    "alarm_notification_preferences": {
        "noise_alarm": {"email": True, "push": True},
        "smoke_alarm": {"email": True, "push": True},
    },
}


def defaults() -> dict[str, Any]:
    """Return a profile in which nothing was filled in."""
    return deepcopy(_DEFAULTS)


def owner() -> dict[str, Any]:
    """Return the profile of the simulated owner."""
    return {**defaults(), **deepcopy(_OWNER)}


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return `old` with the members of `new`: objects member by member, anything else, arrays too, as a whole."""
    return {**old, **{name: _merged(old.get(name), value) for name, value in new.items()}}


def _merged(old: Any, new: Any) -> Any:
    both_objects = isinstance(old, Mapping) and isinstance(new, Mapping)
    return merged(old, new) if both_objects else new
