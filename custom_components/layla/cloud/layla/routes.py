"""Where LaylaElectric's operations live. Many paths are reconstructed: the evidence column says how well."""

from collections.abc import Mapping
from typing import Final

from ..route import Evidence, Route, table

# Host from the only domain that the documents name, prefix from the partner API: a guess (L1).
DEFAULT_BASE_URL: Final = "https://api.layla.eco/api"
# Of sign-in the documents give nothing but the protocol: the usual paths (P1).
DEFAULT_AUTHORIZE_URL: Final = "https://api.layla.eco/oauth/authorize"
DEFAULT_TOKEN_URL: Final = "https://api.layla.eco/oauth/token"  # noqa: S105  # an address, not a secret

OWNER_ROUTES: Final[Mapping[str, Route]] = table(
    Route("getCurrentUser", "GET", "/v1/users/self", Evidence.HIGH),
    Route("replaceCurrentUser", "PUT", "/v1/users/self", Evidence.HIGH),
    Route("updateCurrentUser", "PATCH", "/v1/users/self", Evidence.STATED),
    Route("listProperties", "GET", "/v1/properties", Evidence.STATED),
    Route("getDashboard", "GET", "/v3/properties/dashboard", Evidence.STATED),
    Route("listPropertyStatus", "GET", "/v3/properties/status", Evidence.MEDIUM),
    Route("getPropertyStatus", "GET", "/v3/properties/{id}/status", Evidence.MEDIUM),
    Route("replaceProperty", "PUT", "/v1/properties/{id}", Evidence.HIGH),
    Route("updateProperty", "PATCH", "/v1/properties/{id}", Evidence.HIGH),
    Route("setPropertyAlarms", "PATCH", "/v1/properties/{id}/alarms", Evidence.LOW),
    Route("setPropertyEcoMode", "PATCH", "/v1/properties/{id}/eco_mode", Evidence.LOW),
    Route("getPropertyMeasurements", "GET", "/v1/properties/{id}/measurements", Evidence.MEDIUM),
    Route("listDevices", "GET", "/v1/devices", Evidence.HIGH),
    Route("listAllDevices", "GET", "/v1/devices/all", Evidence.LOW),
    Route("getDevice", "GET", "/v1/devices/{id}", Evidence.HIGH),
    Route("updateDevice", "PATCH", "/v1/devices/{id}", Evidence.HIGH),
    Route("getDeviceMeasurements", "GET", "/v1/devices/{id}/measurements", Evidence.MEDIUM),
    Route("setDeviceEcoThreshold", "PATCH", "/v1/devices/{id}/eco_mode", Evidence.LOW),
    Route("setDevicePillar", "PATCH", "/v1/devices/{id}/pillar", Evidence.STATED),
    Route("testDeviceIr", "POST", "/v1/devices/{id}/ir/test", Evidence.LOW),
    Route("scheduleAcTimer", "POST", "/v1/devices/{id}/ac/timer", Evidence.LOW),
    Route("cancelAcTimer", "DELETE", "/v1/devices/{id}/ac/timer", Evidence.LOW),
    Route("putAcSchedule", "PUT", "/v1/devices/{id}/ac/schedule", Evidence.LOW),
    Route("deleteAcSchedule", "DELETE", "/v1/devices/{id}/ac/schedule", Evidence.LOW),
    Route("getStatistics", "GET", "/v1/statistics", Evidence.MEDIUM),
    Route("getAlarmSeries", "GET", "/v1/statistics/alarm_events/{name}", Evidence.LOW),
    Route("getAlarmSummary", "GET", "/v1/statistics/alarm_events/{name}/summary", Evidence.MEDIUM),
    Route("getAlarmSummaryByProperty", "GET", "/v1/statistics/alarm_events/{name}/summary/by_property", Evidence.LOW),
    Route("getAlarmSummariesByProperty", "GET", "/v1/statistics/alarm_events/summary/by_property", Evidence.LOW),
    Route("listNotifications", "GET", "/v1/notifications", Evidence.MEDIUM),
    Route("listLatestNotifications", "GET", "/v1/notifications/latest", Evidence.LOW),
    Route("markNotificationsSeen", "PATCH", "/v1/notifications/seen", Evidence.LOW),
    Route("emailSummaryReport", "POST", "/v1/reports/summary", Evidence.LOW),
    Route("requestIncidentReport", "POST", "/v1/reports/incident", Evidence.STATED),
    Route("getIncidentReport", "GET", "/v1/reports/{id}", Evidence.STATED),
)

# An older and smaller API beside it (seed 001), below the same prefix as far as its document tells.
PARTNER_ROUTES: Final[Mapping[str, Route]] = table(
    Route("getCurrentUser", "GET", "/v1/users/self", Evidence.HIGH),
    Route("replaceCurrentUser", "PUT", "/v1/users/self", Evidence.HIGH),
    Route("updateCurrentUser", "PATCH", "/v1/users/self", Evidence.HIGH),
    Route("createPictureUploadUrls", "POST", "/v1/users/self/picture/upload_urls", Evidence.STATED),
    Route("listProperties", "GET", "/v1/properties", Evidence.HIGH),
    Route("createProperty", "POST", "/v1/properties", Evidence.HIGH),
    Route("replaceProperty", "PUT", "/v1/properties/{id}", Evidence.HIGH),
    Route("updateProperty", "PATCH", "/v1/properties/{id}", Evidence.HIGH),
    Route("setPropertyAlarms", "PATCH", "/v1/properties/{id}/alarms", Evidence.LOW),
    Route("setPropertyEcoMode", "PATCH", "/v1/properties/{id}/eco_mode", Evidence.LOW),
    Route("getPropertyMeasurements", "GET", "/v1/properties/{id}/measurements", Evidence.MEDIUM),
    Route("listDevices", "GET", "/v1/devices", Evidence.HIGH),
    Route("createDevice", "POST", "/v1/devices", Evidence.HIGH),
    Route("getDevice", "GET", "/v1/devices/{id}", Evidence.HIGH),
    Route("updateDevice", "PATCH", "/v1/devices/{id}", Evidence.HIGH),
    Route("getDeviceMeasurements", "GET", "/v1/devices/{id}/measurements", Evidence.MEDIUM),
    Route("getStatistics", "GET", "/v1/statistics", Evidence.MEDIUM),
    Route("getSavingsSeries", "GET", "/v1/statistics/savings", Evidence.LOW),
    Route("getSavingsSummary", "GET", "/v1/statistics/savings/summary", Evidence.MEDIUM),
    Route("getAlarmSeries", "GET", "/v1/statistics/alarm_events/{name}", Evidence.LOW),
    Route("getAlarmSummary", "GET", "/v1/statistics/alarm_events/{name}/summary", Evidence.MEDIUM),
    Route("getEfficiencySeries", "GET", "/v1/statistics/efficiency_gains", Evidence.LOW),
    Route("getEfficiencySummary", "GET", "/v1/statistics/efficiency_gains/summary", Evidence.LOW),
    Route("createSensorRequest", "POST", "/v1/sensor_requests", Evidence.MEDIUM),
    Route("listNotifications", "GET", "/v1/notifications", Evidence.MEDIUM),
    Route("listLatestNotifications", "GET", "/v1/notifications/latest", Evidence.LOW),
)
