"""What an account's owner can allow."""

from collections.abc import Mapping, Sequence

from .refused import Refused

SCOPES: Mapping[str, str] = {
    "read": "See your homes and their units: readings, alarms, notifications and statistics",
    "write": "Change your homes and their units: names, alarms, eco mode and your profile",
}
"""Every scope, and what it allows."""

EVERY_SCOPE = tuple(SCOPES)


def scopes(text: str | None, within: Sequence[str] = EVERY_SCOPE) -> tuple[str, ...]:
    """Return the scopes that were asked for, all of `within` where none were; raises Refused for any other."""
    if text is None:
        return tuple(within)
    asked = text.split(" ")
    if not set(asked) <= set(within):
        raise Refused("invalid_scope", f"Unknown or not granted; accepted, with single spaces: {' '.join(within)}")
    return tuple(scope for scope in within if scope in asked)
