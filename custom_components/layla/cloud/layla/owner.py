"""What LaylaElectric's owner API, v1, has of its own, as typed calls: 35 operations with those of `shared`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar, override
from zoneinfo import ZoneInfo

from ..http import QueryValue
from .calls import JsonList, JsonObject, present
from .flavour import OWNER, Flavour
from .queries import StatisticsScope, local
from .shared import SharedApi
from .vocabulary import (
    AcPower,
    AcSchedule,
    Currency,
    DevicePatch,
    IncidentType,
    InfraredMode,
    Pillar,
    PropertyField,
    PropertyFilter,
    PropertyOrder,
    ReportPeriod,
    SharedDevicePatch,
    SummaryReportType,
    UserPatch,
    UserReplacement,
)


class OwnerApi(SharedApi):
    """The API of a token."""

    flavour: ClassVar[Flavour] = OWNER

    # users

    async def replace_current_user(self, user: UserReplacement) -> JsonObject:
        """Overwrite the profile."""
        return await self._object("replaceCurrentUser", body=user)

    async def update_current_user(self, user: UserPatch) -> JsonObject:
        """Change part of the profile."""
        return await self._object("updateCurrentUser", body=user)

    # properties

    @override
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

    # devices

    async def list_all_devices(self, *, property_id: str | None = None) -> JsonList:
        """Read the units of every property by the second, less certain path."""
        return await self._list("listAllDevices", query={"property_id": property_id})

    @override
    async def update_device(self, device_id: str, content: SharedDevicePatch | DevicePatch) -> JsonObject:
        return await super().update_device(device_id, content)

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

    async def get_alarm_summary_by_property(self, name: str, scope: StatisticsScope) -> JsonList:
        """Read how many events an alarm had, by property (L18)."""
        return await self._list("getAlarmSummaryByProperty", query=scope.query(), name=name)

    async def get_alarm_summaries_by_property(self, names: Sequence[str], scope: StatisticsScope) -> JsonList:
        """Read how many events some alarms had, by property (L18)."""
        query: dict[str, QueryValue] = {**scope.query(), "names": names}
        return await self._list("getAlarmSummariesByProperty", query=query)

    # notifications

    async def mark_notifications_seen(
        self, *, ids: Sequence[str] | None = None, property_id: str | None = None
    ) -> None:
        """Mark some notifications, or all of a property, as read; one of the two is needed."""
        body = {"ids": ids, "property_id": property_id}
        await self._send("markNotificationsSeen", body=present(body))

    # reports

    async def email_summary_report(
        self,
        property_ids: Sequence[str],
        period: ReportPeriod,
        types: Sequence[SummaryReportType] | None = None,
    ) -> None:
        """Have a summary report sent by e-mail."""
        body = {"property_ids": property_ids, "period": period, "types": types}
        await self._send("emailSummaryReport", body=present(body))

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
        return await self._object("requestIncidentReport", body=present(body))

    async def get_incident_report(self, report_id: str) -> JsonObject:
        """Read how far an incident report is."""
        return await self._object("getIncidentReport", report_id)
