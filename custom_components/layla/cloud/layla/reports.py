"""Reports, which the owner API alone makes: a summary by e-mail, and incident reports that take a while."""

from typing import Final, cast

from ..administration import EmailSummaryReport, RequestIncidentReport
from ..commands import Command
from ..errors import UnreadableAnswer
from ..questions import Answer
from ..tolerant import Oddities, Payload
from .administration import Ordering
from .owner import OwnerApi
from .vocabulary import IncidentType, ReportPeriod, SummaryReportType

_ASKED: Final = "requestIncidentReport"


class Reports:
    """Asks for reports. Raises CloudError."""

    def __init__(self, api: OwnerApi) -> None:
        """Take the calls of the owner API."""
        self._api = api
        self.orders: dict[type[Command], Ordering] = {
            EmailSummaryReport: self._email_summary,
            RequestIncidentReport: self._request_incident,
        }

    async def _email_summary(self, command: EmailSummaryReport) -> None:
        types = cast("list[SummaryReportType] | None", command.types)
        await self._api.email_summary_report(command.property_ids, cast("ReportPeriod", command.period), types)

    async def _request_incident(self, command: RequestIncidentReport) -> Answer:
        reply = await self._api.request_incident_report(
            command.property_id,
            command.emails,
            command.first_day,
            command.last_day,
            report_types=cast("list[IncidentType] | None", command.types),
            property_name=command.label,
        )
        report_id = Payload(reply, "report", Oddities()).text("report_id")
        if report_id is None:
            raise UnreadableAnswer(_ASKED, "the id of the report was expected")
        return {"report_id": report_id}
