"""What LaylaElectric's partner API, v1, has of its own, as typed calls: 26 operations with those of `shared`."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, override

from ..http import QueryValue
from .calls import JsonList, JsonObject
from .flavour import PARTNER, Flavour
from .queries import StatisticsScope
from .shared import SharedApi
from .vocabulary import (
    DeviceCreation,
    PartnerCurrency,
    PartnerDevicePatch,
    PartnerGranularity,
    PartnerPropertyField,
    PartnerUserPatch,
    PartnerUserReplacement,
    PropertyCreation,
    SensorOrder,
    SharedDevicePatch,
)


class PartnerApi(SharedApi):
    """The API of a sign-in."""

    flavour: ClassVar[Flavour] = PARTNER

    # users

    async def replace_current_user(self, user: PartnerUserReplacement) -> JsonObject:
        """Overwrite the profile."""
        return await self._object("replaceCurrentUser", body=user)

    async def update_current_user(self, user: PartnerUserPatch) -> JsonObject:
        """Change part of the profile."""
        return await self._object("updateCurrentUser", body=user)

    async def create_picture_upload_urls(self) -> JsonObject:
        """Ask where a new picture of the owner is uploaded to (P9)."""
        return await self._object("createPictureUploadUrls")

    # properties

    @override
    async def list_properties(
        self,
        *,
        property_id: str | None = None,
        currency: PartnerCurrency | None = None,
        fields: Sequence[PartnerPropertyField] | None = None,
        sort_by: str | None = None,
    ) -> JsonList:
        """Read the properties of the caller; what they can be sorted by is not documented."""
        query: dict[str, QueryValue] = {
            "id": property_id,
            "currency": currency,
            "fields": fields,
            "sort_by": sort_by,
        }
        return await self._list("listProperties", query=query)

    async def create_property(self, content: PropertyCreation) -> JsonObject:
        """Add a property."""
        return await self._object("createProperty", body=self._with_enabled(content))

    # devices

    async def create_device(self, content: DeviceCreation) -> JsonObject:
        """Register a unit."""
        return await self._object("createDevice", body=content)

    @override
    async def update_device(self, device_id: str, content: SharedDevicePatch | PartnerDevicePatch) -> JsonObject:
        return await super().update_device(device_id, content)

    # statistics

    async def get_savings_series(
        self, scope: StatisticsScope, granularity: PartnerGranularity, currency: PartnerCurrency | None = None
    ) -> JsonList:
        """Read what was saved, by bucket: kWh, money, kg of CO2, trees."""
        return await self._list("getSavingsSeries", query=_figures(scope, granularity, currency))

    async def get_savings_summary(self, scope: StatisticsScope, currency: PartnerCurrency | None = None) -> JsonObject:
        """Read what was saved: kWh, money, kg of CO2, trees."""
        return await self._object("getSavingsSummary", query=_figures(scope, None, currency))

    async def get_efficiency_series(
        self, scope: StatisticsScope, granularity: PartnerGranularity, currency: PartnerCurrency | None = None
    ) -> JsonList:
        """Read the gains in efficiency, by bucket, in percent (P3)."""
        return await self._list("getEfficiencySeries", query=_figures(scope, granularity, currency))

    async def get_efficiency_summary(
        self, scope: StatisticsScope, currency: PartnerCurrency | None = None
    ) -> JsonObject:
        """Read the gain in efficiency, in percent (P3)."""
        return await self._object("getEfficiencySummary", query=_figures(scope, None, currency))

    # sensor requests

    async def create_sensor_request(self, order: SensorOrder) -> JsonObject:
        """Ask LaylaElectric for more sensors."""
        return await self._object("createSensorRequest", body=order)


def _figures(
    scope: StatisticsScope, granularity: PartnerGranularity | None, currency: PartnerCurrency | None
) -> Mapping[str, QueryValue]:
    return {**scope.query(), "granularity": granularity, "currency": currency}
