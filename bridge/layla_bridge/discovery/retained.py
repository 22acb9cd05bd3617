"""The discovery messages that a broker keeps: which are ours, and which of them are too many.

A message bears the mark of its bridge in its availability: the topic of the bridge's own state, which has the base
topic and the instance in it. Home Assistant allows no member of our own.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from ..contract.messages import Publication
from ..contract.payloads import ERASED
from ..contract.topics import BRIDGE_STATE, Topics
from .devices import ORIGIN


def is_ours(payload: bytes, topics: Topics) -> bool:
    """Tell whether a discovery message was made by this bridge, under this base topic and name."""
    config = _decoded(payload)
    if _object(config.get("o")).get("name") != ORIGIN:
        return False
    available = config.get("avty")
    mark = {"t": topics.bridge(BRIDGE_STATE)}
    return isinstance(available, list) and mark in available


def components(payload: bytes) -> Mapping[str, Any]:
    """Return the components of a discovery message by their ids."""
    return _object(_decoded(payload).get("cmps"))


def alone(components: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what removes components: each with its platform alone.

    One that is off by default can only be left out: Home Assistant 2026.10 would take the whole device along.
    """
    return {
        key: {"p": each["p"]}
        for key, each in components.items()
        if isinstance(each, dict) and isinstance(each.get("p"), str) and len(each) > 1 and each.get("en") is not False
    }


def leftovers(retained: Mapping[str, bytes], topics: Topics) -> Iterator[Publication]:
    """Erase every message of ours, out of what the broker keeps by topic: discovery is switched off."""
    return (erased(topic) for topic, payload in retained.items() if is_ours(payload, topics))


def erased(topic: str) -> Publication:
    """Return the message that removes a device."""
    return Publication(topic, ERASED, qos=1, retain=True)


def _decoded(payload: bytes) -> dict[str, Any]:
    try:
        return _object(orjson.loads(payload))
    except orjson.JSONDecodeError:
        return {}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
