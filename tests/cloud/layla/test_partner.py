"""The partner API: what it has in other words than the owner API, and what it lacks."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiohttp import ClientSession
import orjson
import pytest
from yarl import URL

from custom_components.layla.cloud import commands
from custom_components.layla.cloud.bearer import FixedToken
from custom_components.layla.cloud.commands import Command
from custom_components.layla.cloud.errors import NotSupported
from custom_components.layla.cloud.http import HttpClient
from custom_components.layla.cloud.layla.owner import OwnerApi
from custom_components.layla.cloud.layla.partner import PartnerApi
from custom_components.layla.cloud.layla.partner_account import PartnerAccount
from custom_components.layla.cloud.layla.queries import Series, StatisticsScope
from simulator import Simulator
from tests.cloud.conftest import NOW
from tests.cloud.server import ScriptedServer, answer

from .operations import BERLIN, HOME, UNIT


@pytest.fixture
def scripted(server: ScriptedServer, session: ClientSession) -> PartnerApi:
    """The API of a server that answers what the test says."""
    return PartnerApi(HttpClient(session, URL(server.url), FixedToken("token")))


@pytest.fixture
def account(cloud: Simulator, session: ClientSession) -> PartnerAccount:
    """The simulator's account, read by the partner API."""
    return PartnerAccount.by_sign_in(session, URL(cloud.partner_url), FixedToken(cloud.token))


def series(**changed: Any) -> Series:
    """Return a series that both APIs have, with changes."""
    members: dict[str, Any] = {"measure": "noise", "granularity": "hours", "zone": BERLIN}
    return Series(start=NOW - timedelta(days=1), end=NOW, **{**members, **changed})


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (
            lambda api: api.get_device_measurements(UNIT, series(granularity="15min")),
            "no granularity '15min'; it has days, hours, months, years",
        ),
        (
            lambda api: api.get_property_measurements(HOME, series(granularity="minutes")),
            "no granularity 'minutes'; it has days, hours, months, years",
        ),
        (
            lambda api: api.get_device_measurements(UNIT, series(measure="humidity")),
            "no measure 'humidity'; it has noise, power, temperature",
        ),
        (lambda api: api.get_statistics(currency="MXN"), "no currency 'MXN'; it has BRL, EUR, GBP, ILS, USD"),
        (lambda api: api.get_statistics(period="two_days"), "no period 'two_days'; it has day, month, week, year"),
        (
            lambda api: api.get_alarm_series("noise_alarm", StatisticsScope(), "15min"),
            "no granularity '15min'; it has days, hours, months, years",
        ),
    ],
    ids=["series of a unit", "series of a property", "measure", "currency", "period", "alarms"],
)
async def test_a_word_of_the_other_api_is_not_sent(
    server: ScriptedServer, scripted: PartnerApi, call: Callable[[PartnerApi], Awaitable[object]], reason: str
) -> None:
    with pytest.raises(NotSupported) as caught:
        await call(scripted)
    assert caught.value.detail == f"this API has {reason}"
    assert server.requests == []


@pytest.mark.parametrize("granularity", ["days", "months", "years"])
async def test_the_owner_api_is_not_sent_the_words_of_this_one(
    server: ScriptedServer, session: ClientSession, granularity: str
) -> None:
    api = OwnerApi(HttpClient(session, URL(server.url), FixedToken("token")))
    with pytest.raises(NotSupported, match=f"no granularity '{granularity}'"):
        await api.get_device_measurements(UNIT, series(granularity=granularity))
    assert server.requests == []


async def test_a_series_is_asked_for_in_local_time_of_the_property_without_an_offset(
    server: ScriptedServer, scripted: PartnerApi
) -> None:
    server.says(answer(200, b"[]"))
    await scripted.get_device_measurements(UNIT, series())
    assert dict(URL(server.requests[0].target).query) == {
        "measure": "noise",
        "granularity": "hours",
        "start": "2026-11-19T13:00:00",
        "end": "2026-11-20T13:00:00",
    }


@pytest.mark.parametrize(("api", "written"), [(OwnerApi, 1), (PartnerApi, True)], ids=["owner", "partner"])
async def test_whether_a_property_is_enabled_is_written_as_each_api_does(
    server: ScriptedServer, session: ClientSession, api: type[OwnerApi | PartnerApi], written: object
) -> None:
    server.says(answer(200, b"{}"))
    await api(HttpClient(session, URL(server.url), FixedToken("token"))).update_property(HOME, {"enabled": True})
    sent = orjson.loads(server.requests[0].body)["enabled"]
    assert (sent, type(sent)) == (written, type(written))


async def test_what_a_call_creates_is_there(cloud: Simulator, session: ClientSession) -> None:
    api = PartnerApi(HttpClient(session, URL(cloud.partner_url), FixedToken(cloud.token)))
    home = await api.create_property(
        {"name": "New", "category": "office", "address": "2 Example Street", "timezone": "Europe/Berlin"}
    )
    unit = await api.create_device(
        {"property_id": str(home["id"]), "device_mac": "02:00:00:00:00:02", "category": "SP", "name": "Attic"}
    )
    assert cloud.world.devices[str(unit["id"])].property_id == home["id"]
    order = await api.create_sensor_request({"sensors_count": 2})
    assert order["sensors_count"] == 2


async def test_an_account_shows_what_the_api_tells(account: PartnerAccount) -> None:
    refresh = await account.fetch(None, None)
    unit = refresh.snapshot.devices[UNIT]
    assert unit.readings.keys() == {"power", "temperature", "noise"}
    assert {"noise_alarm", "device_off_alarm"} < unit.alarms.keys()
    assert not {"smoke_alarm", "co_alarm"} & unit.alarms.keys()
    assert (unit.online, unit.pillar, unit.drives_ac) == (None, None, False)
    assert refresh.snapshot.last_seen[UNIT] == NOW
    assert refresh.snapshot.properties[HOME].zone == BERLIN
    assert refresh.snapshot.oddities == {}
    assert refresh.setback is None


async def test_a_refresh_costs_the_same_two_requests(cloud: Simulator, account: PartnerAccount) -> None:
    first = await account.fetch(None, None)
    cloud.simulation.counters.reset()
    await account.fetch(first.cursor, first.snapshot)
    assert cloud.simulation.counters.by_operation == {"listDevices": 1, "listNotifications": 1}


async def test_capabilities_say_what_a_partner_lacks(account: PartnerAccount) -> None:
    unit = (await account.fetch(None, None)).snapshot.devices[UNIT]
    offered = {"AcceptPolicy", "ArmPropertyAlarm", "ConfigureAlarms", "EnableUnit", "SetEcoMode"}
    assert account.capabilities(unit) == offered


@pytest.mark.parametrize(
    "command",
    [
        commands.SetPillar(device_id=UNIT, pillar="noise"),
        commands.SetEcoTime(device_id=UNIT, seconds=600),
        commands.SwitchAirConditioner(device_id=UNIT, on=True),
        commands.TestInfrared(device_id=UNIT, mode="smart"),
        commands.MarkSeen(notification_ids=["a"]),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_a_command_that_the_api_lacks_is_said_to_be_unsupported_and_not_sent(
    cloud: Simulator, account: PartnerAccount, command: Command
) -> None:
    with pytest.raises(NotSupported, match="the API of a sign-in has no such operation"):
        await account.execute(command)
    assert cloud.simulation.counters.by_operation == {}


async def test_what_both_apis_have_is_carried_out(cloud: Simulator, account: PartnerAccount) -> None:
    await account.execute(commands.SetEcoMode(property_id=HOME, on=True))
    await account.execute(commands.ArmPropertyAlarm(property_id=HOME, alarm="security_alarm", armed=False))
    assert cloud.world.properties[HOME].eco
    assert "security_alarm" not in cloud.world.properties[HOME].armed


async def test_history_is_there_for_the_measures_of_the_api(account: PartnerAccount) -> None:
    await account.fetch(None, None)
    points = await account.history(UNIT, "temperature", NOW - timedelta(hours=3), NOW)
    assert [point.at for point in points] == [NOW - timedelta(hours=hours) for hours in (3, 2, 1)]
    with pytest.raises(NotSupported):
        await account.history(UNIT, "humidity", NOW - timedelta(hours=3), NOW)
