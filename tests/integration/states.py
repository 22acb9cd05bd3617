"""States as tests compare them, on every version of Home Assistant."""

from typing import Any, Final

from homeassistant.core import State

# Of climate entities, since 2026.11.
_NEW: Final = "temperature_unit"


def seen(state: State) -> dict[str, Any]:
    """Return the attributes that a state has on every version."""
    return {name: value for name, value in state.attributes.items() if name != _NEW}
