"""Defaults that follow from other keys or from the environment; `sections.py` says them in words."""

from collections.abc import Mapping
from typing import Final

from .given import Given, Reading
from .keys import KEYS

_PORTS: Final = {("tcp", False): 1883, ("tcp", True): 8883, ("websockets", False): 80, ("websockets", True): 443}
_USUALLY_RETAINED: Final = 3600
INTERVALS_RETAINED: Final = 10
_SOURCE: Final = "default"


def value(values: Mapping[str, Given], path: str) -> object:
    """Return the value of a key, its default where there is none; None also where it cannot be read."""
    key = KEYS[path]
    if (given := values.get(path)) is None:
        return key.default
    try:
        return key.form.parse(given.raw)
    except ValueError:
        return None


def derived(values: Mapping[str, Given], environ: Mapping[str, str]) -> Reading:
    """Return the defaults that follow from these values."""
    found: dict[str, str] = {"account.kind": "token", "data": _data(environ)}
    tls, transport = value(values, "broker.tls.enabled"), value(values, "broker.transport")
    # Where one of these is wrong, that is said, and nobody gets to see what follows from it.
    found["broker.port"] = str(_PORTS.get((str(transport), bool(tls)), _PORTS["tcp", False]))
    found["broker.client_id"] = f"layla-bridge-{value(values, 'instance') or ''}"
    interval = value(values, "account.interval")
    found["publish.retained_for"] = str(_retained_for(interval if isinstance(interval, int) else 0))
    return Reading({path: Given(text, _SOURCE) for path, text in found.items()})


def _retained_for(interval: int) -> int:
    return max(_USUALLY_RETAINED, INTERVALS_RETAINED * interval)


def _data(environ: Mapping[str, str]) -> str:
    if state := environ.get("STATE_DIRECTORY"):
        # systemd names all folders of a unit here; the first is ours.
        return state.partition(":")[0]
    if shared := environ.get("XDG_DATA_HOME"):
        return f"{shared}/layla-bridge"
    if home := environ.get("HOME"):
        return f"{home}/.local/share/layla-bridge"
    return "/var/lib/layla-bridge"
