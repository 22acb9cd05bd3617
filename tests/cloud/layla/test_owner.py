"""The owner API: every operation is a typed call, and the cloud takes every one of them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
import inspect
import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
import orjson
import pytest
from yarl import URL

from custom_components.layla.cloud.bearer import FixedToken
from custom_components.layla.cloud.errors import Gone, Refused, UnreadableAnswer
from custom_components.layla.cloud.http import HttpClient
from custom_components.layla.cloud.layla.owner import OwnerApi
from custom_components.layla.cloud.layla.queries import AlarmScope, Series
from custom_components.layla.cloud.layla.routes import OWNER_ROUTES
from custom_components.layla.cloud.route import overridden
from simulator import Simulator, World
from simulator.house.reports import IncidentReport
from tests.cloud.conftest import NOW
from tests.cloud.description import OPERATIONS
from tests.cloud.server import ScriptedServer, answer

type Call = Callable[[OwnerApi], Awaitable[Any]]

BERLIN: Final = ZoneInfo("Europe/Berlin")
LATER: Final = NOW + timedelta(hours=1)
HOME: Final = "home"
UNIT: Final = "unit"
SCOPE: Final = AlarmScope(
    category="house", property_ids=[HOME], device_ids=[UNIT, "other"], start=NOW - timedelta(days=1), end=NOW
)
SERIES: Final = Series(measure="temperature", granularity="15min", start=NOW - timedelta(hours=6), end=NOW, zone=BERLIN)

FULL: Final[Mapping[str, Call]] = {
    "getCurrentUser": lambda api: api.get_current_user(),
    "replaceCurrentUser": lambda api: api.replace_current_user(
        {
            "name": "Robin",
            "accepted_policy": 1,
            "email": "robin@example.com",
            "address": "1 Example Street",
            "phone": "+1 555 0100",
            "company": "Example Stays",
            "title": "Owner",
            "preferences": {"currency": "EUR", "language": "en", "temperature_unit": "F"},
            "notification_preferences": {"in_app": True},
            "alarm_notification_preferences": {"smoke_alarm": {"email": True, "push": True}},
            "notification_frequency": ["realtime", "weekly"],
            "is_onboarded": True,
        }
    ),
    "updateCurrentUser": lambda api: api.update_current_user({"preferences": {"temperature_unit": "C"}}),
    "listProperties": lambda api: api.list_properties(
        property_id=HOME,
        currency="ILS",
        fields=[
            "users",
            "alarm_event_counts",
            "monthly_savings",
            "total_savings",
            "total_efficiency_gains",
            "alarm_states",
            "devices",
        ],
        filters=["eco", "noise_alarm", "security_alarm"],
        sort_by="crowd_events",
    ),
    "getDashboard": lambda api: api.get_dashboard(
        BERLIN, fields=["alarm_states"], start=NOW - timedelta(days=2), end=NOW
    ),
    "listPropertyStatus": lambda api: api.list_property_status([HOME, "other"]),
    "getPropertyStatus": lambda api: api.get_property_status(HOME),
    "replaceProperty": lambda api: api.replace_property(
        HOME,
        {
            "name": "House",
            "category": "house",
            "address": "1 Small Lane",
            "timezone": "Europe/Berlin",
            "settings": {"kept": True},
            "enabled": 1,
        },
    ),
    "updateProperty": lambda api: api.update_property(HOME, {"name": "House", "enabled": 0}),
    "setPropertyAlarms": lambda api: api.set_property_alarms(
        HOME,
        {
            "noise_alarm": True,
            "noise_alarm_quiet_hours": False,
            "occupancy_alarm": True,
            "occupancy_alarm_quiet_hours": False,
            "security_alarm": True,
        },
    ),
    "setPropertyEcoMode": lambda api: api.set_property_eco_mode(HOME, eco_mode=True),
    "getPropertyMeasurements": lambda api: api.get_property_measurements(HOME, SERIES),
    "listDevices": lambda api: api.list_devices(
        property_id=HOME, fields=["alarm_event_counts", "latest_values", "in_alarm", "snoozed", "active_alarms"]
    ),
    "listAllDevices": lambda api: api.list_all_devices(property_id=HOME),
    "getDevice": lambda api: api.get_device(UNIT),
    "updateDevice": lambda api: api.update_device(
        UNIT,
        {
            "device_mac": "02:00:00:00:00:01",
            "category": "v3.0",
            "name": "Room",
            "enabled": True,
            "alarms": [{"name": "noise_alarm", "enabled": True, "threshold": 70, "unknown": {"kept": True}}],
            "features": ["eco"],
            "tier_features": ["climate", "environment", "motion_safety", "safety"],
            "device_pillar": "noise",
            "settings": {"last_PIR_detected_time_th": 600},
        },
    ),
    "getDeviceMeasurements": lambda api: api.get_device_measurements(UNIT, SERIES),
    "setDeviceEcoThreshold": lambda api: api.set_device_eco_threshold(UNIT, 900),
    "setDevicePillar": lambda api: api.set_device_pillar(UNIT, "air_quality"),
    "testDeviceIr": lambda api: api.test_device_ir(UNIT, "learn"),
    "scheduleAcTimer": lambda api: api.schedule_ac_timer(UNIT, "on", LATER),
    "cancelAcTimer": lambda api: api.cancel_ac_timer(UNIT),
    "putAcSchedule": lambda api: api.put_ac_schedule(
        UNIT,
        {
            "enabled": True,
            "days": ["mon", "sun"],
            "start_time": "08:00",
            "end_time": "18:30",
            "change_ac_state": True,
            "appliance_config": {"vendor": "any", "mode": "cool", "temperature": 24},
        },
    ),
    "deleteAcSchedule": lambda api: api.delete_ac_schedule(UNIT),
    "getStatistics": lambda api: api.get_statistics(
        category="house", period="three_months", currency="USD", property_id=HOME, device_id=UNIT, trends=True
    ),
    "getAlarmSeries": lambda api: api.get_alarm_series("noise_alarm", SCOPE, "hours"),
    "getAlarmSummary": lambda api: api.get_alarm_summary("noise_alarm", SCOPE),
    "getAlarmSummaryByProperty": lambda api: api.get_alarm_summary_by_property("noise_alarm", SCOPE),
    "getAlarmSummariesByProperty": lambda api: api.get_alarm_summaries_by_property(["noise_alarm", "co_alarm"], SCOPE),
    "listNotifications": lambda api: api.list_notifications(
        NOW - timedelta(days=1), end=NOW, property_id=HOME, seen=False, types=["noise_alarm_start", "eco_mode_enabled"]
    ),
    "listLatestNotifications": lambda api: api.list_latest_notifications(
        NOW - timedelta(days=1), property_ids=[HOME], types=["noise_alarm_end"]
    ),
    "markNotificationsSeen": lambda api: api.mark_notifications_seen(ids=["a", "b"], property_id=HOME),
    "emailSummaryReport": lambda api: api.email_summary_report(
        [HOME], "all_time", ["owner", "smoke", "noise", "executive"]
    ),
    "requestIncidentReport": lambda api: api.request_incident_report(
        HOME,
        ["robin@example.com"],
        date(2026, 11, 1),
        date(2026, 11, 19),
        report_types=["noise", "crowd", "co"],
        property_name="Home",
    ),
    "getIncidentReport": lambda api: api.get_incident_report("report"),
}
"""Every operation with all that it takes."""

SPARSE: Final[Mapping[str, Call]] = {
    "replaceCurrentUser": lambda api: api.replace_current_user({"name": "Robin"}),
    "updateCurrentUser": lambda api: api.update_current_user({}),
    "listProperties": lambda api: api.list_properties(),
    "getDashboard": lambda api: api.get_dashboard(BERLIN),
    "listPropertyStatus": lambda api: api.list_property_status(),
    "setPropertyAlarms": lambda api: api.set_property_alarms(HOME, {"security_alarm": False}),
    "setPropertyEcoMode": lambda api: api.set_property_eco_mode(HOME, eco_mode=False),
    "listDevices": lambda api: api.list_devices(),
    "listAllDevices": lambda api: api.list_all_devices(),
    "updateDevice": lambda api: api.update_device(UNIT, {}),
    "testDeviceIr": lambda api: api.test_device_ir(UNIT),
    "putAcSchedule": lambda api: api.put_ac_schedule(UNIT, {"enabled": False, "change_ac_state": False}),
    "getStatistics": lambda api: api.get_statistics(),
    "getAlarmSeries": lambda api: api.get_alarm_series("occupancy_alarm_quiet_hours", AlarmScope(), "minutes"),
    "getAlarmSummary": lambda api: api.get_alarm_summary("smoke_alarm", AlarmScope()),
    "getAlarmSummaryByProperty": lambda api: api.get_alarm_summary_by_property("noise_alarm", AlarmScope()),
    "getAlarmSummariesByProperty": lambda api: api.get_alarm_summaries_by_property(["noise_alarm"], AlarmScope()),
    "listNotifications": lambda api: api.list_notifications(NOW - timedelta(days=1)),
    "listLatestNotifications": lambda api: api.list_latest_notifications(NOW - timedelta(days=1)),
    "markNotificationsSeen": lambda api: api.mark_notifications_seen(property_id=HOME),
    "emailSummaryReport": lambda api: api.email_summary_report([HOME], "day"),
    "requestIncidentReport": lambda api: api.request_incident_report(
        HOME, ["robin@example.com"], date(2026, 11, 19), date(2026, 11, 19)
    ),
}
"""Operations with as little as they take."""


@pytest.fixture
def scripted(server: ScriptedServer, session: ClientSession) -> OwnerApi:
    """The API of a server that answers what the test says."""
    return OwnerApi(HttpClient(session, URL(server.url), FixedToken("token")))


def snake_case(operation: str) -> str:
    """Return the name of the typed call."""
    return re.sub(r"(?=[A-Z])", "_", operation).lower()


def test_every_operation_is_a_typed_call_and_every_call_is_an_operation() -> None:
    calls = {name for name, _ in inspect.getmembers(OwnerApi, inspect.iscoroutinefunction) if not name.startswith("_")}
    assert calls == {snake_case(operation) for operation in OPERATIONS}
    assert set(FULL) == set(OPERATIONS)


async def accepted(operation: str, call: Call, cloud: Simulator, api: OwnerApi) -> None:
    """Make a call, and see that the simulator served just this operation and had nothing against it."""
    reports = cloud.world.reports
    reports["report"] = IncidentReport(
        id="report",
        property_id=HOME,
        first=date(2026, 11, 1),
        last=date(2026, 11, 2),
        emails=("robin@example.com",),
        asked_at=NOW,
        asked_on=NOW.date(),
    )
    await call(api)
    counters = cloud.simulation.counters
    assert counters.by_operation == {operation: 1}
    assert set(counters.by_status) <= {"200", "202"}
    assert api.request_count == 1


@pytest.mark.parametrize(("operation", "call"), FULL.items(), ids=FULL)
async def test_the_cloud_takes_the_call_with_all_that_it_may_say(
    cloud: Simulator, api: OwnerApi, operation: str, call: Call
) -> None:
    await accepted(operation, call, cloud, api)


@pytest.mark.parametrize(("operation", "call"), SPARSE.items(), ids=SPARSE)
async def test_the_cloud_takes_the_call_with_as_little_as_it_may_say(
    cloud: Simulator, api: OwnerApi, operation: str, call: Call
) -> None:
    await accepted(operation, call, cloud, api)


@pytest.mark.parametrize(("operation", "call"), FULL.items(), ids=FULL)
async def test_every_described_parameter_can_be_sent(
    server: ScriptedServer, scripted: OwnerApi, operation: str, call: Call
) -> None:
    server.says(answer(200, b"[]" if OPERATIONS[operation].answers_with_a_list else b"{}"))
    await call(scripted)
    (request,) = server.requests
    assert set(URL(request.target).query) == OPERATIONS[operation].query
    assert request.method == OPERATIONS[operation].method


@pytest.mark.parametrize(("operation", "call"), FULL.items(), ids=FULL)
async def test_an_answer_of_another_shape_is_unreadable_and_one_that_says_nothing_is_not_read(
    server: ScriptedServer, scripted: OwnerApi, operation: str, call: Call
) -> None:
    server.says(answer(200, b'"done"'))
    described = next(iter(OPERATIONS[operation].content["responses"].values()))
    if "content" not in described:
        await call(scripted)
        return
    expected = "a list" if OPERATIONS[operation].answers_with_a_list else "an object"
    with pytest.raises(UnreadableAnswer, match=f"^{operation}: {expected} was expected$"):
        await call(scripted)


@pytest.mark.parametrize("operation", ["getAlarmSummaryByProperty", "getAlarmSummariesByProperty"])
async def test_totals_by_property_may_come_as_one_object(
    server: ScriptedServer, scripted: OwnerApi, operation: str
) -> None:
    server.says(answer(200, b'{"value": 3, "property": {"id": "home"}}'))
    assert await FULL[operation](scripted) == [{"value": 3, "property": {"id": "home"}}]


@pytest.mark.parametrize("operation", ["listDevices", "listProperties", "listNotifications"])
async def test_no_other_list_may_come_as_one_object(server: ScriptedServer, scripted: OwnerApi, operation: str) -> None:
    server.says(answer(200, b'{"items": []}'))
    with pytest.raises(UnreadableAnswer, match="a list was expected"):
        await FULL[operation](scripted)


async def query_of(server: ScriptedServer, call: Awaitable[object], content: bytes = b"[]") -> Mapping[str, str]:
    """Make a call and return the query that was sent."""
    server.says(answer(200, content))
    await call
    return dict(URL(server.requests[-1].target).query)


async def test_a_series_is_asked_for_in_local_time_of_the_property(server: ScriptedServer, scripted: OwnerApi) -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    series = Series(measure="noise", granularity="hours", start=summer, end=NOW, zone=BERLIN)
    query = await query_of(server, scripted.get_device_measurements(UNIT, series))
    assert query == {
        "measure": "noise",
        "granularity": "hours",
        "start": "2026-07-01T14:00:00",
        "end": "2026-11-20T13:00:00",
    }


async def test_alarm_statistics_and_notifications_are_asked_for_in_utc(
    server: ScriptedServer, scripted: OwnerApi
) -> None:
    start = datetime(2026, 7, 1, 12, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=5)))
    query = await query_of(server, scripted.get_alarm_summary("noise_alarm", AlarmScope(start=start)), b"{}")
    assert query == {"start": "2026-07-01T07:00:00", "timezone": "UTC"}
    query = await query_of(server, scripted.list_notifications(start))
    assert query == {"start": "2026-07-01T07:00:00", "timezone": "UTC"}


async def test_a_timer_is_sent_with_its_offset(server: ScriptedServer, scripted: OwnerApi) -> None:
    server.says(answer(200))
    await scripted.schedule_ac_timer(UNIT, "off", LATER.astimezone(BERLIN))
    assert orjson.loads(server.requests[0].body) == {"action": "off", "scheduled_for": "2026-11-20T14:00:00+01:00"}


async def test_a_report_over_one_day_says_the_day_and_one_over_several_the_range(
    server: ScriptedServer, scripted: OwnerApi
) -> None:
    server.says(answer(202, b'{"report_id": "r"}'))
    first, last = date(2026, 11, 1), date(2026, 11, 2)
    await scripted.request_incident_report(HOME, ["a@example.com"], first, first)
    await scripted.request_incident_report(HOME, ["a@example.com"], first, last)
    common = {"property_id": HOME, "emails": ["a@example.com"]}
    assert [orjson.loads(request.body) for request in server.requests] == [
        {**common, "date": "2026-11-01"},
        {**common, "start_date": "2026-11-01", "end_date": "2026-11-02"},
    ]


async def test_an_overridden_route_is_used(server: ScriptedServer, session: ClientSession) -> None:
    routes = overridden(OWNER_ROUTES, {"setPropertyEcoMode": "PUT /v2/eco/{id}"})
    server.says(answer(200))
    await OwnerApi(HttpClient(session, URL(server.url), FixedToken("token")), routes).set_property_eco_mode(
        HOME, eco_mode=True
    )
    assert (server.requests[0].method, server.requests[0].target) == ("PUT", "/v2/eco/home?eco_mode=true")


async def test_what_a_call_changes_is_changed(cloud: Simulator, api: OwnerApi) -> None:
    world: World = cloud.world
    await api.set_property_eco_mode(HOME, eco_mode=True)
    await api.set_device_eco_threshold(UNIT, 900)
    await api.set_device_pillar(UNIT, "air_quality")
    await api.update_device(UNIT, {"name": "Room"})
    await api.set_property_alarms(HOME, {"security_alarm": False})
    unit = world.devices[UNIT]
    assert world.properties[HOME].eco
    assert unit.settings["last_PIR_detected_time_th"] == 900
    assert (unit.pillar, unit.name) == ("air_quality", "Room")
    assert "security_alarm" not in world.properties[HOME].armed


async def test_an_item_that_is_not_there_is_gone(api: OwnerApi) -> None:
    with pytest.raises(Gone) as caught:
        await api.get_device("somebody else's")
    assert caught.value.status == 404


async def test_a_locked_unit_is_refused_with_the_clouds_reason(cloud: Simulator, api: OwnerApi) -> None:
    cloud.world.devices[UNIT].locked = True
    with pytest.raises(Refused, match="locked until it has a paid subscription seat") as caught:
        await api.set_device_pillar(UNIT, "noise")
    assert caught.value.status == 409
