"""Identifiers in Home Assistant: fixed for life, and free of the account and the way into it."""

from hashlib import blake2b
import re
from typing import Final
from urllib.parse import quote

from ..contract.topics import Item, Kind

_SPECIAL: Final = re.compile(rb"[^A-Za-z0-9-]")
# Longer ids than any that is known would make topics that no broker takes.
_LONGEST: Final = 256
_PREFIX: Final = "layla_"
# No escaped id has two underscores in a row, so what these name is never taken for a unit.
_OF_KIND: Final = {Kind.DEVICE: "", Kind.PROPERTY: "property__"}
_OF_BRIDGE: Final = "bridge__"


def of_item(item: Item) -> str:
    """Name a unit or a property: the level of its discovery topic, and the identifier of its device."""
    return f"{_PREFIX}{_OF_KIND[item.kind]}{_escaped(item.id)}"


def of_bridge(instance: str) -> str:
    """Name a bridge."""
    return f"{_PREFIX}{_OF_BRIDGE}{_escaped(instance)}"


def component_id(platform: str, key: str) -> str:
    """Name an entity within its device: no spaces, which Home Assistant takes for separators."""
    return f"{platform}_{quote(key, safe='', errors='surrogatepass')}"


def unique_id(device: str, component: str) -> str:
    """Name an entity; no device has a colon in its name."""
    return f"{device}:{component}"


def config_topic(prefix: str, device: str) -> str:
    """Return the topic on which Home Assistant hears of a device."""
    return f"{prefix}/device/{device}/config"


def _escaped(text: str) -> str:
    """Write an id with the characters that discovery topics may have; what is special becomes _XX, by its UTF-8."""
    octets = text.encode(errors="surrogatepass")
    written = _SPECIAL.sub(lambda found: b"_%02X" % found[0][0], octets).decode()
    # No escaped id has this hyphen behind an underscore.
    return written if len(written) <= _LONGEST else f"_-{blake2b(octets, digest_size=16).hexdigest()}"
