"""Questions that the owner API alone answers, and units by the list that it alone has."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from ... import questions
from ...errors import NotSupported, without_secrets
from ...questions import Answer, Question
from ...tolerant import Oddities, Payload
from ..calls import JsonObject
from ..owner import OwnerApi
from ..parse import Household
from . import rows, shared
from .plain import objects, plain
from .shared import scope_of

_ALONE: Final = 1


async def _alarm_totals_by_property(
    api: OwnerApi, asked: questions.AlarmTotalsByProperty, household: Household
) -> Answer:
    del household
    scope = scope_of(asked.scope)
    if len(asked.alarms) == _ALONE:
        reply = await api.get_alarm_summary_by_property(asked.alarms[0], scope)
        return {"totals": rows.totals(reply, asked.alarms[0])}
    return {"totals": rows.totals(await api.get_alarm_summaries_by_property(asked.alarms, scope))}


async def _dashboard(api: OwnerApi, asked: questions.Dashboard, household: Household) -> Answer:
    told = plain(await api.get_dashboard(asked.zone, start=asked.start, end=asked.end), household, asked.zone)
    return {name: told.get(name) for name in ("properties", "alarms_summary", "subscription")}


async def _property_status(api: OwnerApi, asked: questions.PropertyStatus, household: Household) -> Answer:
    del household
    if len(asked.property_ids) == _ALONE:
        reply: Sequence[object] = [await api.get_property_status(asked.property_ids[0])]
    else:
        reply = _listed(await api.list_property_status(asked.property_ids or None))
    return {"properties": rows.statuses(reply)}


async def _units(api: OwnerApi, asked: questions.Units, household: Household) -> Answer:
    """Read all units by the list that is made for it, where the cloud has that: its path is a guess (L4)."""
    if asked.device_id or asked.property_id:
        return await shared.units(api, asked, household)
    try:
        reply = await api.list_all_devices()
    except NotSupported:
        return await shared.units(api, asked, household)
    return {"units": objects(reply, household)}


async def _incident_report(api: OwnerApi, asked: questions.IncidentReport, household: Household) -> Answer:
    del household
    report = Payload(await api.get_incident_report(asked.report_id), "report", Oddities())
    return {
        "report_id": asked.report_id,
        "status": report.text("status"),
        "link": report.text("report_link"),
        "reason": without_secrets(report.text("error_message") or "", ()) or None,
    }


def _listed(reply: JsonObject) -> Sequence[object]:
    found = reply.get("properties")
    return found if isinstance(found, list) else []


OWNER: Final[Mapping[type[Question], Callable[[OwnerApi, Any, Household], Awaitable[Answer]]]] = {
    questions.AlarmTotalsByProperty: _alarm_totals_by_property,
    questions.Dashboard: _dashboard,
    questions.PropertyStatus: _property_status,
    questions.Units: _units,
    questions.IncidentReport: _incident_report,
}
