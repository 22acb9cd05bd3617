"""What the account can hold, whichever API brings it."""

from collections.abc import Mapping
from typing import Any

from . import spec

_WORDED: Mapping[str, tuple[str, ...]] = {
    "UserPatch": ("accepted_policy",),
    "PropertyPatch": ("enabled",),
    "DevicePatch": ("alarms",),
}
"""Members that both APIs have and each words in its own way."""


def storable(kind: str, body: Mapping[str, Any]) -> None:
    """Refuse what the owner API could not show; the partner's description leaves open much that the owner's does not.

    `kind` is the name of the owner's schema. Names of alarms are not looked at: each API has one that the other lacks.
    """
    plain = {name: value for name, value in body.items() if name not in _WORDED[kind]}
    spec.check(spec.component(spec.OWNER, kind), plain, "body")
    for number, alarm in enumerate(body.get("alarms", ())):
        setting = {name: value for name, value in alarm.items() if name != "name"}
        spec.check(spec.component(spec.OWNER, "AlarmConfigurationModel"), setting, f"body.alarms[{number}]")
