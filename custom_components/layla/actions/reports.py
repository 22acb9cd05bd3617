"""Actions of reports: a summary by e-mail, and incident reports, which can be waited for."""

from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, service
import probatio

from ..air_conditioning.control import scheduler
from ..asking import execute, heard
from ..cloud.administration import EmailSummaryReport, RequestIncidentReport
from ..cloud.errors import Unreached
from ..cloud.layla.vocabulary import IncidentType, ReportPeriod, SummaryReportType
from ..cloud.questions import IncidentReport
from ..cloud.report_jobs import Progress, followed
from ..const import DOMAIN
from ..coordinator import LaylaConfigEntry, LaylaCoordinator
from ..registry.identity import Kind
from .action import Action
from .fields import list_of, reversed_range, words
from .targets import ONE_DEVICE, WITHIN, one, within

EVENT_PROGRESS: Final = "layla_report_progress"
"""Fired while a report is waited for, when its status changes: `report_id`, `status`, `config_entry_id`."""

_EMAILS: Final = "emails"
_END: Final = "end_date"
_LABEL: Final = "label"
_PERIOD: Final = "period"
_START: Final = "start_date"
_TYPES: Final = "types"
_WAIT: Final = "wait"


async def _email_summary(call: ServiceCall) -> None:
    target = within(call, Kind.PROPERTY, Kind.ACCOUNT)
    properties = target.property_ids or [*target.coordinator.data.properties]
    command = EmailSummaryReport(property_ids=properties, period=call.data[_PERIOD], types=call.data.get(_TYPES))
    await execute(target.coordinator, command)


async def _request_incident(call: ServiceCall) -> ServiceResponse:
    item = one(call, Kind.PROPERTY)
    first, last = call.data[_START], call.data.get(_END, call.data[_START])
    if first > last:
        raise reversed_range(first, last)
    command = RequestIncidentReport(
        property_id=item.id,
        first_day=first,
        last_day=last,
        emails=call.data[_EMAILS],
        types=call.data.get(_TYPES),
        label=call.data.get(_LABEL),
    )
    report_id: str = (await execute(item.coordinator, command))["report_id"]
    if not call.data[_WAIT]:
        return {"report_id": report_id}
    progress = await _finished(item.coordinator, report_id)
    return {"report_id": report_id, "status": progress.status, "link": progress.link}


async def _finished(coordinator: LaylaCoordinator, report_id: str) -> Progress:
    """Wait for a report. Raises HomeAssistantError where there will be none, or not within half an hour."""
    hass, entry = coordinator.hass, coordinator.config_entry

    async def read() -> Progress:
        told = await _loaded(hass, entry).account.ask(IncidentReport(report_id=report_id))
        return Progress(status=told["status"] or "", link=told["link"], reason=told["reason"])

    @callback
    def tell(progress: Progress) -> None:
        hass.bus.async_fire(
            EVENT_PROGRESS, {"report_id": report_id, "status": progress.status, "config_entry_id": entry.entry_id}
        )

    follow = followed(read, scheduler(hass), tell, limited=coordinator.limited, resting=coordinator.left_to_rest)
    progress = await heard(coordinator, follow)
    if progress.done:
        return progress
    raise HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="report_failed" if progress.failed else "report_takes_too_long",
        translation_placeholders={"report_id": report_id, "reason": progress.reason or "no reason was given"},
    )


def _loaded(hass: HomeAssistant, entry: LaylaConfigEntry) -> LaylaCoordinator:
    """Return the account of an entry, perhaps with another token by now; while it is loaded anew, nobody answers.

    Raises ServiceValidationError for one that was deleted or disabled.
    """
    comes_back = hass.config_entries.async_get_entry(entry.entry_id) is entry and not entry.disabled_by
    if entry.state is not ConfigEntryState.LOADED and comes_back:
        raise Unreached("getIncidentReport", "the account is not loaded")
    found: LaylaConfigEntry = service.async_get_config_entry(hass, DOMAIN, entry.entry_id)
    return found.runtime_data


ACTIONS: Final = (
    Action(
        name="email_summary_report",
        fields={
            **WITHIN,
            probatio.Required(_PERIOD): words(ReportPeriod),
            probatio.Optional(_TYPES): list_of(words(SummaryReportType)),
        },
        carry_out=_email_summary,
    ),
    Action(
        name="request_incident_report",
        fields={
            **ONE_DEVICE,
            probatio.Required(_EMAILS): list_of(probatio.Email()),
            probatio.Required(_START): cv.date,
            probatio.Optional(_END): cv.date,
            probatio.Optional(_TYPES): list_of(words(IncidentType)),
            probatio.Optional(_LABEL): cv.string,
            probatio.Optional(_WAIT, default=False): cv.boolean,
        },
        carry_out=_request_incident,
        answers=SupportsResponse.OPTIONAL,
    ),
)
