"""The two ways into an account: what an entry stores of each, and what the API behind it has."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
import time
from typing import Any, Final

from homeassistant.components.application_credentials import ClientCredential, async_import_client_credential
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.layla.cloud.layla import capabilities, flavour as api
from custom_components.layla.cloud.oauth.tokens import Tokens, renewal_time
from custom_components.layla.const import (
    CONF_AUTHORIZE_URL,
    CONF_IMPLEMENTATION,
    CONF_KIND,
    CONF_SCOPE,
    CONF_SIGN_IN,
    CONF_TOKEN_URL,
    DOMAIN,
    KIND_OAUTH,
    KIND_TOKEN,
)
from simulator.layla import spec
from simulator.layla.flavour import ALARM
from simulator.oauth import CLIENT_ID, CLIENT_SECRET

from .cloud import Cloud

OWNER: Final = "demo-owner"


@dataclass(frozen=True, slots=True)
class Entities:
    """How many enabled entities an account itself has, a property, a unit of a fleet, and one that drives an AC.

    `savings` are those that a property has beside the others when one of its units drives an air conditioner.
    """

    per_account: int
    per_property: int
    per_unit: int
    per_ac_unit: int
    savings: int

    def of(self, *, properties: int, units: int, with_ac: int, saving: int | None = None) -> int:
        """Return how many an account has; `with_ac` are those of the `units` that drive an air conditioner.

        They are in so many properties, unless `saving` says in how many.
        """
        of_units = (units - with_ac) * self.per_unit + with_ac * self.per_ac_unit
        of_properties = properties * self.per_property + (with_ac if saving is None else saving) * self.savings
        return self.per_account + of_properties + of_units


@dataclass(frozen=True, slots=True, eq=False)
class Flavour:
    """A way in. A test that names one in `needs` is about that way itself.

    `data` is what an entry stores of it, `refuse` has the cloud refuse it from now on, `secrets` are those in `data`.
    """

    name: str
    api: api.Flavour
    document: spec.Document
    data: Callable[[HomeAssistant, Cloud, str], Awaitable[dict[str, Any]]]
    refuse: Callable[[Cloud], Awaitable[object]]
    secrets: Callable[[Mapping[str, Any]], Sequence[str]]
    entities: Entities

    @property
    def has(self) -> frozenset[str]:
        """Everything that a test can need: measures, alarms, members of a unit's payload, commands, the way itself."""
        commands = (
            command.__name__
            for command, operations in capabilities.OPERATIONS.items()
            if all(operation in self.api.routes for operation in operations)
        )
        alarms, members = spec.words(self.document, ALARM), spec.members(self.document, "Device")
        return frozenset({self.name, *self.api.measures, *alarms, *members, *commands})


async def _token(hass: HomeAssistant, cloud: Cloud, sub: str) -> dict[str, Any]:
    del hass
    token = cloud.token if sub == OWNER else await cloud.new_token(sub=sub)
    return {CONF_KIND: KIND_TOKEN, CONF_URL: cloud.base_url, CONF_TOKEN: token}


async def _sign_in(hass: HomeAssistant, cloud: Cloud, sub: str) -> dict[str, Any]:
    assert await async_setup_component(hass, "application_credentials", {})
    await async_import_client_credential(hass, DOMAIN, ClientCredential(CLIENT_ID, CLIENT_SECRET))
    answer = await cloud.control("POST", "oauth/grants", sub=sub)
    access, lifetime = answer["access_token"], float(answer["expires_in"])
    tokens = Tokens(access, answer["refresh_token"], renewal_time(access, lifetime, time.time()))
    return {
        CONF_KIND: KIND_OAUTH,
        CONF_URL: cloud.partner_url,
        CONF_AUTHORIZE_URL: f"{cloud.url}/oauth/authorize",
        CONF_TOKEN_URL: f"{cloud.url}/oauth/token",
        CONF_SCOPE: "",
        CONF_IMPLEMENTATION: DOMAIN,
        CONF_SIGN_IN: f"sign-in-of-{sub}",
        CONF_TOKEN: tokens.as_record(),
    }


TOKEN: Final = Flavour(
    name="token",
    api=api.OWNER,
    document=spec.OWNER,
    data=_token,
    refuse=lambda cloud: cloud.expire(cloud.token),
    secrets=lambda data: (data[CONF_TOKEN], data[CONF_TOKEN].split(".")[1]),
    entities=Entities(per_account=7, per_property=14, per_unit=21, per_ac_unit=25, savings=7),
)
SIGN_IN: Final = Flavour(
    name="sign_in",
    api=api.PARTNER,
    document=spec.PARTNER,
    data=_sign_in,
    refuse=lambda cloud: cloud.control("DELETE", "oauth/grants"),
    secrets=lambda data: (
        data[CONF_TOKEN]["access_token"],
        data[CONF_TOKEN]["access_token"].split(".")[1],
        data[CONF_TOKEN]["refresh_token"],
        CLIENT_SECRET,
    ),
    # Of a property neither connectivity nor occupancy; of a unit no connectivity and three of eight readings.
    # No property tells what drives an air conditioner: savings come with the figures.
    entities=Entities(per_account=6, per_property=12, per_unit=15, per_ac_unit=15, savings=0),
)
FLAVOURS: Final = (TOKEN, SIGN_IN)

needs = pytest.mark.needs
"""Run a test on the flavours that have all of this alone, because what the others lack is what it is about."""

once = pytest.mark.once
"""Run a test on one flavour: it takes long, and is about something that happens behind both in the same way."""


def chosen(marks: Iterable[pytest.Mark]) -> list[Flavour]:
    """Return the flavours on which a test with these marks runs; raises ValueError for a need that nothing meets."""
    marked = list(marks)
    needed = {str(need) for mark in marked if mark.name == "needs" for need in mark.args}
    if unknown := needed - TOKEN.has - SIGN_IN.has:
        raise ValueError(
            f"Neither API has {', '.join(sorted(unknown))}; `needs` takes a measure, an alarm, a member of a unit's"
            " payload, a command, or the name of a flavour"
        )
    found = [flavour for flavour in FLAVOURS if needed <= flavour.has]
    return found[:1] if any(mark.name == "once" for mark in marked) else found
