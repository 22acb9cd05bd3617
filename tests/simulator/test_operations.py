"""Every documented operation is served, under every prefix, with the documented shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest
import yaml

from simulator import World
from simulator.errors import ApiError
from simulator.layla import routes, spec
from simulator.layla.flavour import OWNER, PARTNER, Flavour
from simulator.layla.property_fields import SHOWN_AFTER_CHANGE
from tests.simulator.caller import Caller, lives_in

_CONTENTS: Mapping[spec.Document, Any] = {
    document: yaml.safe_load(document.path.read_text()) for document in spec.DOCUMENTS
}


@dataclass(frozen=True)
class Request:
    """A request that must succeed in the demo homes."""

    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None


RANGE = {"start": "2026-06-28T00:00:00", "end": "2026-06-30T00:00:00"}
REQUESTS: dict[str, Request] = {
    "getCurrentUser": Request("/v1/users/self"),
    "replaceCurrentUser": Request("/v1/users/self", body={"name": "Alex"}),
    "updateCurrentUser": Request("/v1/users/self", body={"preferences": {"temperature_unit": "F"}}),
    "listProperties": Request(
        "/v1/properties",
        {
            "currency": "USD",
            "sort_by": "money_saved",
            "fields": ",".join(("users", "devices", *SHOWN_AFTER_CHANGE)),
        },
    ),
    "getDashboard": Request("/v3/properties/dashboard", {"timezone": "Europe/London", "fields": "alarm_states"}),
    "listPropertyStatus": Request("/v3/properties/status", {"property_ids": "villa,flat"}),
    "getPropertyStatus": Request("/v3/properties/villa/status"),
    "replaceProperty": Request(
        "/v1/properties/villa",
        body={"name": "Villa", "category": "house", "address": "1 Road", "timezone": "America/Cancun"},
    ),
    "updateProperty": Request("/v1/properties/villa", body={"name": "Villa", "settings": {"colour": "blue"}}),
    "setPropertyAlarms": Request("/v1/properties/villa/alarms", {"noise_alarm": "false"}),
    "setPropertyEcoMode": Request("/v1/properties/villa/eco_mode", {"eco_mode": "false"}),
    "getPropertyMeasurements": Request("/v1/properties/villa/measurements", {"measure": "temperature", **RANGE}),
    "listDevices": Request(
        "/v1/devices", {"fields": "alarm_event_counts,latest_values,in_alarm,snoozed,active_alarms"}
    ),
    "listAllDevices": Request("/v1/devices/all", {"property_id": "villa"}),
    "getDevice": Request("/v1/devices/villa-living"),
    "updateDevice": Request("/v1/devices/villa-living", body={"name": "Lounge", "settings": {"led": True}}),
    "getDeviceMeasurements": Request("/v1/devices/villa-living/measurements", {"measure": "noise", **RANGE}),
    "setDeviceEcoThreshold": Request("/v1/devices/villa-living/eco_mode", body={"last_PIR_detected_time_th": 600}),
    "setDevicePillar": Request("/v1/devices/villa-living/pillar", body={"device_pillar": "noise"}),
    "testDeviceIr": Request("/v1/devices/villa-living/ir/test", body={"mode": "smart"}),
    "scheduleAcTimer": Request(
        "/v1/devices/villa-living/ac/timer", body={"action": "on", "scheduled_for": "2026-07-01T12:00:05Z"}
    ),
    "cancelAcTimer": Request("/v1/devices/villa-living/ac/timer"),
    "putAcSchedule": Request(
        "/v1/devices/villa-living/ac/schedule",
        body={"days": ["mon"], "start_time": "08:00", "end_time": "18:00", "appliance_config": {"mode": "cool"}},
    ),
    "deleteAcSchedule": Request("/v1/devices/villa-living/ac/schedule"),
    "getStatistics": Request("/v1/statistics", {"period": "week", "fields": "trends", "currency": "GBP"}),
    "getAlarmSeries": Request("/v1/statistics/alarm_events/noise_alarm", {"granularity": "hours"}),
    "getAlarmSummary": Request("/v1/statistics/alarm_events/noise_alarm/summary", RANGE),
    "getAlarmSummaryByProperty": Request("/v1/statistics/alarm_events/noise_alarm/summary/by_property", RANGE),
    "getAlarmSummariesByProperty": Request(
        "/v1/statistics/alarm_events/summary/by_property", {"names": "noise_alarm,smoke_alarm"}
    ),
    "listNotifications": Request("/v1/notifications", {"types": "noise_alarm_start,noise_alarm_end"}),
    "listLatestNotifications": Request("/v1/notifications/latest", {"timezone": "UTC"}),
    "markNotificationsSeen": Request("/v1/notifications/seen", body={"property_id": "villa"}),
    "emailSummaryReport": Request("/v1/reports/summary", body={"property_ids": ["villa"], "period": "week"}),
    "requestIncidentReport": Request(
        "/v1/reports/incident", body={"property_id": "villa", "date": "2026-06-30", "emails": ["a@example.com"]}
    ),
    "getIncidentReport": Request("/v1/reports/{report}"),
}


PARTNER_REQUESTS = REQUESTS | {
    "replaceCurrentUser": Request(
        "/v1/users/self",
        body={"name": "Alex", "address": "1 Road", "phone": "1", "company": "Stays", "title": "Owner"},
    ),
    "createPictureUploadUrls": Request("/v1/users/self/picture/upload_urls"),
    "listProperties": Request(
        "/v1/properties",
        {"sort_by": "anything", "fields": "alarm_event_counts,monthly_savings,total_savings,total_efficiency_gains"},
    ),
    "createProperty": Request(
        "/v1/properties",
        body={"name": "Hut", "category": "apartment", "address": "2 Road", "timezone": "America/Sao_Paulo"},
    ),
    "createDevice": Request(
        "/v1/devices",
        body={"property_id": "villa", "device_mac": "02:00:00:00:00:01", "category": "SP", "name": "Attic"},
    ),
    "getSavingsSeries": Request("/v1/statistics/savings", {"granularity": "days", **RANGE}),
    "getSavingsSummary": Request("/v1/statistics/savings/summary", RANGE),
    "getEfficiencySeries": Request("/v1/statistics/efficiency_gains", {"granularity": "days", **RANGE}),
    "getEfficiencySummary": Request("/v1/statistics/efficiency_gains/summary", RANGE),
    "createSensorRequest": Request("/v1/sensor_requests", body={"sensors_count": 3, "property_id": "villa"}),
}
ALL = {OWNER: REQUESTS, PARTNER: PARTNER_REQUESTS}
SERVED = [
    pytest.param(flavour, operation, prefix, id=f"{prefix or 'bare'}-{operation.id}")
    for flavour in ALL
    for operation in spec.operations(flavour.document)
    for prefix in flavour.prefixes
]


def test_all_operations_of_the_documents_have_a_handler() -> None:
    """All 35 of the owner and all 26 of partners, and no others."""
    owner, partner = ({operation.id for operation in spec.operations(document)} for document in spec.DOCUMENTS)
    assert owner | partner == set(routes.HANDLERS) == set(spec.operation_ids()) == set(PARTNER_REQUESTS)
    assert owner == set(REQUESTS)
    assert (len(owner), len(partner)) == (35, 26)


@lives_in(World.demo)
@pytest.mark.parametrize(("flavour", "operation", "prefix"), SERVED)
async def test_every_operation_answers_in_its_documented_shape(
    caller: Caller, flavour: Flavour, operation: spec.Operation, prefix: str
) -> None:
    """The success status and the body are those of the description, and something is in it."""
    request = ALL[flavour][operation.id]
    path = request.path
    if operation.id == "getIncidentReport":
        asked = await caller.send("POST", "/v1/reports/incident", json=REQUESTS["requestIncidentReport"].body)
        path = path.format(report=asked["report_id"])
    response = await caller.session.request(
        operation.method, caller.running.url + prefix + path, params=request.query, json=request.body
    )
    answer = await response.json()
    assert response.status == operation.status, answer
    content = _CONTENTS[flavour.document]["paths"][operation.path][operation.method.lower()]["responses"][
        str(operation.status)
    ]
    if "content" not in content:
        assert answer == {}
        return
    spec.check(spec.anchored(flavour.document, content["content"]["application/json"]["schema"]), answer, "answer")
    assert answer


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"enum": ["a", "b"]}, "c", "where: 'c' is not one of ['a', 'b']"),
        ({"properties": {"x": {"type": "integer"}}}, {"x": "1"}, "where.x: '1' is not of type 'integer'"),
        ({"items": {"minimum": 0}}, [1, -1], "where[1]: -1 is less than the minimum of 0"),
        ({"format": "date"}, "2026-02-30", "where: '2026-02-30' is not a 'date'"),
        ({"format": "date-time"}, "now", "where: 'now' is not a 'date-time'"),
        ({"format": "email"}, "nobody", "where: 'nobody' is not a 'email'"),
        (
            {"anyOf": [{"required": ["date"]}, {"required": ["start_date", "end_date"]}]},
            {},
            "where: {} is not valid under any of the given schemas; accepted: one of",
        ),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"b": 1},
            "where: Additional properties are not allowed ('b' was unexpected); accepted: a",
        ),
    ],
)
def test_a_refusal_names_the_member_and_what_is_accepted(schema: spec.Schema, value: object, message: str) -> None:
    """Whoever reads it knows what to change."""
    with pytest.raises(ApiError) as refusal:
        spec.check(schema, value, "where")
    assert refusal.value.status == HTTPStatus.BAD_REQUEST
    assert refusal.value.message.startswith(message)


@pytest.mark.parametrize(
    ("method", "path", "options", "named"),
    [
        (
            "GET",
            "/v1/devices",
            {"params": {"colour": "red"}},
            "colour: there is no such query parameter; accepted: property_id, fields",
        ),
        ("GET", "/v1/users/self", {"params": {"x": "1"}}, "x: there is no such query parameter; accepted: none"),
        ("GET", "/v1/devices", {"params": {"fields": "noise"}}, "fields[0]: 'noise' is not one of"),
        (
            "GET",
            "/v1/devices/unit/measurements",
            {},
            "measure: this query parameter is required; accepted: power, temp",
        ),
        ("GET", "/v3/properties/dashboard", {}, "timezone: this query parameter is required; accepted: a string"),
        ("GET", "/v3/properties/dashboard", {"params": {"timezone": "Mars"}}, "timezone: 'Mars' is no IANA time zone"),
        (
            "GET",
            "/v1/notifications",
            {"params": [("seen", "true"), ("seen", "false")]},
            "seen: sent 2 times; accepted: one",
        ),
        (
            "GET",
            "/v1/statistics/alarm_events/party",
            {},
            "name: there is no alarm 'party'; accepted: air_quality_alarm",
        ),
        (
            "GET",
            "/v1/notifications",
            {"params": {"start": "0001-01-01T00:00:00+14:00"}},
            "0001-01-01T00:00:00+14:00: out of",
        ),
        ("PATCH", "/v1/users/self", {"data": "{"}, "body: not JSON"),
        ("PATCH", "/v1/users/self", {"data": '{"name": NaN}'}, "body: not JSON (NaN is no JSON)"),
        ("PATCH", "/v1/users/self", {"data": '{"name": 1e999}'}, "body: not JSON (1e999 is out of range)"),
        ("PATCH", "/v1/users/self", {"data": "[" * 100_000}, "body: not JSON"),
        (
            "PATCH",
            "/v1/users/self",
            {"json": {"accepted_policy": 2}},
            "body.accepted_policy: 2 is greater than the maximum",
        ),
        ("PATCH", "/v1/properties/home", {"json": {"timezone": "Mars"}}, "body.timezone: 'Mars' is no IANA time zone"),
        (
            "PUT",
            "/v1/devices/unit/ac/schedule",
            {"json": {"start_time": "25:00"}},
            "body.start_time: '25:00' is no time of day",
        ),
        (
            "POST",
            "/v1/reports/summary",
            {"json": {"property_ids": ["x"], "period": "day"}},
            "body.property_ids: there is no",
        ),
    ],
)
async def test_what_does_not_fit_is_refused_by_name(
    caller: Caller, method: str, path: str, options: dict[str, Any], named: str
) -> None:
    """A 400 says which parameter or member it was, and what would be accepted."""
    status, message = await caller.refused(method, path, **options)
    assert status == HTTPStatus.BAD_REQUEST
    assert message.startswith(named), message


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/devices/nobody"),
        ("PATCH", "/v1/devices/nobody/eco_mode"),
        ("GET", "/v3/properties/nowhere/status"),
        ("GET", "/v1/reports/nothing"),
        ("POST", "/v1/reports/incident"),
        ("GET", "/v2/devices"),
    ],
)
async def test_what_is_not_there_is_not_found(caller: Caller, method: str, path: str) -> None:
    """Unknown ids and paths are a 404 with a message."""
    body = {"property_id": "nowhere", "date": "2026-06-30", "emails": ["a@b.c"], "last_PIR_detected_time_th": 1}
    status, message = await caller.refused(method, path, json=None if method == "GET" else body)
    assert status == HTTPStatus.NOT_FOUND
    assert message


async def test_a_wrong_method_names_the_right_ones(caller: Caller) -> None:
    """A 405 has a message, and the header that HTTP asks for."""
    response = await caller.ask("DELETE", "/v1/devices/all")
    assert response.status == HTTPStatus.METHOD_NOT_ALLOWED
    assert response.headers["Allow"] == "GET"
    assert (await response.json())["message"].endswith("accepted: GET")


async def test_every_answer_is_dated_by_the_simulated_clock(caller: Caller) -> None:
    """Also a refusal; a client reads the time of the server from it."""
    for path in ("/v1/devices", "/v1/nowhere"):
        assert (await caller.ask("GET", path)).headers["Date"] == "Wed, 01 Jul 2026 12:00:00 GMT"
    await caller.advance(3600)
    assert (await caller.ask("GET", "/v1/devices")).headers["Date"] == "Wed, 01 Jul 2026 13:00:00 GMT"


async def test_a_body_that_is_too_large_is_refused(caller: Caller) -> None:
    """With a message, as everything else."""
    status, message = await caller.refused("PATCH", "/v1/users/self", data=b"x" * 2_000_000)
    assert status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert message.startswith("PATCH /api/v1/users/self")


async def test_a_bug_of_the_simulator_is_a_500_with_a_message(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its log says where."""
    monkeypatch.setattr(World, "readings", None)
    status, message = await caller.refused("GET", "/v1/devices/unit")
    assert (status, message) == (500, "The simulator has a bug, its log says where")
    assert "TypeError" in caplog.text
