"""LaylaElectric's owner API, v1: its 35 operations as typed calls, in the order of its document.

Arguments take the published words; replies come as decoded JSON of the promised outer shape and are
read by `parse`. Aware datetimes go in and leave as local times of the zone that is named beside them.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from ..errors import UnreadableAnswer
from ..http import HttpClient, QueryValue
from ..route import Route
from .queries import AlarmScope, Series, local
from .routes import OWNER_ROUTES
from .vocabulary import (
    AcPower,
    AcSchedule,
    Currency,
    DeviceField,
    DevicePatch,
    Granularity,
    IncidentType,
    InfraredMode,
    Period,
    Pillar,
    PropertyAlarm,
    PropertyField,
    PropertyFilter,
    PropertyOrder,
    PropertyPatch,
    PropertyReplacement,
    ReportPeriod,
    SummaryReportType,
    UserPatch,
    UserReplacement,
)

type JsonObject = Mapping[str, object]
type JsonList = Sequence[object]


# Printed as one object, promised as one entry per property: both are taken (L18).
_LONE_OBJECTS: Final = ("getAlarmSummaryByProperty", "getAlarmSummariesByProperty")


class OwnerApi:
    """Every call raises CloudError; none waits or repeats beyond what the HTTP layer does."""

    def __init__(self, http: HttpClient, routes: Mapping[str, Route] = OWNER_ROUTES) -> None:
        """Take the HTTP layer and the route table, with the user's overrides in it."""
        self._http = http
        self._routes = routes

    @property
    def request_count(self) -> int:
        """How many requests went out so far."""
        return self._http.request_count

    @property
    def server_ahead(self) -> timedelta:
        """How far the server's clock is ahead of ours, by its latest answer."""
        return self._http.server_ahead

    # users

    async def get_current_user(self) -> JsonObject:
        """Read the profile of the token's owner."""
        return await self._object("getCurrentUser")

    async def replace_current_user(self, user: UserReplacement) -> JsonObject:
        """Overwrite the profile."""
        return await self._object("replaceCurrentUser", body=user)

    async def update_current_user(self, user: UserPatch) -> JsonObject:
        """Change part of the profile."""
        return await self._object("updateCurrentUser", body=user)

    # properties

    async def list_properties(
        self,
        *,
        property_id: str | None = None,
        currency: Currency | None = None,
        fields: Sequence[PropertyField] | None = None,
        filters: Sequence[PropertyFilter] | None = None,
        sort_by: PropertyOrder | None = None,
    ) -> JsonList:
        """Read the properties of the caller; each of `fields` costs the cloud time."""
        query: dict[str, QueryValue] = {
            "id": property_id,
            "currency": currency,
            "fields": fields,
            "filters": filters,
            "sort_by": sort_by,
        }
        return await self._list("listProperties", query=query)

    async def get_dashboard(
        self,
        timezone: ZoneInfo,
        *,
        fields: Sequence[str] | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> JsonObject:
        """Read the home screen of the vendor's app, its range in `timezone`."""
        query: dict[str, QueryValue] = {
            "timezone": timezone.key,
            "fields": fields,
            "start": local(start, timezone),
            "end": local(end, timezone),
        }
        return await self._object("getDashboard", query=query)

    async def list_property_status(self, property_ids: Sequence[str] | None = None) -> JsonObject:
        """Read the online state of some properties, or of all."""
        return await self._object("listPropertyStatus", query={"property_ids": property_ids})

    async def get_property_status(self, property_id: str) -> JsonObject:
        """Read the online state of one property."""
        return await self._object("getPropertyStatus", property_id)

    async def replace_property(self, property_id: str, content: PropertyReplacement) -> JsonObject:
        """Overwrite a property."""
        return await self._object("replaceProperty", property_id, body=content)

    async def update_property(self, property_id: str, content: PropertyPatch) -> JsonObject:
        """Change part of a property."""
        return await self._object("updateProperty", property_id, body=content)

    async def set_property_alarms(self, property_id: str, alarms: Mapping[PropertyAlarm, bool]) -> None:
        """Arm or disarm alarms for every unit of a property; an absent one stays as it is."""
        await self._send("setPropertyAlarms", property_id, query=dict(alarms.items()))

    async def set_property_eco_mode(self, property_id: str, *, eco_mode: bool) -> None:
        """Switch the energy-saving automation of a property."""
        await self._send("setPropertyEcoMode", property_id, query={"eco_mode": eco_mode})

    async def get_property_measurements(self, property_id: str, series: Series) -> JsonList:
        """Read a series over a property's units."""
        return await self._list("getPropertyMeasurements", property_id, query=series.query())

    # devices

    async def list_devices(
        self,
        *,
        property_id: str | None = None,
        fields: Sequence[DeviceField] | None = None,
    ) -> JsonList:
        """Read the units of one property or, without one, of all (L4)."""
        return await self._list("listDevices", query={"property_id": property_id, "fields": fields})

    async def list_all_devices(self, *, property_id: str | None = None) -> JsonList:
        """Read the units of every property by the second, less certain path."""
        return await self._list("listAllDevices", query={"property_id": property_id})

    async def get_device(self, device_id: str) -> JsonObject:
        """Read one unit."""
        return await self._object("getDevice", device_id)

    async def update_device(self, device_id: str, content: DevicePatch) -> JsonObject:
        """Change part of a unit."""
        return await self._object("updateDevice", device_id, body=content)

    async def get_device_measurements(self, device_id: str, series: Series) -> JsonList:
        """Read a series of one unit."""
        return await self._list("getDeviceMeasurements", device_id, query=series.query())

    async def set_device_eco_threshold(self, device_id: str, seconds: int) -> JsonObject:
        """Set how many seconds without motion eco mode waits for."""
        body = {"last_PIR_detected_time_th": seconds}
        return await self._object("setDeviceEcoThreshold", device_id, body=body)

    async def set_device_pillar(self, device_id: str, pillar: Pillar) -> JsonObject:
        """Switch the pillar; a unit locked by activation is refused (L16)."""
        return await self._object("setDevicePillar", device_id, body={"device_pillar": pillar})

    async def test_device_ir(self, device_id: str, mode: InfraredMode | None = None) -> None:
        """Send a test pulse of infrared."""
        await self._send("testDeviceIr", device_id, body={} if mode is None else {"mode": mode})

    async def schedule_ac_timer(
        self, device_id: str, action: AcPower, at: datetime, *, patience: float | None = None
    ) -> None:
        """Turn the AC on or off once, at an aware instant in the future (L23)."""
        body = {"action": action, "scheduled_for": at.isoformat(timespec="seconds")}
        await self._send("scheduleAcTimer", device_id, body=body, patience=patience)

    async def cancel_ac_timer(self, device_id: str, *, patience: float | None = None) -> None:
        """Drop the one-time timer of the AC."""
        await self._send("cancelAcTimer", device_id, patience=patience)

    async def put_ac_schedule(self, device_id: str, schedule: AcSchedule) -> None:
        """Create or replace the weekly schedule of the AC."""
        await self._send("putAcSchedule", device_id, body=schedule)

    async def delete_ac_schedule(self, device_id: str) -> None:
        """Remove the weekly schedule of the AC."""
        await self._send("deleteAcSchedule", device_id)

    # statistics

    async def get_statistics(
        self,
        *,
        category: str | None = None,
        period: Period | None = None,
        currency: Currency | None = None,
        property_id: str | None = None,
        device_id: str | None = None,
        trends: bool = False,
    ) -> JsonList:
        """Read energy and alarm figures of a rolling window."""
        query: dict[str, QueryValue] = {
            "category": category,
            "period": period,
            "currency": currency,
            "property_id": property_id,
            "device_id": device_id,
            "fields": ["trends"] if trends else None,
        }
        return await self._list("getStatistics", query=query)

    async def get_alarm_series(self, name: str, scope: AlarmScope, granularity: Granularity) -> JsonList:
        """Read how many events an alarm had, by bucket."""
        query: dict[str, QueryValue] = {**scope.query(), "granularity": granularity}
        return await self._list("getAlarmSeries", query=query, name=name)

    async def get_alarm_summary(self, name: str, scope: AlarmScope) -> JsonObject:
        """Read how many events an alarm had."""
        return await self._object("getAlarmSummary", query=scope.query(), name=name)

    async def get_alarm_summary_by_property(self, name: str, scope: AlarmScope) -> JsonList:
        """Read how many events an alarm had, by property (L18)."""
        return await self._list("getAlarmSummaryByProperty", query=scope.query(), name=name)

    async def get_alarm_summaries_by_property(self, names: Sequence[str], scope: AlarmScope) -> JsonList:
        """Read how many events some alarms had, by property (L18)."""
        query: dict[str, QueryValue] = {**scope.query(), "names": names}
        return await self._list("getAlarmSummariesByProperty", query=query)

    # notifications

    async def list_notifications(
        self,
        start: datetime,
        *,
        end: datetime | None = None,
        property_id: str | None = None,
        seen: bool | None = None,
        types: Sequence[str] | None = None,
    ) -> JsonList:
        """Read the notifications since an aware instant, newest first (L20)."""
        query: dict[str, QueryValue] = {
            "property_id": property_id,
            "seen": seen,
            "types": types,
            "start": local(start, UTC),
            "end": local(end, UTC),
            "timezone": "UTC",
        }
        return await self._list("listNotifications", query=query)

    async def list_latest_notifications(
        self,
        start: datetime,
        *,
        property_ids: Sequence[str] | None = None,
        types: Sequence[str] | None = None,
    ) -> JsonList:
        """Read the newest notification of each property since an aware instant."""
        query: dict[str, QueryValue] = {
            "property_ids": property_ids,
            "types": types,
            "start": local(start, UTC),
            "timezone": "UTC",
        }
        return await self._list("listLatestNotifications", query=query)

    async def mark_notifications_seen(
        self, *, ids: Sequence[str] | None = None, property_id: str | None = None
    ) -> None:
        """Mark some notifications, or all of a property, as read; one of the two is needed."""
        body = {"ids": ids, "property_id": property_id}
        await self._send("markNotificationsSeen", body=_present(body))

    # reports

    async def email_summary_report(
        self,
        property_ids: Sequence[str],
        period: ReportPeriod,
        types: Sequence[SummaryReportType] | None = None,
    ) -> None:
        """Have a summary report sent by e-mail."""
        body = {"property_ids": property_ids, "period": period, "types": types}
        await self._send("emailSummaryReport", body=_present(body))

    async def request_incident_report(
        self,
        property_id: str,
        emails: Sequence[str],
        first_day: date,
        last_day: date,
        *,
        report_types: Sequence[IncidentType] | None = None,
        property_name: str | None = None,
    ) -> JsonObject:
        """Start an incident report over whole days, both included; the reply names it (L26)."""
        one_day = first_day == last_day
        body = {
            "property_id": property_id,
            "property_name": property_name,
            "report_types": report_types,
            "emails": emails,
            "date": first_day.isoformat() if one_day else None,
            "start_date": None if one_day else first_day.isoformat(),
            "end_date": None if one_day else last_day.isoformat(),
        }
        return await self._object("requestIncidentReport", body=_present(body))

    async def get_incident_report(self, report_id: str) -> JsonObject:
        """Read how far an incident report is."""
        return await self._object("getIncidentReport", report_id)

    async def _send(
        self,
        operation: str,
        id: str = "",  # noqa: A002  # the placeholder's own name
        *,
        query: Mapping[str, QueryValue] | None = None,
        body: object = None,
        patience: float | None = None,
    ) -> None:
        await self._http.send(self._routes[operation], {"id": id}, query=query, body=body, patience=patience)

    async def _call(
        self,
        operation: str,
        id: str = "",  # noqa: A002  # the placeholder's own name
        *,
        name: str = "",
        query: Mapping[str, QueryValue] | None = None,
        body: object = None,
    ) -> object:
        route = self._routes[operation]
        return await self._http.call(route, {"id": id, "name": name}, query=query, body=body)

    async def _object(self, operation: str, *item: str, **call: Any) -> JsonObject:
        reply = await self._call(operation, *item, **call)
        if isinstance(reply, Mapping):
            return reply
        raise UnreadableAnswer(operation, "an object was expected")

    async def _list(self, operation: str, *item: str, **call: Any) -> JsonList:
        reply = await self._call(operation, *item, **call)
        if isinstance(reply, list):
            return reply
        if isinstance(reply, Mapping) and operation in _LONE_OBJECTS:
            return [reply]
        raise UnreadableAnswer(operation, "a list was expected")


def _present(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}
