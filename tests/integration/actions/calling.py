"""Calls of actions as automations make them: each action once, with as little as it takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.layla.const import DOMAIN

UNIT: Final = "unit:unit"
HOME: Final = "property:home"
TOKEN: Final = frozenset({"token"})
SIGN_IN: Final = frozenset({"sign_in"})


@dataclass(frozen=True, slots=True)
class Call:
    """What an action is called with, the operation that it comes to, and the ways into an account that have it.

    A device is named as identifiers do: by kind and id.
    """

    operation: str
    data: Mapping[str, Any] = field(default_factory=dict)
    ways: frozenset[str] = TOKEN | SIGN_IN


CALLS: Final[Mapping[str, Call]] = {
    "add_property": Call("createProperty", {"name": "Hut", "category": "house", "address": "2 Road"}, SIGN_IN),
    "configure_alarm": Call("updateDevice", {"device_id": [UNIT], "alarm": "noise_alarm", "threshold": 61}),
    "email_summary_report": Call("emailSummaryReport", {"period": "week"}, TOKEN),
    "get_alarm_events": Call("getAlarmSeries", {"alarm": "noise_alarm"}),
    "get_alarm_totals": Call("getAlarmSummary", {"alarm": "noise_alarm"}),
    "get_alarm_totals_by_property": Call("getAlarmSummariesByProperty", {}, TOKEN),
    "get_dashboard": Call("getDashboard", {}, TOKEN),
    "get_efficiency_series": Call("getEfficiencySeries", {}, SIGN_IN),
    "get_efficiency_summary": Call("getEfficiencySummary", {}, SIGN_IN),
    "get_latest_notifications": Call("listLatestNotifications"),
    "get_measurements": Call("getDeviceMeasurements", {"device_id": UNIT, "measure": "noise"}),
    "get_notifications": Call("listNotifications"),
    "get_property_status": Call("listPropertyStatus", {}, TOKEN),
    "get_savings_series": Call("getSavingsSeries", {}, SIGN_IN),
    "get_savings_summary": Call("getSavingsSummary", {}, SIGN_IN),
    "get_statistics": Call("getStatistics"),
    "get_units": Call("getDevice", {"device_id": UNIT}),
    "mark_notifications_seen": Call("markNotificationsSeen", {"device_id": [HOME]}, TOKEN),
    "order_sensors": Call("createSensorRequest", {"count": 2}, SIGN_IN),
    "register_unit": Call("createDevice", {"device_id": HOME, "mac": "02:00:00:00:00:01", "name": "Attic"}, SIGN_IN),
    "request_incident_report": Call(
        "requestIncidentReport", {"device_id": HOME, "emails": "a@example.com", "start_date": "2026-11-19"}, TOKEN
    ),
    "update_profile": Call("updateCurrentUser", {"company": "Other Stays"}),
    "update_property": Call("updateProperty", {"device_id": HOME, "name": "Cottage"}),
    "update_unit": Call("updateDevice", {"device_id": UNIT, "name": "Lounge"}),
}


def device_id(hass: HomeAssistant, entry: MockConfigEntry, item: str) -> str:
    """Return the device of an item, named by kind and id."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"layla:{item}"), entry.entry_id)
    assert device is not None, item
    return device.id


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls actions of one account."""

    hass: HomeAssistant
    entry: MockConfigEntry

    async def act(self, action: str, **data: Any) -> Any:
        """Call an action, and return what it answers; devices are named by kind and id."""
        if "device_id" in data:
            named = data["device_id"]
            data["device_id"] = self._device(named) if isinstance(named, str) else [self._device(one) for one in named]
        answers = self.hass.services.supports_response(DOMAIN, action) is not SupportsResponse.NONE
        return await self.hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=answers)

    def _device(self, item: str) -> str:
        return device_id(self.hass, self.entry, item) if ":" in item else item
