"""Profile, properties and units are changed: objects member by member, so that what nobody knows of them stays."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

from ..administration import ChangeProfile, ChangeProperty, ChangeUnit
from ..commands import Command
from ..errors import Gone, NotSupported, Refused
from ..questions import Answer
from .calls import JsonList, JsonObject, merged, present
from .flavour import Flavour
from .household import HouseholdReader

type Ordering = Callable[[Any], Awaitable[Answer | None]]
"""Carries a command out, and returns what the cloud told of it. Raises CloudError."""

_ECO: Final = "eco"
# Members of the profile by which the account is known (L33), or that say what its owner agreed to.
_KEPT: Final = ("email", "accepted_policy", "is_onboarded")
_PROFILE_OBJECTS: Final = ("preferences", "notification_preferences", "alarm_notification_preferences")


class Administered(Protocol):
    """The calls of either API that this needs; each checks what it is given by its own types."""

    @property
    def flavour(self) -> Flavour:
        """Which API it is."""

    async def get_current_user(self) -> JsonObject:
        """Read the profile."""

    async def update_current_user(self, user: Any) -> JsonObject:
        """Change part of the profile."""

    async def replace_current_user(self, user: Any) -> JsonObject:
        """Overwrite the profile."""

    async def list_properties(self) -> JsonList:
        """Read the properties."""

    async def update_property(self, property_id: str, content: Any) -> JsonObject:
        """Change part of a property."""

    async def replace_property(self, property_id: str, content: Any) -> JsonObject:
        """Overwrite a property."""

    async def get_device(self, device_id: str) -> JsonObject:
        """Read one unit."""

    async def update_device(self, device_id: str, content: Any) -> JsonObject:
        """Change part of a unit."""


class Administration:
    """Changes what both APIs let change, one change of the same thing after the other. Raises CloudError."""

    def __init__(self, api: Administered, households: HouseholdReader) -> None:
        """Take the calls of either API, and what has to be read anew after some of them."""
        self._api = api
        self._households = households
        self._locks: defaultdict[str | None, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.orders: dict[type[Command], Ordering] = {
            ChangeProfile: self._change_profile,
            ChangeProperty: self._change_property,
            ChangeUnit: self._change_unit,
        }

    async def _change_profile(self, command: ChangeProfile) -> None:
        operation = "replaceCurrentUser" if command.replace else "updateCurrentUser"
        self._check_profile(operation, command)
        async with self._locks[None]:
            if command.replace or not command.changes.keys().isdisjoint(_PROFILE_OBJECTS):
                user = await self._api.get_current_user()
            else:
                user = {}
            if command.replace:
                kept = {name: user[name] for name in _KEPT if name in user and name in self._api.flavour.profile}
                reply = await self._api.replace_current_user({**kept, **command.changes})
            else:
                reply = await self._api.update_current_user(_merged(user, command.changes))
        self._households.heard(reply)
        self._households.look_again()

    def _check_profile(self, operation: str, command: ChangeProfile) -> None:
        """Keep back what only the other API understands (P6), and a replacement that lacks something (P5)."""
        flavour = self._api.flavour
        if unknown := command.changes.keys() - flavour.profile:
            raise NotSupported(operation, f"this API has no {', '.join(sorted(unknown))}")
        currency = (command.changes.get("preferences") or {}).get("currency")
        if currency is not None and currency not in flavour.words["currency"]:
            raise NotSupported(operation, f"this API has no currency {currency}")
        if command.replace:
            _check_whole(operation, flavour.profile_needs, command.changes)

    async def _change_property(self, command: ChangeProperty) -> None:
        operation = "replaceProperty" if command.replace else "updateProperty"
        if (category := command.changes.get("category")) is not None:
            checked_category(operation, category, self._api.flavour)
        async with self._locks[command.property_id]:
            if command.replace:
                await self._api.replace_property(command.property_id, dict(command.changes))
            else:
                known = await self._property(command.property_id) if "settings" in command.changes else {}
                await self._api.update_property(command.property_id, _merged(known, command.changes))
        self._households.look_again()

    async def _property(self, property_id: str) -> JsonObject:
        listed = await self._api.list_properties()
        found = (item for item in listed if isinstance(item, Mapping) and item.get("id") == property_id)
        known: JsonObject | None = next(found, None)
        if known is None:
            raise Gone("listProperties", "the property is not in the list")
        return known

    async def _change_unit(self, command: ChangeUnit) -> None:
        if command.tier_features is not None and "tier_features" not in self._api.flavour.unit:
            raise NotSupported("updateDevice", "this API has no tier_features")
        async with self._locks[command.device_id]:
            read = command.eco is not None or command.settings is not None
            known = await self._api.get_device(command.device_id) if read else {}
            content = {
                "name": command.name,
                "enabled": command.enabled,
                "tier_features": command.tier_features,
                "features": None if command.eco is None else _features(known.get("features"), eco=command.eco),
                "settings": merged(known.get("settings"), command.settings),
            }
            await self._api.update_device(command.device_id, present(content))


def checked_category(operation: str, category: str, flavour: Flavour) -> str:
    """Return a property's category, if the API has that word. Raises NotSupported."""
    if flavour.categories is not None and category not in flavour.categories:
        known = ", ".join(sorted(flavour.categories))
        raise NotSupported(operation, f"this API has no category {category}; it has {known}")
    return category


def _check_whole(operation: str, needs: frozenset[str], content: Mapping[str, Any]) -> None:
    if missing := needs - content.keys():
        raise Refused(operation, f"everything is replaced, so these are needed too: {', '.join(sorted(missing))}")


def _merged(known: JsonObject, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes that leave those members of objects as they are that they do not name."""
    return {
        name: merged(known.get(name), value) if isinstance(value, Mapping) else value for name, value in changes.items()
    }


def _features(known: object, *, eco: bool) -> list[object]:
    """Return a unit's features with or without the energy-saving automation; the array is replaced whole (L24)."""
    others = [each for each in known if each != _ECO] if isinstance(known, list) else []
    return [*others, _ECO] if eco else others
