"""Verbs for what passes between client and cloud: tokens, counters, faults, a quota."""

from typing import Any

from simulator.errors import bad_request
from simulator.faults import KINDS, Fault
from simulator.layla.spec import operation_ids
from simulator.oauth import OPERATIONS
from simulator.quota import STYLES

from .verbs import SECONDS, TEXT, Asked, Verb, members

_COMMON = ("operation", "kind", "when", "times")
_NEEDED = {"status": "status", "delay": "seconds"}


def mint(asked: Asked) -> dict[str, Any]:
    """Make a token: of the demo owner, of another `sub`, or with `sub` null of nobody."""
    body = asked.body
    world = asked.simulation.world
    token = asked.simulation.tokens.mint(
        body.get("sub", "demo-owner"), world.time, ttl=body.get("ttl"), email=body.get("email")
    )
    return {"token": token}


def expire(asked: Asked) -> dict[str, Any]:
    """Make a token expire now."""
    asked.simulation.tokens.expire(asked.body["token"])
    return {}


def counters(asked: Asked) -> dict[str, Any]:
    """Return the requests since the last reset, and the infrared frames of each unit."""
    return {**asked.simulation.counters.as_json(), "ir_frames": _frames(asked)}


def reset_counters(asked: Asked) -> dict[str, Any]:
    """Begin again at zero."""
    asked.simulation.counters.reset()
    for unit in asked.simulation.world.devices.values():
        unit.infrared.frames.clear()
    return {}


def add_fault(asked: Asked) -> dict[str, Any]:
    """Let a fault wait for its requests."""
    accepted = (*_COMMON, *KINDS[asked.body["kind"]])
    for name in asked.body:
        if name not in accepted:
            raise bad_request(
                f"body.{name}: no member of a {asked.body['kind']} fault; accepted: {', '.join(accepted)}"
            )
    needed = _NEEDED.get(asked.body["kind"])
    if needed is not None and needed not in asked.body:
        raise bad_request(f"body: a {asked.body['kind']} fault needs the member {needed}")
    fault = Fault(**asked.body)
    asked.simulation.faults.add(fault)
    return fault.as_json()


def list_faults(asked: Asked) -> list[dict[str, Any]]:
    """Return the faults that wait, with how often each still happens."""
    return [{**one.fault.as_json(), "left": one.left} for one in asked.simulation.faults.armed]


def clear_faults(asked: Asked) -> dict[str, Any]:
    """Call all faults off."""
    asked.simulation.faults.clear()
    return {}


def tell_quota(asked: Asked) -> dict[str, Any]:
    """Tell of a quota of requests in the headers of every answer from now on."""
    body = asked.body
    return asked.simulation.quotas.begin(
        asked.simulation.world.time,
        limit=body["limit"],
        remaining=body.get("remaining"),
        seconds=body.get("seconds", 86_400),
        style=body.get("style", "x"),
    )


def forget_quota(asked: Asked) -> dict[str, Any]:
    """Tell of none any more."""
    asked.simulation.quotas.told = None
    return {}


def _frames(asked: Asked) -> dict[str, list[dict[str, Any]]]:
    return {
        unit.id: [
            {"time": frame.at.isoformat(), "action": frame.action, "appliance_config": dict(frame.config)}
            for frame in unit.infrared.frames
        ]
        for unit in asked.simulation.world.devices.values()
        if unit.infrared.frames
    }


_FAULT = members(
    ("operation", "kind"),
    operation={"enum": ["*", *operation_ids(), *OPERATIONS]},
    kind={"enum": list(KINDS)},
    status={"type": "integer", "minimum": 200, "maximum": 599},
    retry_after={"type": ["integer", "string"]},
    seconds=SECONDS,
    device_id=TEXT,
    when={"enum": ["before", "after"]},
    times={"type": "integer", "minimum": 1},
)

_QUOTA = members(
    ("limit",),
    limit={"type": "integer", "minimum": 1},
    remaining={"type": "integer", "minimum": 0},
    seconds=SECONDS,
    style={"enum": list(STYLES)},
)

VERBS = (
    Verb(
        "POST",
        "/tokens",
        mint,
        members(sub={"type": ["string", "null"]}, ttl={"type": ["number", "null"], "minimum": 0}, email=TEXT),
    ),
    Verb("POST", "/tokens/expire", expire, members(("token",), token=TEXT)),
    Verb("GET", "/counters", counters),
    Verb("DELETE", "/counters", reset_counters),
    Verb("POST", "/faults", add_fault, _FAULT),
    Verb("GET", "/faults", list_faults),
    Verb("DELETE", "/faults", clear_faults),
    Verb("POST", "/quota", tell_quota, _QUOTA),
    Verb("DELETE", "/quota", forget_quota),
)
