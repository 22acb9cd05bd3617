"""The owner API: how what is asked for is written, and what comes of it."""

from collections.abc import Awaitable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone

from aiohttp import ClientSession
import orjson
import pytest
from yarl import URL

from custom_components.layla.cloud.bearer import FixedToken
from custom_components.layla.cloud.errors import Gone, Refused, UnreadableAnswer
from custom_components.layla.cloud.http import HttpClient
from custom_components.layla.cloud.layla.owner import OwnerApi
from custom_components.layla.cloud.layla.queries import Series, StatisticsScope
from custom_components.layla.cloud.layla.routes import OWNER_ROUTES
from custom_components.layla.cloud.route import overridden
from simulator import Simulator, World
from tests.cloud.conftest import NOW
from tests.cloud.server import ScriptedServer, answer

from .operations import BERLIN, HOME, LATER, OWNER_FULL, UNIT


@pytest.fixture
def scripted(server: ScriptedServer, session: ClientSession) -> OwnerApi:
    """The API of a server that answers what the test says."""
    return OwnerApi(HttpClient(session, URL(server.url), FixedToken("token")))


@pytest.mark.parametrize("operation", ["getAlarmSummaryByProperty", "getAlarmSummariesByProperty"])
async def test_totals_by_property_may_come_as_one_object(
    server: ScriptedServer, scripted: OwnerApi, operation: str
) -> None:
    server.says(answer(200, b'{"value": 3, "property": {"id": "home"}}'))
    assert await OWNER_FULL[operation](scripted) == [{"value": 3, "property": {"id": "home"}}]


@pytest.mark.parametrize("operation", ["listDevices", "listProperties", "listNotifications"])
async def test_no_other_list_may_come_as_one_object(server: ScriptedServer, scripted: OwnerApi, operation: str) -> None:
    server.says(answer(200, b'{"items": []}'))
    with pytest.raises(UnreadableAnswer, match="a list was expected"):
        await OWNER_FULL[operation](scripted)


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
    query = await query_of(server, scripted.get_alarm_summary("noise_alarm", StatisticsScope(start=start)), b"{}")
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
