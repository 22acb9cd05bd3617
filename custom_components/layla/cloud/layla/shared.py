"""What LaylaElectric's owner API and its partner API have in common, as typed calls.

Arguments take the published words; replies come as decoded JSON of the promised outer shape and are
read by `parse`. Aware datetimes go in and leave as local times without offset, of the zone that is named beside them.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from ..http import QueryValue
from .calls import Calls, JsonList, JsonObject
from .queries import Series, StatisticsScope, local
from .vocabulary import (
    Currency,
    DeviceField,
    Granularity,
    PartnerPropertyField,
    Period,
    PropertyAlarm,
    PropertyCreation,
    PropertyPatch,
    PropertyReplacement,
    SharedDevicePatch,
)

_COMPUTED: Final[Sequence[PartnerPropertyField]] = (
    "alarm_event_counts",
    "monthly_savings",
    "total_savings",
    "total_efficiency_gains",
)


class SharedApi(Calls):
    """The operations of both, each taking what the flavour has of its words."""

    # users

    async def get_current_user(self) -> JsonObject:
        """Read the profile of the token's owner."""
        return await self._object("getCurrentUser")

    async def accept_policy(self) -> None:
        """Say in the profile of the token's owner that the policy is accepted."""
        await self._send("updateCurrentUser", body={"accepted_policy": 1})

    # properties

    async def list_properties(self) -> JsonList:
        """Read the properties of the caller."""
        return await self._list("listProperties")

    async def list_property_figures(self, currency: Currency | None = None) -> JsonList:
        """Read the properties with what is computed for them; money in the owner's currency where none is named."""
        return await self._list("listProperties", query={"currency": currency, "fields": _COMPUTED})

    async def replace_property(self, property_id: str, content: PropertyReplacement) -> JsonObject:
        """Overwrite a property."""
        return await self._object("replaceProperty", property_id, body=self._with_enabled(content))

    async def update_property(self, property_id: str, content: PropertyPatch) -> JsonObject:
        """Change part of a property."""
        return await self._object("updateProperty", property_id, body=self._with_enabled(content))

    async def set_property_alarms(self, property_id: str, alarms: Mapping[PropertyAlarm, bool]) -> None:
        """Arm or disarm alarms for every unit of a property; an absent one stays as it is."""
        await self._send("setPropertyAlarms", property_id, query=dict(alarms.items()))

    async def set_property_eco_mode(self, property_id: str, *, eco_mode: bool) -> None:
        """Switch the energy-saving automation of a property."""
        await self._send("setPropertyEcoMode", property_id, query={"eco_mode": eco_mode})

    async def get_property_measurements(self, property_id: str, series: Series) -> JsonList:
        """Read a series over a property's units."""
        return await self._list("getPropertyMeasurements", property_id, query=series.query())

    def _with_enabled(self, content: PropertyPatch | PropertyReplacement | PropertyCreation) -> Mapping[str, object]:
        """Write `enabled` as the flavour does (P4)."""
        if "enabled" not in content:
            return content
        return {**content, "enabled": self.flavour.enabled(content["enabled"])}

    # devices

    async def list_devices(
        self,
        *,
        property_id: str | None = None,
        fields: Sequence[DeviceField] | None = None,
    ) -> JsonList:
        """Read the units of one property or, without one, of all (L4)."""
        return await self._list("listDevices", query={"property_id": property_id, "fields": fields})

    async def get_device(self, device_id: str) -> JsonObject:
        """Read one unit."""
        return await self._object("getDevice", device_id)

    async def update_device(self, device_id: str, content: SharedDevicePatch) -> JsonObject:
        """Change part of a unit."""
        return await self._object("updateDevice", device_id, body=content)

    async def get_device_measurements(self, device_id: str, series: Series) -> JsonList:
        """Read a series of one unit."""
        return await self._list("getDeviceMeasurements", device_id, query=series.query())

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

    async def get_alarm_series(self, name: str, scope: StatisticsScope, granularity: Granularity) -> JsonList:
        """Read how many events an alarm had, by bucket."""
        query: dict[str, QueryValue] = {**scope.query(), "granularity": granularity}
        return await self._list("getAlarmSeries", query=query, name=name)

    async def get_alarm_summary(self, name: str, scope: StatisticsScope) -> JsonObject:
        """Read how many events an alarm had."""
        return await self._object("getAlarmSummary", query=scope.query(), name=name)

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
