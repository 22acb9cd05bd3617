"""LaylaElectric's two APIs, as far as they differ in more than their operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ..route import Route, overridden
from . import vocabulary
from .routes import OWNER_ROUTES, PARTNER_ROUTES
from .vocabulary import words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavour:
    """One API: where its operations are, which words its queries may have, how a property's `enabled` is written.

    `profile` and `unit` have the members of those that can be changed, `profile_needs` those without which a profile
    cannot be replaced, `categories` the words for a property where they are not free. `lacking` says, of something
    that the other API has, that this one has it not.
    """

    routes: Mapping[str, Route]
    words: Mapping[str, frozenset[str]]
    enabled: Callable[[bool], int]
    profile: frozenset[str]
    profile_needs: frozenset[str]
    unit: frozenset[str]
    categories: frozenset[str] | None
    lacking: str

    @property
    def measures(self) -> frozenset[str]:
        """The measures of which it has series."""
        return self.words["measure"]

    @property
    def commands_air_conditioners(self) -> bool:
        """Whether it can do anything with an air conditioner."""
        return "scheduleAcTimer" in self.routes

    def routes_with(self, overrides: Mapping[str, str]) -> Mapping[str, Route]:
        """Put the user's own routes into the table; what only the other API has waits for a change of the way in.

        Raises InvalidRoute, for either API, so that nothing lies in wait that cannot work.
        """
        everywhere = overridden({**PARTNER_ROUTES, **OWNER_ROUTES, **self.routes}, overrides)
        return {name: everywhere[name] for name in self.routes}


OWNER: Final = Flavour(
    routes=OWNER_ROUTES,
    words={
        "measure": words_of(vocabulary.MeasureName),
        "granularity": words_of(vocabulary.OwnerGranularity),
        "currency": words_of(vocabulary.Currency),
        "period": words_of(vocabulary.Period),
    },
    enabled=int,
    profile=vocabulary.UserPatch.__optional_keys__,
    profile_needs=vocabulary.UserReplacement.__required_keys__,
    unit=vocabulary.DevicePatch.__optional_keys__,
    categories=None,
    lacking="the API of a token has no such operation, that of a sign-in has",
)
"""The owner API, by token."""

PARTNER: Final = Flavour(
    routes=PARTNER_ROUTES,
    words={
        "measure": words_of(vocabulary.PartnerMeasureName),
        "granularity": words_of(vocabulary.PartnerGranularity),
        "currency": words_of(vocabulary.PartnerCurrency),
        "period": words_of(vocabulary.PartnerPeriod),
    },
    enabled=bool,
    profile=vocabulary.PartnerUserPatch.__optional_keys__,
    profile_needs=vocabulary.PartnerUserReplacement.__required_keys__,
    unit=vocabulary.PartnerDevicePatch.__optional_keys__,
    categories=words_of(vocabulary.PartnerPropertyCategory),
    lacking="the API of a sign-in has no such operation, that of a token has",
)
"""The partner API, by sign-in: an older and smaller one (P4, P6)."""
