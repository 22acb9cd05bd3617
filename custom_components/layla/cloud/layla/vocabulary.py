"""The words of LaylaElectric's APIs (v1), as types: what we send matches the published schemas.

Where the partner API has other words than the owner API, theirs have its name.
"""

from collections.abc import Iterator
from typing import Any, Literal, TypeAliasType, TypedDict, get_args

from .. import ac_plans, commands

type MeasureName = Literal[
    "power",
    "temperature",
    "humidity",
    "noise",
    "occupancy_min",
    "occupancy_max",
    "wifi_rssi",
    "net_qlt",
    "aq_iaq",
    "mold_risk_index",
]
type PartnerMeasureName = Literal["power", "temperature", "noise"]
type OwnerGranularity = Literal["minutes", "15min", "hours"]
type PartnerGranularity = Literal["hours", "days", "months", "years"]
type Granularity = OwnerGranularity | PartnerGranularity
type PartnerCurrency = Literal["USD", "EUR", "GBP", "ILS", "BRL"]
type Currency = PartnerCurrency | Literal["MXN"]
type Pillar = commands.Pillar
type PartnerPeriod = Literal["day", "week", "month", "year"]
type Period = PartnerPeriod | Literal["two_days", "three_months"]
type ReportPeriod = Period | Literal["all_time"]
type SummaryReportType = Literal["owner", "smoke", "noise", "executive"]
type IncidentType = Literal[
    "noise",
    "crowd",
    "smoke",
    "mold",
    "air_quality",
    "activity",
    "temperature",
    "humidity",
    "security",
    "movement_count",
    "co",
]
type Weekday = ac_plans.Weekday
type InfraredMode = commands.InfraredMode
type AcPower = Literal["on", "off"]
type PropertyAlarm = Literal[
    "noise_alarm",
    "noise_alarm_quiet_hours",
    "occupancy_alarm",
    "occupancy_alarm_quiet_hours",
    "security_alarm",
]
type PartnerPropertyField = Literal["alarm_event_counts", "monthly_savings", "total_savings", "total_efficiency_gains"]
type PropertyField = PartnerPropertyField | Literal["users", "alarm_states", "devices"]
type PartnerPropertyCategory = Literal["house", "apartment", "office", "commercial"]
type PropertyFilter = Literal["eco", "noise_alarm", "security_alarm"]
type PropertyOrder = Literal["money_saved", "noise_events", "crowd_events", "security_events"]
type TierFeature = Literal["climate", "environment", "motion_safety", "safety"]
type NotificationFrequency = Literal["realtime", "daily", "weekly"]
type DeviceField = Literal["alarm_event_counts", "latest_values", "in_alarm", "snoozed", "active_alarms"]

# Objects whose members are the vendor's own and must survive a write back unread.
type FreeForm = dict[str, Any]


def words_of(kind: TypeAliasType) -> frozenset[str]:
    """Return the words of a type, those of the types in it included."""
    return frozenset(_words(kind))


def _words(kind: object) -> Iterator[str]:
    if isinstance(kind, str):
        yield kind
        return
    for part in (kind.__value__,) if isinstance(kind, TypeAliasType) else get_args(kind):
        yield from _words(part)


class _UserOptions(TypedDict, total=False):
    accepted_policy: Literal[0, 1]
    email: str
    address: str
    phone: str
    company: str
    title: str
    preferences: FreeForm
    notification_preferences: FreeForm
    alarm_notification_preferences: FreeForm
    notification_frequency: list[NotificationFrequency]
    is_onboarded: bool


class UserPatch(_UserOptions, total=False):
    """Any subset of the editable profile."""

    name: str


class UserReplacement(_UserOptions):
    """The whole editable profile; what is absent is set to its default (L29)."""

    name: str


class _PartnerUserOptions(TypedDict, total=False):
    picture_url: str
    accepted_policy: int
    email: str
    preferences: FreeForm
    notification_preferences: FreeForm


class PartnerUserPatch(_PartnerUserOptions, total=False):
    """Any subset of the editable profile."""

    name: str
    address: str
    phone: str
    company: str
    title: str


class PartnerUserReplacement(_PartnerUserOptions):
    """The whole editable profile (P5)."""

    name: str
    address: str
    phone: str
    company: str
    title: str


class _PropertyOptions(TypedDict, total=False):
    settings: FreeForm
    enabled: bool


class PropertyPatch(_PropertyOptions, total=False):
    """Any subset of the editable members of a property."""

    name: str
    category: str
    address: str
    timezone: str


class PropertyReplacement(_PropertyOptions):
    """All editable members of a property; what is absent is set to its default (L29)."""

    name: str
    category: str
    address: str
    timezone: str


class PropertyCreation(_PropertyOptions):
    """A property that is added by the partner API."""

    name: str
    category: PartnerPropertyCategory
    address: str
    timezone: str


class _DeviceOptions(TypedDict, total=False):
    enabled: bool
    alarms: list[FreeForm]
    features: list[Literal["eco"]]
    settings: FreeForm


class SharedDevicePatch(_DeviceOptions, total=False):
    """What both APIs can change of a unit in the same words; arrays are replaced whole (L24)."""


class PartnerDevicePatch(SharedDevicePatch, total=False):
    """Any subset of the editable members of a unit; arrays are replaced whole (L24)."""

    device_mac: str
    category: Literal["SP"]
    name: str


class DeviceCreation(_DeviceOptions):
    """A unit that is registered by the partner API."""

    property_id: str
    device_mac: str
    category: Literal["SP"]
    name: str


class _SensorOrderOptions(TypedDict, total=False):
    property_id: str
    property_name: str
    country: str
    city: str
    street: str
    apartment: str


class SensorOrder(_SensorOrderOptions):
    """How many more sensors are wanted, and where."""

    sensors_count: float


class DevicePatch(SharedDevicePatch, total=False):
    """Any subset of the editable members of a unit; arrays are replaced whole (L24)."""

    device_mac: str
    category: Literal["EM", "SP", "v3.0"]
    name: str
    tier_features: list[TierFeature]
    device_pillar: Pillar


class AcSchedule(TypedDict, total=False):
    """The weekly schedule of a unit's AC; times are `HH:MM` in the property's zone (L23)."""

    enabled: bool
    days: list[Weekday]
    start_time: str
    end_time: str
    change_ac_state: bool
    appliance_config: FreeForm
