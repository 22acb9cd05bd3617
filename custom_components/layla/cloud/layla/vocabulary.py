"""The words of LaylaElectric's owner API (v1), as types: what we send matches the published schema."""

from typing import Any, Literal, TypedDict

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
type Granularity = Literal["minutes", "15min", "hours"]
type Currency = Literal["USD", "EUR", "GBP", "ILS", "BRL", "MXN"]
type Pillar = Literal["noise", "air_quality", "smart_ac"]
type Period = Literal["day", "two_days", "week", "month", "three_months", "year"]
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
type Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
type InfraredMode = Literal["smart", "learn"]
type AcPower = Literal["on", "off"]
type PropertyAlarm = Literal[
    "noise_alarm",
    "noise_alarm_quiet_hours",
    "occupancy_alarm",
    "occupancy_alarm_quiet_hours",
    "security_alarm",
]
type PropertyField = Literal[
    "users",
    "alarm_event_counts",
    "monthly_savings",
    "total_savings",
    "total_efficiency_gains",
    "alarm_states",
    "devices",
]
type PropertyFilter = Literal["eco", "noise_alarm", "security_alarm"]
type PropertyOrder = Literal["money_saved", "noise_events", "crowd_events", "security_events"]
type DeviceField = Literal["alarm_event_counts", "latest_values", "in_alarm", "snoozed", "active_alarms"]

# Objects whose members are the vendor's own and must survive a write back unread.
type FreeForm = dict[str, Any]


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
    notification_frequency: list[Literal["realtime", "daily", "weekly"]]
    is_onboarded: bool


class UserPatch(_UserOptions, total=False):
    """Any subset of the editable profile."""

    name: str


class UserReplacement(_UserOptions):
    """The whole editable profile; what is absent is set to its default (L29)."""

    name: str


class _PropertyOptions(TypedDict, total=False):
    settings: FreeForm
    enabled: Literal[0, 1]


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


class DevicePatch(TypedDict, total=False):
    """Any subset of the editable members of a unit; arrays are replaced whole (L24)."""

    device_mac: str
    category: Literal["EM", "SP", "v3.0"]
    name: str
    enabled: bool
    alarms: list[FreeForm]
    features: list[Literal["eco"]]
    tier_features: list[Literal["climate", "environment", "motion_safety", "safety"]]
    device_pillar: Pillar
    settings: FreeForm


class AcSchedule(TypedDict, total=False):
    """The weekly schedule of a unit's AC; times are `HH:MM` in the property's zone (L23)."""

    enabled: bool
    days: list[Weekday]
    start_time: str
    end_time: str
    change_ac_state: bool
    appliance_config: FreeForm
