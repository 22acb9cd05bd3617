"""Identifiers of devices and entities: fixed for life, free of the entry and of the way in."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote

from ..const import DOMAIN

VENDOR: Final = "layla"


class Kind(StrEnum):
    """What an identifier names."""

    ACCOUNT = "account"
    PROPERTY = "property"
    UNIT = "unit"


def device_identifier(kind: Kind, item_id: str) -> tuple[str, str]:
    """Return the device registry's identifier of an account, a property or a unit."""
    return (DOMAIN, f"{VENDOR}:{kind}:{item_id}")


def item_of(kind: Kind, identifiers: Iterable[tuple[str, str]]) -> str | None:
    """Return the id of the account, property or unit that a device is; None where it is something else."""
    prefix = device_identifier(kind, "")[1]
    names = (name for domain, name in identifiers if domain == DOMAIN and name.startswith(prefix))
    return next((name.removeprefix(prefix) for name in names), None)


def unique_id(kind: Kind, item_id: str, key: str) -> str:
    """Return the unique id of an entity; a key has no colon, so that `split` can find it again."""
    return f"{VENDOR}:{kind}:{item_id}:{quote(key, safe='')}"


def split(kind: Kind, entity_unique_id: str) -> tuple[str, str] | None:
    """Return item id and key of an entity's unique id; None for one of another kind."""
    prefix = f"{VENDOR}:{kind}:"
    item_id, _, key = entity_unique_id.removeprefix(prefix).rpartition(":")
    return (item_id, unquote(key)) if entity_unique_id.startswith(prefix) and item_id else None
