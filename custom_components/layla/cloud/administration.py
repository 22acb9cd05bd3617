"""What a face can have changed of an account itself, its properties and its units: frozen values like all commands.

No address of a person, and no e-mail address, is in their `repr`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProfile:
    """Change the profile of the account's owner, in the vendor's members; objects are changed member by member.

    `replace` sets everything else to its default, but not by whom the account is known and what was agreed to.
    """

    changes: Mapping[str, Any] = field(repr=False)
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProperty:
    """Change a property, in the vendor's members: name, category, address, timezone, settings, enabled.

    `replace` sets everything else to its default, and needs the first four.
    """

    property_id: str
    changes: Mapping[str, Any] = field(repr=False)
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUnit:
    """Change a unit: None stays as it is, and so do settings that are not named.

    `eco` is whether it takes part in the energy-saving automation, `tier_features` are all that it has from now on.
    """

    device_id: str
    name: str | None = None
    enabled: bool | None = None
    eco: bool | None = None
    tier_features: Sequence[str] | None = None
    settings: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddProperty:
    """Add a property; answered by its `property_id`."""

    name: str
    category: str
    address: str = field(repr=False)
    timezone: str
    settings: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterUnit:
    """Add a unit, by what is printed on it, to a property; answered by its `device_id`."""

    property_id: str
    mac: str = field(repr=False)
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSensors:
    """Ask for more sensors, for a property of the account or for another place; answered by its `order_id`."""

    count: int
    property_id: str | None = None
    place: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSummaryReport:
    """Have a summary report of some properties sent to the account's owner."""

    property_ids: Sequence[str]
    period: str
    types: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestIncidentReport:
    """Have an incident report made over whole days, both included; answered by its `report_id`."""

    property_id: str
    first_day: date
    last_day: date
    emails: Sequence[str] = field(repr=False)
    types: Sequence[str] | None = None
    label: str | None = None


type AdministrationCommand = (
    ChangeProfile
    | ChangeProperty
    | ChangeUnit
    | AddProperty
    | RegisterUnit
    | OrderSensors
    | EmailSummaryReport
    | RequestIncidentReport
)
