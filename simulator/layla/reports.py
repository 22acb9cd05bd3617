"""Reports: a summary by mail, and incident reports that take a while."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from simulator.errors import bad_request, not_found
from simulator.house.chance import seed_of
from simulator.house.reports import IncidentReport

from . import payload
from .requests import Call


def mail_summary(call: Call) -> dict[str, Any]:
    """Accept a summary report: it would arrive by mail."""
    unknown = [name for name in call.body["property_ids"] if name not in call.world.properties]
    if unknown:
        raise bad_request(f"body.property_ids: there is no property {unknown[0]!r}; accepted: ids of your properties")
    return {}


def request_incident(call: Call) -> dict[str, Any]:
    """Start an incident report over one day or a range of days; a day wins over a range."""
    place = call.world.properties.get(call.body["property_id"])
    if place is None:
        raise not_found("property", call.body["property_id"])
    first, last = _days(call.body)
    name = f"{seed_of('report', place.id, call.now.isoformat(), len(call.world.reports)):016x}"
    call.world.reports[name] = IncidentReport(
        id=name,
        property_id=place.id,
        first=first,
        last=last,
        emails=tuple(call.body["emails"]),
        asked_at=call.now,
        asked_on=call.now.astimezone(place.zone).date(),
    )
    return {"report_id": name}


def read_incident(call: Call) -> dict[str, Any]:
    """Return how far an incident report is."""
    report = call.world.reports.get(call.parameters["id"])
    if report is None:
        raise not_found("report", call.parameters["id"])
    status = report.status(call.now)
    completed, failed = status == "completed", status == "failed"
    done = payload.stamp(report.done_at)
    return {
        "report_id": report.id,
        "status": status,
        "report_link": f"https://reports.example.com/incident/{report.id}.pdf" if completed else None,
        "emails_sent": list(report.emails) if completed else [],
        "generated_at": done if completed else None,
        "error_message": report.error if failed else None,
        "error_at": done if failed else None,
    }


def _days(body: Mapping[str, Any]) -> tuple[date, date]:
    if "date" in body:
        day = date.fromisoformat(body["date"])
        return day, day
    first, last = date.fromisoformat(body["start_date"]), date.fromisoformat(body["end_date"])
    if first > last:
        raise bad_request(f"body.start_date: {first} is after end_date {last}; accepted: a day not after it")
    return first, last


HANDLERS = {
    "emailSummaryReport": mail_summary,
    "requestIncidentReport": request_incident,
    "getIncidentReport": read_incident,
}
