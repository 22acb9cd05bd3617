"""The household: what units are read with, and the properties. It changes rarely, so it has a slow clock."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..errors import AuthenticationFailed, CloudError, NotSupported, Refused
from ..model import Property
from ..support import Support
from ..tolerant import Oddities
from . import parse
from .parse import Household, Profile
from .shared import SharedApi

HOUSEHOLD_INTERVAL: Final = timedelta(minutes=15)
_RETRY: Final = timedelta(minutes=3)
# For so long after a command the properties are read with every refresh: a cloud may need a while to show it.
_LOOKING_AGAIN: Final = timedelta(seconds=90)
_PROPERTIES: Final = "listProperties"


@dataclass(frozen=True, slots=True)
class KnownHousehold:
    """The household as last read, and properties that units named but the list did not have."""

    household: Household
    profile: Profile
    oddities: Oddities
    due_at: datetime
    unlisted: frozenset[str]

    def has_or_misses(self, property_ids: frozenset[str]) -> bool:
        """Tell whether each of these properties is in the list or was looked for there in vain."""
        return property_ids <= self.household.properties.keys() | self.unlisted


class HouseholdReader:
    """Remembers the household, and reads it again when it is due or a unit names a property that is new."""

    def __init__(self, api: SharedApi, support: Support) -> None:
        """Take the calls, and where to remember what the cloud lacks."""
        self._api = api
        self._support = support
        self.known: KnownHousehold | None = None
        self._look_again_until: datetime | None = None

    def look_again(self) -> None:
        """Read the household with the next refreshes: something of it was changed."""
        self._look_again_until = datetime.now(UTC) + _LOOKING_AGAIN

    async def read(self, now: datetime, named: frozenset[str]) -> tuple[KnownHousehold, CloudError | None]:
        """Return the household, and what failed; an old one is better than none.

        Raises CloudError when there is no old one, or the token is refused.
        """
        known = self.known
        if known and now < known.due_at and known.has_or_misses(named) and not self._looks_again(now):
            return known, None
        try:
            self.known, error = await self._read(now, named)
        except AuthenticationFailed:
            raise
        except CloudError as error:
            if known is None:
                raise
            unlisted = named - known.household.properties.keys()
            self.known = replace(known, due_at=now + _RETRY, unlisted=unlisted)
            return self.known, error
        return self.known, error

    def heard(self, user: Mapping[str, object]) -> None:
        """Take in which unit of temperature a profile has now: the next values may come in it."""
        if self.known and "preferences" in user:
            household = replace(self.known.household, fahrenheit=parse.profile(user, Oddities()).fahrenheit)
            self.known = replace(self.known, household=household)

    def _looks_again(self, now: datetime) -> bool:
        return self._look_again_until is not None and now <= self._look_again_until

    async def _read(self, now: datetime, named: frozenset[str]) -> tuple[KnownHousehold, CloudError | None]:
        oddities = Oddities()
        profile = parse.profile(await self._api.get_current_user(), oddities)
        properties, error = await self._properties(now, oddities)
        household = Household(fahrenheit=profile.fahrenheit, properties=properties)
        due_at, unlisted = now + HOUSEHOLD_INTERVAL, named - properties.keys()
        return KnownHousehold(household, profile, oddities, due_at, unlisted), error

    async def _properties(self, now: datetime, oddities: Oddities) -> tuple[Mapping[str, Property], CloudError | None]:
        """Read the properties; where the cloud has no such list, or keeps it from our token, units go without."""
        old = self.known.household.properties if self.known else {}
        try:
            reply = await self._api.list_properties()
        except (AuthenticationFailed, NotSupported, Refused) as error:
            self._support.missing(error, now)
            return old, error
        self._support.found(_PROPERTIES)
        # Reading a zone's file blocks, so it is done beside the event loop.
        zones = await asyncio.to_thread(_zones, parse.zone_names(reply))
        return parse.properties(reply, zones, oddities), None


def _zones(names: Iterable[str]) -> dict[str, ZoneInfo]:
    zones = ((name, _zone(name)) for name in names)
    return {name: zone for name, zone in zones if zone}


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except KeyError, ValueError, OSError:
        return None
