"""The two APIs of one account: the owner's, and the older one for partners. All that tells them apart is here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import hdrs

from simulator.errors import ApiError

from . import spec
from .spec import Document

type Payload = dict[str, Any]

MEASURE, ALARM, TOLD = "MeasureName", "AlarmName", "NotificationTypeName"
"""The vocabularies, by the names of their schemas."""

_CATEGORY_OF_UNITS = "SP"
_NEAREST_CATEGORY = "commercial"
_NEAREST_CURRENCY = "USD"
_OF_AIR_CONDITIONERS = frozenset({"appliance_config", "schedule", "ac_schedule"})


@dataclass(frozen=True, slots=True, eq=False)
class Flavour:
    """One API: its description, where it is served, whom it answers, and how it words what both know.

    `reword` takes a kind (the name of its schema) and a payload with everything there is to say.
    `granularities` are the longest ranges for which each is chosen where none was asked for, in order.
    """

    document: Document
    prefixes: tuple[str, ...]
    admit: Callable[[Mapping[str, Any], str], None]
    reword: Callable[[str, Payload], Payload]
    category: Callable[[str], str]
    granularities: tuple[tuple[timedelta, str], ...]
    strict: bool = False

    @property
    def alarms(self) -> tuple[str, ...]:
        """The alarms that it knows."""
        return spec.words(self.document, ALARM)

    def shows(self, vocabulary: str, word: str) -> bool:
        """Return whether it has a word for this: a measure, an alarm, a type of notification.

        Where `strict` is off, words of no description are shown as well: a cloud may be ahead of its documents.
        """
        if word in spec.words(self.document, vocabulary):
            return True
        return not self.strict and all(word not in spec.words(document, vocabulary) for document in spec.DOCUMENTS)


def _admit_owner(claims: Mapping[str, Any], method: str) -> None:
    del method
    if "scope" in claims:
        raise ApiError(HTTPStatus.UNAUTHORIZED, "This token is for the partner API")


def _admit_partner(claims: Mapping[str, Any], method: str) -> None:
    """Let in whoever holds an owner's token, and of those who signed in whoever was allowed to."""
    needed = "read" if method == hdrs.METH_GET else "write"
    if "scope" in claims and needed not in str(claims["scope"]).split():
        raise ApiError(
            HTTPStatus.FORBIDDEN, f"This token has no scope {needed!r}; accepted: a sign-in that allows {needed!r}"
        )


def _owner_words(kind: str, payload: Payload) -> Payload:
    """Say everything; the partner API takes any number for an accepted policy, this one knows 0 and 1."""
    policy = payload.get("accepted_policy")
    if kind != "User" or not isinstance(policy, int | float):
        return payload
    return {**payload, "accepted_policy": min(max(int(policy), 0), 1)}


def _partner_words(kind: str, payload: Payload) -> Payload:
    """Say only what the description names."""
    known = spec.members(spec.PARTNER, kind)
    kept = {name: value for name, value in payload.items() if name in known}
    return kept | _PARTNER_WORDS.get(kind, _nothing)(kept)


def _nothing(_kept: Payload) -> Payload:
    return {}


def _of_device(kept: Payload) -> Payload:
    settings = {name: value for name, value in kept["settings"].items() if name not in _OF_AIR_CONDITIONERS}
    return {"category": _CATEGORY_OF_UNITS, "settings": settings}


def _of_property(kept: Payload) -> Payload:
    return {"category": _partner_category(kept["category"]), "enabled": bool(kept["enabled"])}


def _of_user(kept: Payload) -> Payload:
    preferences = kept.get("preferences")
    if not isinstance(preferences, dict) or "currency" not in preferences:
        return {}
    known = preferences["currency"] in spec.words(spec.PARTNER, "CurrencyCode")
    return {} if known else {"preferences": {**preferences, "currency": _NEAREST_CURRENCY}}


def _partner_category(category: str) -> str:
    return category if category in spec.words(spec.PARTNER, "PropertyCategory") else _NEAREST_CATEGORY


_PARTNER_WORDS: Mapping[str, Callable[[Payload], Payload]] = {
    "Device": _of_device,
    "Property": _of_property,
    "User": _of_user,
}

OWNER = Flavour(
    document=spec.OWNER,
    prefixes=("", "/api"),
    admit=_admit_owner,
    reword=_owner_words,
    category=str,
    granularities=(
        (timedelta(hours=6), "minutes"),
        (timedelta(days=7), "15min"),
        (timedelta.max, "hours"),
    ),
)
PARTNER = Flavour(
    document=spec.PARTNER,
    prefixes=("/partner", "/partner/api"),
    admit=_admit_partner,
    reword=_partner_words,
    category=_partner_category,
    granularities=(
        (timedelta(days=7), "hours"),
        (timedelta(days=92), "days"),
        (timedelta(days=5 * 365 + 2), "months"),
        (timedelta.max, "years"),
    ),
    strict=True,
)
FLAVOURS = (OWNER, PARTNER)
