"""Every operation of both APIs as a typed call: with all that it takes, and with as little as it takes."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from custom_components.layla.cloud.layla.owner import OwnerApi
from custom_components.layla.cloud.layla.partner import PartnerApi
from custom_components.layla.cloud.layla.queries import Series, StatisticsScope
from custom_components.layla.cloud.layla.shared import SharedApi
from tests.cloud.conftest import NOW

type SharedCall = Callable[[SharedApi], Awaitable[Any]]
type OwnerCall = Callable[[OwnerApi], Awaitable[Any]]
type PartnerCall = Callable[[PartnerApi], Awaitable[Any]]

BERLIN: Final = ZoneInfo("Europe/Berlin")
LATER: Final = NOW + timedelta(hours=1)
HOME: Final = "home"
UNIT: Final = "unit"
SCOPE: Final = StatisticsScope(
    category="house", property_ids=[HOME], device_ids=[UNIT, "other"], start=NOW - timedelta(days=1), end=NOW
)
SERIES: Final = Series(measure="temperature", granularity="15min", start=NOW - timedelta(hours=6), end=NOW, zone=BERLIN)
MONTHS: Final = Series(measure="noise", granularity="months", start=NOW - timedelta(days=300), end=NOW, zone=BERLIN)

_FULL: Final[Mapping[str, SharedCall]] = {
    "getCurrentUser": lambda api: api.get_current_user(),
    "updateProperty": lambda api: api.update_property(HOME, {"name": "House", "enabled": False}),
    "replaceProperty": lambda api: api.replace_property(
        HOME,
        {
            "name": "House",
            "category": "house",
            "address": "1 Small Lane",
            "timezone": "Europe/Berlin",
            "settings": {"kept": True},
            "enabled": True,
        },
    ),
    "setPropertyAlarms": lambda api: api.set_property_alarms(
        HOME,
        {
            "noise_alarm": True,
            "noise_alarm_quiet_hours": False,
            "occupancy_alarm": True,
            "occupancy_alarm_quiet_hours": False,
            "security_alarm": True,
        },
    ),
    "setPropertyEcoMode": lambda api: api.set_property_eco_mode(HOME, eco_mode=True),
    "listDevices": lambda api: api.list_devices(
        property_id=HOME, fields=["alarm_event_counts", "latest_values", "in_alarm", "snoozed", "active_alarms"]
    ),
    "getDevice": lambda api: api.get_device(UNIT),
    "getAlarmSummary": lambda api: api.get_alarm_summary("noise_alarm", SCOPE),
    "listNotifications": lambda api: api.list_notifications(
        NOW - timedelta(days=1), end=NOW, property_id=HOME, seen=False, types=["noise_alarm_start", "eco_mode_enabled"]
    ),
    "listLatestNotifications": lambda api: api.list_latest_notifications(
        NOW - timedelta(days=1), property_ids=[HOME], types=["noise_alarm_end"]
    ),
}
_SPARSE: Final[Mapping[str, SharedCall]] = {
    "setPropertyAlarms": lambda api: api.set_property_alarms(HOME, {"security_alarm": False}),
    "setPropertyEcoMode": lambda api: api.set_property_eco_mode(HOME, eco_mode=False),
    "listDevices": lambda api: api.list_devices(),
    "getAlarmSummary": lambda api: api.get_alarm_summary("security_alarm", StatisticsScope()),
    "listNotifications": lambda api: api.list_notifications(NOW - timedelta(days=1)),
    "listLatestNotifications": lambda api: api.list_latest_notifications(NOW - timedelta(days=1)),
}

OWNER_FULL: Final[Mapping[str, OwnerCall]] = {
    **_FULL,
    "replaceCurrentUser": lambda api: api.replace_current_user(
        {
            "name": "Robin",
            "accepted_policy": 1,
            "email": "robin@example.com",
            "address": "1 Example Street",
            "phone": "+1 555 0100",
            "company": "Example Stays",
            "title": "Owner",
            "preferences": {"currency": "EUR", "language": "en", "temperature_unit": "F"},
            "notification_preferences": {"in_app": True},
            "alarm_notification_preferences": {"smoke_alarm": {"email": True, "push": True}},
            "notification_frequency": ["realtime", "weekly"],
            "is_onboarded": True,
        }
    ),
    "updateCurrentUser": lambda api: api.update_current_user({"preferences": {"temperature_unit": "C"}}),
    "listProperties": lambda api: api.list_properties(
        property_id=HOME,
        currency="ILS",
        fields=[
            "users",
            "alarm_event_counts",
            "monthly_savings",
            "total_savings",
            "total_efficiency_gains",
            "alarm_states",
            "devices",
        ],
        filters=["eco", "noise_alarm", "security_alarm"],
        sort_by="crowd_events",
    ),
    "getDashboard": lambda api: api.get_dashboard(
        BERLIN, fields=["alarm_states"], start=NOW - timedelta(days=2), end=NOW
    ),
    "listPropertyStatus": lambda api: api.list_property_status([HOME, "other"]),
    "getPropertyStatus": lambda api: api.get_property_status(HOME),
    "getPropertyMeasurements": lambda api: api.get_property_measurements(HOME, SERIES),
    "listAllDevices": lambda api: api.list_all_devices(property_id=HOME),
    "updateDevice": lambda api: api.update_device(
        UNIT,
        {
            "device_mac": "02:00:00:00:00:01",
            "category": "v3.0",
            "name": "Room",
            "enabled": True,
            "alarms": [{"name": "noise_alarm", "enabled": True, "threshold": 70, "unknown": {"kept": True}}],
            "features": ["eco"],
            "tier_features": ["climate", "environment", "motion_safety", "safety"],
            "device_pillar": "noise",
            "settings": {"last_PIR_detected_time_th": 600},
        },
    ),
    "getDeviceMeasurements": lambda api: api.get_device_measurements(UNIT, SERIES),
    "setDeviceEcoThreshold": lambda api: api.set_device_eco_threshold(UNIT, 900),
    "setDevicePillar": lambda api: api.set_device_pillar(UNIT, "air_quality"),
    "testDeviceIr": lambda api: api.test_device_ir(UNIT, "learn"),
    "scheduleAcTimer": lambda api: api.schedule_ac_timer(UNIT, "on", LATER),
    "cancelAcTimer": lambda api: api.cancel_ac_timer(UNIT),
    "putAcSchedule": lambda api: api.put_ac_schedule(
        UNIT,
        {
            "enabled": True,
            "days": ["mon", "sun"],
            "start_time": "08:00",
            "end_time": "18:30",
            "change_ac_state": True,
            "appliance_config": {"vendor": "any", "mode": "cool", "temperature": 24},
        },
    ),
    "deleteAcSchedule": lambda api: api.delete_ac_schedule(UNIT),
    "getStatistics": lambda api: api.get_statistics(
        category="house", period="three_months", currency="USD", property_id=HOME, device_id=UNIT, trends=True
    ),
    "getAlarmSeries": lambda api: api.get_alarm_series("noise_alarm", SCOPE, "hours"),
    "getAlarmSummaryByProperty": lambda api: api.get_alarm_summary_by_property("noise_alarm", SCOPE),
    "getAlarmSummariesByProperty": lambda api: api.get_alarm_summaries_by_property(["noise_alarm", "co_alarm"], SCOPE),
    "markNotificationsSeen": lambda api: api.mark_notifications_seen(ids=["a", "b"], property_id=HOME),
    "emailSummaryReport": lambda api: api.email_summary_report(
        [HOME], "all_time", ["owner", "smoke", "noise", "executive"]
    ),
    "requestIncidentReport": lambda api: api.request_incident_report(
        HOME,
        ["robin@example.com"],
        date(2026, 11, 1),
        date(2026, 11, 19),
        report_types=["noise", "crowd", "co"],
        property_name="Home",
    ),
    "getIncidentReport": lambda api: api.get_incident_report("report"),
}
"""Every operation with all that it takes."""

OWNER_SPARSE: Final[Mapping[str, OwnerCall]] = {
    **_SPARSE,
    "replaceCurrentUser": lambda api: api.replace_current_user({"name": "Robin"}),
    "updateCurrentUser": lambda api: api.update_current_user({}),
    "listProperties": lambda api: api.list_properties(),
    "getDashboard": lambda api: api.get_dashboard(BERLIN),
    "listPropertyStatus": lambda api: api.list_property_status(),
    "listAllDevices": lambda api: api.list_all_devices(),
    "updateDevice": lambda api: api.update_device(UNIT, {}),
    "testDeviceIr": lambda api: api.test_device_ir(UNIT),
    "putAcSchedule": lambda api: api.put_ac_schedule(UNIT, {"enabled": False, "change_ac_state": False}),
    "getStatistics": lambda api: api.get_statistics(),
    "getAlarmSeries": lambda api: api.get_alarm_series("occupancy_alarm_quiet_hours", StatisticsScope(), "minutes"),
    "getAlarmSummaryByProperty": lambda api: api.get_alarm_summary_by_property("noise_alarm", StatisticsScope()),
    "getAlarmSummariesByProperty": lambda api: api.get_alarm_summaries_by_property(["noise_alarm"], StatisticsScope()),
    "markNotificationsSeen": lambda api: api.mark_notifications_seen(property_id=HOME),
    "emailSummaryReport": lambda api: api.email_summary_report([HOME], "day"),
    "requestIncidentReport": lambda api: api.request_incident_report(
        HOME, ["robin@example.com"], date(2026, 11, 19), date(2026, 11, 19)
    ),
}
"""Operations with as little as they take."""

PARTNER_FULL: Final[Mapping[str, PartnerCall]] = {
    **_FULL,
    "replaceCurrentUser": lambda api: api.replace_current_user(
        {
            "picture_url": "https://pictures.example.com/new.jpg",
            "name": "Robin",
            "accepted_policy": 7,
            "email": "robin@example.com",
            "address": "1 Example Street",
            "phone": "+1 555 0100",
            "company": "Example Stays",
            "title": "Owner",
            "preferences": {"currency": "EUR"},
            "notification_preferences": {"in_app": True, "sms": False},
        }
    ),
    "updateCurrentUser": lambda api: api.update_current_user({"title": "Manager"}),
    "createPictureUploadUrls": lambda api: api.create_picture_upload_urls(),
    "listProperties": lambda api: api.list_properties(
        property_id=HOME,
        currency="GBP",
        fields=["alarm_event_counts", "monthly_savings", "total_savings", "total_efficiency_gains"],
        sort_by="name",
    ),
    "createProperty": lambda api: api.create_property(
        {
            "name": "New",
            "category": "apartment",
            "address": "2 Example Street",
            "timezone": "Europe/Berlin",
            "settings": {"kept": True},
            "enabled": True,
        }
    ),
    "getPropertyMeasurements": lambda api: api.get_property_measurements(HOME, MONTHS),
    "createDevice": lambda api: api.create_device(
        {
            "property_id": HOME,
            "device_mac": "02:00:00:00:00:02",
            "category": "SP",
            "name": "Attic",
            "enabled": True,
            "alarms": [{"name": "noise_alarm", "enabled": True, "threshold": 70}],
            "features": ["eco"],
            "settings": {"last_PIR_detected_time_th": 600},
        }
    ),
    "updateDevice": lambda api: api.update_device(
        UNIT,
        {
            "device_mac": "02:00:00:00:00:03",
            "category": "SP",
            "name": "Room",
            "enabled": True,
            "alarms": [{"name": "noise_alarm", "enabled": True, "threshold": 70, "unknown": {"kept": True}}],
            "features": ["eco"],
            "settings": {"last_PIR_detected_time_th": 600},
        },
    ),
    "getDeviceMeasurements": lambda api: api.get_device_measurements(UNIT, MONTHS),
    "getStatistics": lambda api: api.get_statistics(
        category="house", period="year", currency="USD", property_id=HOME, device_id=UNIT, trends=True
    ),
    "getSavingsSeries": lambda api: api.get_savings_series(SCOPE, "hours", "EUR"),
    "getSavingsSummary": lambda api: api.get_savings_summary(SCOPE, "BRL"),
    "getAlarmSeries": lambda api: api.get_alarm_series("noise_alarm", SCOPE, "days"),
    "getEfficiencySeries": lambda api: api.get_efficiency_series(SCOPE, "days", "EUR"),
    "getEfficiencySummary": lambda api: api.get_efficiency_summary(SCOPE, "EUR"),
    "createSensorRequest": lambda api: api.create_sensor_request(
        {
            "property_id": HOME,
            "property_name": "Home",
            "sensors_count": 3,
            "country": "Germany",
            "city": "Berlin",
            "street": "Example Street",
            "apartment": "4",
        }
    ),
}
"""Every operation with all that it takes."""

PARTNER_SPARSE: Final[Mapping[str, PartnerCall]] = {
    **_SPARSE,
    "updateCurrentUser": lambda api: api.update_current_user({}),
    "listProperties": lambda api: api.list_properties(),
    "createProperty": lambda api: api.create_property(
        {"name": "New", "category": "house", "address": "2 Example Street", "timezone": "Europe/Berlin"}
    ),
    "createDevice": lambda api: api.create_device(
        {"property_id": HOME, "device_mac": "02:00:00:00:00:02", "category": "SP", "name": "Attic"}
    ),
    "updateDevice": lambda api: api.update_device(UNIT, {}),
    "getStatistics": lambda api: api.get_statistics(),
    "getSavingsSeries": lambda api: api.get_savings_series(StatisticsScope(), "hours"),
    "getSavingsSummary": lambda api: api.get_savings_summary(StatisticsScope()),
    "getAlarmSeries": lambda api: api.get_alarm_series("noise_alarm", StatisticsScope(), "hours"),
    "getEfficiencySeries": lambda api: api.get_efficiency_series(StatisticsScope(), "hours"),
    "getEfficiencySummary": lambda api: api.get_efficiency_summary(StatisticsScope()),
    "createSensorRequest": lambda api: api.create_sensor_request({"sensors_count": 1}),
}
"""Operations with as little as they take."""
