"""An account: two requests a refresh, every alarm event once, and a snapshot whatever else fails."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import logging
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import orjson
import pytest
from yarl import URL

from custom_components.layla.cloud import commands
from custom_components.layla.cloud.account import Account, Refresh
from custom_components.layla.cloud.air_conditioner import Appliance, Mode
from custom_components.layla.cloud.bearer import FixedToken
from custom_components.layla.cloud.commands import Command
from custom_components.layla.cloud.cursor import Bookmark, Cursor, History, Subject
from custom_components.layla.cloud.episodes import event_id
from custom_components.layla.cloud.errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    Gone,
    NotSupported,
    RateLimited,
    Refused,
    ServerFault,
    UnreadableAnswer,
)
from custom_components.layla.cloud.http import HttpClient
from custom_components.layla.cloud.layla import account as module
from custom_components.layla.cloud.layla.owner import OwnerApi
from custom_components.layla.cloud.layla.owner_account import OwnerAccount
from custom_components.layla.cloud.layla.parse import Household
from custom_components.layla.cloud.model import AlarmState, Event, Phase, Point, Snapshot
from custom_components.layla.cloud.route import InvalidRoute
from custom_components.layla.cloud.tolerant import Oddities
import simulator
from simulator import Clock, Simulator, World
from simulator.faults import Fault
from simulator.house.notifications import Notification
from tests.cloud.conftest import NOW
from tests.cloud.server import ScriptedServer, answer

from .payloads import DEVICE, NOTIFICATION, PROPERTY, USER

HOME: Final = "home"
UNIT: Final = "unit"
MINUTE: Final = timedelta(minutes=1)
HOUSEHOLD: Final = {"getCurrentUser": 1, "listProperties": 1}
POLL: Final = {"listDevices": 1, "listNotifications": 1}


class Face:
    """What uses an account: it keeps the cursor and the snapshot, and lets time pass for cloud and client alike."""

    def __init__(self, account: OwnerAccount, cloud: Simulator, freezer: FrozenDateTimeFactory | None) -> None:
        """Begin with nothing; without a freezer time passes for the cloud alone."""
        self.account = account
        self.cloud = cloud
        self.world = cloud.world
        self._freezer = freezer
        self.cursor: Cursor | None = None
        self.snapshot: Snapshot | None = None

    async def refresh(self, after: timedelta = timedelta(0)) -> Refresh:
        """Refresh, after some time."""
        self.cloud.simulation.counters.reset()
        if self._freezer:
            self._freezer.tick(after)
        self.world.clock.advance(after.total_seconds())
        refresh = await self.account.fetch(self.cursor, self.snapshot)
        self.cursor, self.snapshot = refresh.cursor, refresh.snapshot
        return refresh

    @property
    def requests(self) -> dict[str, int]:
        """What the last refresh asked for."""
        return dict(self.cloud.simulation.counters.by_operation)

    def fails(self, operation: str, kind: str = "status", **members: Any) -> None:
        """Let an operation fail from now on."""
        self.cloud.simulation.faults.add(Fault(operation, kind, **members))

    def heals(self) -> None:
        """End every fault."""
        self.cloud.simulation.faults.clear()

    def overrides(self, **members: object) -> None:
        """Override members of the unit's payload."""
        unit = self.world.devices[UNIT]
        unit.raw = dict(members)
        self.world.changed(unit)

    def rings(self, alarm: str, *, active: bool = True) -> None:
        """Raise or end an alarm of the unit."""
        self.world.catch_up()
        self.world.ring(self.world.devices[UNIT], alarm, active=active, by_hand=True)

    def tells(self, kind: str, at: datetime) -> None:
        """Let the cloud tell something of the unit."""
        self.world.notify(Notification(kind, HOME, UNIT, at, "Title", "Message"))


@pytest.fixture
def face(account: OwnerAccount, cloud: Simulator, freezer: FrozenDateTimeFactory) -> Face:
    """A face over the tiny home."""
    return Face(account, cloud, freezer)


@asynccontextmanager
async def opened(world: World, session: ClientSession) -> AsyncIterator[Face]:
    """Run another world, and open its account."""
    async with simulator.running(world=world) as cloud:
        yield Face(OwnerAccount.by_token(session, URL(cloud.base_url), cloud.token), cloud, None)


def told(events: Sequence[Event]) -> list[tuple[str, Phase]]:
    """Return what the events tell, in their order."""
    return [(event.alarm, event.phase) for event in events]


def test_it_is_an_account(account: OwnerAccount) -> None:
    through_the_protocol: Account = account
    assert through_the_protocol.request_count == 0


async def test_it_opens_by_a_token_with_the_users_own_routes(session: ClientSession, server: ScriptedServer) -> None:
    server.says(answer(200, b"[]"))
    overrides = {"setPropertyEcoMode": "POST /v2/eco/{id}"}
    account = OwnerAccount.by_token(session, URL(server.url), "token", overrides)
    await account.execute(commands.SetEcoMode(property_id=HOME, on=True))
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/v2/eco/home?eco_mode=true")
    assert request.headers["authorization"] == "Bearer token"


def test_it_does_not_open_with_a_route_that_cannot_work(session: ClientSession) -> None:
    with pytest.raises(InvalidRoute, match="listUnits"):
        OwnerAccount.by_token(session, URL("http://127.0.0.1"), "token", {"listUnits": "/v1/units"})


async def test_trying_it_out_tells_the_owners_address(face: Face) -> None:
    assert await face.account.owner_email() == "robin@example.com"
    assert face.requests == {"getCurrentUser": 1, "listDevices": 1}


@pytest.mark.parametrize("operation", ["getCurrentUser", "listDevices"])
async def test_trying_it_out_fails_where_a_refresh_would(face: Face, operation: str) -> None:
    face.fails(operation, status=404)
    with pytest.raises(NotSupported, match=operation):
        await face.account.owner_email()


# requests


async def test_the_first_refresh_reads_the_household_the_units_and_the_notifications(face: Face) -> None:
    refresh = await face.refresh()
    assert face.requests == {**HOUSEHOLD, **POLL}
    assert refresh.setback is None
    assert refresh.snapshot.oddities == {}

    home = refresh.snapshot.properties[HOME]
    assert (home.name, home.zone) == ("Tiny Home", ZoneInfo("Europe/Berlin"))
    unit = refresh.snapshot.devices[UNIT]
    assert (unit.name, unit.property_id, unit.online, unit.drives_ac) == ("Studio", HOME, True, True)
    assert unit.readings["temperature"].value == 24.0
    assert refresh.snapshot.last_seen == {UNIT: NOW}


@pytest.mark.parametrize("devices", [1, 100, 10_000])
async def test_a_refresh_costs_two_requests_whatever_the_number_of_units(session: ClientSession, devices: int) -> None:
    world = World.fleet(devices, properties=min(devices, 50), clock=Clock.fixed(NOW))
    async with opened(world, session) as face:
        first = await face.refresh()
        assert face.requests == {**HOUSEHOLD, **POLL}
        assert len(first.snapshot.devices) == devices

        second = await face.refresh(after=MINUTE)
        assert face.requests == POLL
        assert all(second.snapshot.devices[unit] is first.snapshot.devices[unit] for unit in first.snapshot.devices)
        assert face.account.request_count == 6


async def test_requests_that_failed_are_counted_as_well(face: Face) -> None:
    face.fails("listDevices", status=500)
    with pytest.raises(CloudUnavailable):
        await face.refresh()
    assert face.account.request_count == 1


# the household


async def test_the_household_is_read_again_after_a_quarter_of_an_hour(face: Face) -> None:
    await face.refresh()
    await face.refresh(after=timedelta(minutes=14, seconds=59))
    assert face.requests == POLL
    await face.refresh(after=timedelta(seconds=1))
    assert face.requests == {**HOUSEHOLD, **POLL}
    await face.refresh(after=MINUTE)
    assert face.requests == POLL


async def test_a_unit_in_a_new_property_has_the_household_read_at_once(face: Face) -> None:
    await face.refresh()
    place = replace(face.world.properties[HOME], id="office", name="Office", timezone="Asia/Tokyo")
    face.world.add_property(place)
    face.overrides(property_id="office", last_updated_at="2026-11-20T12:00:00")

    refresh = await face.refresh(after=MINUTE)
    assert face.requests == {**HOUSEHOLD, **POLL}
    assert refresh.snapshot.properties["office"].name == "Office"
    assert refresh.snapshot.last_seen[UNIT] == datetime(2026, 11, 20, 3, tzinfo=UTC), "read in Tokyo"
    await face.refresh(after=MINUTE)
    assert face.requests == POLL


async def test_a_property_that_is_not_in_the_list_has_the_household_read_once(face: Face) -> None:
    await face.refresh()
    face.overrides(property_id="elsewhere")
    await face.refresh(after=MINUTE)
    assert face.requests == {**HOUSEHOLD, **POLL}
    for _ in range(4):
        refresh = await face.refresh(after=3 * MINUTE)
        assert face.requests == POLL
        assert refresh.snapshot.devices[UNIT].property_id == "elsewhere"
        assert "elsewhere" not in refresh.snapshot.properties


async def test_a_property_that_is_not_in_the_list_at_the_start_costs_nothing_more(face: Face) -> None:
    face.overrides(property_id="elsewhere")
    await face.refresh()
    assert face.requests == {**HOUSEHOLD, **POLL}
    await face.refresh(after=MINUTE)
    assert face.requests == POLL


async def test_a_second_property_that_is_not_in_the_list_is_looked_for_as_well(face: Face) -> None:
    face.overrides(property_id="elsewhere")
    await face.refresh()
    face.overrides(property_id="nowhere")
    await face.refresh(after=MINUTE)
    assert face.requests == {**HOUSEHOLD, **POLL}


@pytest.mark.parametrize("operation", ["getCurrentUser", "listProperties"])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 500}, ServerFault),
        ({"status": 429}, RateLimited),
        ({"kind": "html"}, UnreadableAnswer),
    ],
)
async def test_a_household_that_fails_later_keeps_the_old_one_and_is_tried_again_soon(
    face: Face, operation: str, fault: dict[str, Any], kind: type[CloudError]
) -> None:
    first = await face.refresh()
    face.fails(operation, **fault)
    face.overrides(name="Room")

    refresh = await face.refresh(after=timedelta(minutes=15))
    assert type(refresh.setback) is kind
    assert refresh.snapshot.properties == first.snapshot.properties
    assert refresh.snapshot.devices[UNIT].name == "Room"
    for _ in range(2):
        refresh = await face.refresh(after=MINUTE)
        assert face.requests == POLL
        assert refresh.setback is None

    face.heals()
    refresh = await face.refresh(after=MINUTE)
    assert face.requests == {**HOUSEHOLD, **POLL}
    assert refresh.setback is None


async def test_a_household_that_fails_for_a_new_property_costs_no_snapshot_and_is_not_tried_every_time(
    face: Face,
) -> None:
    await face.refresh()
    face.fails("listProperties", status=500)
    face.overrides(property_id="elsewhere")

    refresh = await face.refresh(after=MINUTE)
    assert isinstance(refresh.setback, CloudUnavailable)
    assert refresh.snapshot.devices[UNIT].property_id == "elsewhere"
    for _ in range(2):
        await face.refresh(after=MINUTE)
        assert face.requests == POLL

    face.heals()
    place = replace(face.world.properties[HOME], id="elsewhere")
    face.world.add_property(place)
    refresh = await face.refresh(after=MINUTE)
    assert "elsewhere" in refresh.snapshot.properties


@pytest.mark.parametrize(
    ("operation", "status", "kind"),
    [
        *(
            (operation, status, kind)
            for operation in ("getCurrentUser", "listProperties", "listDevices")
            for status, kind in ((500, CloudUnavailable), (429, RateLimited))
        ),
        ("getCurrentUser", 404, NotSupported),
        ("listDevices", 404, NotSupported),
    ],
)
async def test_without_a_household_or_units_there_is_no_snapshot(
    face: Face, operation: str, status: int, kind: type[CloudError]
) -> None:
    face.fails(operation, status=status)
    with pytest.raises(kind, match=operation):
        await face.refresh()
    face.heals()
    await face.refresh()
    assert face.requests == {**HOUSEHOLD, **POLL}


@pytest.mark.parametrize("operation", ["getCurrentUser", "listDevices"])
@pytest.mark.parametrize("first", [True, False])
async def test_a_refused_token_is_never_passed_over(face: Face, operation: str, *, first: bool) -> None:
    if not first:
        await face.refresh()
    face.fails(operation, status=401)
    with pytest.raises(AuthenticationFailed, match=operation):
        await face.refresh(after=timedelta(minutes=15))


@pytest.mark.parametrize("first", [True, False])
async def test_a_token_that_may_read_units_but_not_notifications_is_good_enough(face: Face, *, first: bool) -> None:
    if not first:
        await face.refresh()
    face.fails("listNotifications", status=401)
    refresh = await face.refresh(after=MINUTE)
    assert UNIT in refresh.snapshot.devices
    assert isinstance(refresh.setback, AuthenticationFailed)


@pytest.mark.parametrize("status", [401, 403, 404, 405])
@pytest.mark.parametrize("first", [True, False])
async def test_properties_that_the_cloud_keeps_to_itself_cost_no_unit_and_are_said_once(
    face: Face, caplog: pytest.LogCaptureFixture, status: int, *, first: bool
) -> None:
    before = None if first else await face.refresh()
    face.fails("listProperties", status=status)
    for _ in range(3):
        refresh = await face.refresh(after=timedelta(minutes=15))
        assert UNIT in refresh.snapshot.devices
        if before:
            assert refresh.snapshot.properties == before.snapshot.properties
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert ["listProperties" in warning for warning in warnings if "does not offer" in warning] == [True]

    face.heals()
    refresh = await face.refresh(after=timedelta(minutes=15))
    assert HOME in refresh.snapshot.properties


async def test_a_change_of_the_temperature_unit_is_no_change_of_temperature(face: Face) -> None:
    first = await face.refresh()
    face.world.profile["preferences"]["temperature_unit"] = "F"
    face.world.changed()
    second = await face.refresh(after=timedelta(minutes=15))
    assert second.snapshot.devices[UNIT] is first.snapshot.devices[UNIT]


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "America", "../../etc/passwd", "/etc/localtime", "a\0b", "x" * 5000, "é", "zone.tab"]
)
async def test_a_zone_that_is_none_is_utc_and_counted(face: Face, name: str) -> None:
    refresh = await answered(face, listProperties=[{**PROPERTY, "timezone": name}])
    assert refresh.snapshot.properties[HOME].zone is UTC
    assert refresh.snapshot.oddities == {"property.timezone: unknown zone": 1}


async def answered(face: Face, **replies: object) -> Refresh:
    """Refresh once from a server that answers a refresh of everything with these replies."""
    usual = {"listDevices": [DEVICE], "getCurrentUser": USER, "listProperties": [PROPERTY], "listNotifications": []}
    async with ScriptedServer.running() as server, ClientSession() as session:
        server.says(*(answer(200, orjson.dumps(reply)) for reply in {**usual, **replies}.values()))
        account = OwnerAccount(OwnerApi(HttpClient(session, URL(server.url), FixedToken("token"))))
        return await account.fetch(face.cursor, face.snapshot)


# the snapshot


async def test_a_refresh_in_which_only_times_moved_brings_the_same_objects(face: Face) -> None:
    first = await face.refresh()
    for seen in (0, 0, 12, 12, 12, 24):
        refresh = await face.refresh(after=4 * MINUTE)
        assert refresh.snapshot.devices[UNIT] is first.snapshot.devices[UNIT]
        assert refresh.snapshot.properties[HOME] is first.snapshot.properties[HOME]
        assert refresh.snapshot.last_seen[UNIT] == NOW + seen * MINUTE


async def test_a_change_brings_a_new_object_and_when_the_unit_was_last_seen(face: Face) -> None:
    first = await face.refresh()
    face.overrides(connection_status="offline")
    refresh = await face.refresh(after=MINUTE)
    assert refresh.snapshot.devices[UNIT] == replace(first.snapshot.devices[UNIT], online=False)
    assert refresh.snapshot.last_seen[UNIT] == NOW + MINUTE


async def test_wrong_types_in_one_unit_leave_the_others_alone_and_are_counted(session: ClientSession) -> None:
    async with opened(World.fleet(5, properties=1, clock=Clock.fixed(NOW)), session) as face:
        first = await face.refresh()
        face.fails("listDevices", "wrong_types", device_id="unit-00003")
        refresh = await face.refresh(after=MINUTE)
        same = [refresh.snapshot.devices[unit] is first.snapshot.devices[unit] for unit in first.snapshot.devices]
        assert same == [True, True, True, False, True]
        assert refresh.snapshot.oddities["device.latest_values: list expected"] == 1
        face.heals()
        assert (await face.refresh(after=MINUTE)).snapshot.oddities == {}


async def test_oddities_of_the_household_and_of_notifications_are_counted_in_every_snapshot(face: Face) -> None:
    face.world.profile["preferences"]["temperature_unit"] = "K"
    face.tells("payment_due", NOW)
    for _ in range(3):
        refresh = await face.refresh(after=MINUTE)
        assert refresh.snapshot.oddities == {
            "user.preferences.temperature_unit: unknown K": 1,
            "notification.type: unknown payment_due": 1,
        }


async def test_a_removed_unit_is_gone_from_the_next_snapshot(face: Face) -> None:
    await face.refresh()
    face.world.remove_device(UNIT)
    assert (await face.refresh(after=MINUTE)).snapshot.devices == {}


async def test_the_event_loop_gets_its_turn_while_ten_thousand_units_are_read() -> None:
    turns = 0

    async def other_work() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    reply = [{**DEVICE, "id": f"unit-{number}"} for number in range(10_000)]
    busy = asyncio.create_task(other_work())
    units = await module._units(reply, Household(fahrenheit=False, properties={}), Oddities())
    busy.cancel()
    assert len(units) == 10_000
    assert turns >= 50


# alarms


async def test_an_alarm_of_a_notification_is_known_though_the_unit_does_not_name_it(face: Face) -> None:
    await face.refresh()
    face.overrides(alarms=[])
    face.rings("smoke_alarm")
    face.rings("smoke_alarm", active=False)
    refresh = await face.refresh(after=MINUTE)
    quiet = AlarmState(active=False, armed=None, snoozed=False)
    assert refresh.snapshot.devices[UNIT].alarms["smoke_alarm"] == quiet
    assert (await face.refresh(after=timedelta(days=3))).snapshot.devices[UNIT].alarms["smoke_alarm"] == quiet


async def test_alarms_of_the_notifications_before_the_start_are_known(face: Face) -> None:
    face.overrides(alarms=[])
    face.rings("smoke_alarm")
    face.rings("smoke_alarm", active=False)
    refresh = await face.refresh(after=MINUTE)
    assert refresh.events == ()
    assert set(refresh.snapshot.devices[UNIT].alarms) == {"smoke_alarm"}


async def test_a_known_alarm_is_unknown_while_the_cloud_tells_no_alarms(face: Face) -> None:
    face.rings("smoke_alarm")
    first = await face.refresh()
    assert first.snapshot.devices[UNIT].alarms["smoke_alarm"].active is True
    face.overrides(alarms=None, in_alarm=None, active_alarms=None)
    alarms = (await face.refresh(after=MINUTE)).snapshot.devices[UNIT].alarms
    assert {state.active for state in alarms.values()} == {None}
    assert alarms.keys() == first.snapshot.devices[UNIT].alarms.keys()


async def test_an_alarm_of_a_notification_is_unknown_while_the_cloud_tells_no_alarms(face: Face) -> None:
    face.rings("smoke_alarm")
    face.overrides(alarms=None, in_alarm=None, active_alarms=None)
    alarms = (await face.refresh()).snapshot.devices[UNIT].alarms
    assert alarms == {"smoke_alarm": AlarmState(active=None, armed=None, snoozed=False)}


# events


async def test_the_first_refresh_has_no_events(face: Face) -> None:
    face.rings("smoke_alarm")
    refresh = await face.refresh(after=MINUTE)
    assert refresh.events == ()
    assert (await face.refresh(after=MINUTE)).events == []


async def test_later_events_come_once_each_and_in_order(face: Face) -> None:
    await face.refresh()
    face.rings("noise_alarm")
    face.world.clock.advance(5)
    face.rings("smoke_alarm")
    face.world.clock.advance(5)
    face.rings("noise_alarm", active=False)
    refresh = await face.refresh(after=MINUTE)
    assert told(refresh.events) == [
        ("noise_alarm", Phase.STARTED),
        ("smoke_alarm", Phase.STARTED),
        ("noise_alarm", Phase.ENDED),
    ]
    assert all(event.device_id == UNIT and event.property_id == HOME for event in refresh.events)
    assert [event.at for event in refresh.events] == sorted(event.at for event in refresh.events)
    for _ in range(6):
        assert (await face.refresh(after=2 * MINUTE)).events == []


async def test_alarms_that_began_in_the_same_second_are_one(face: Face) -> None:
    await face.refresh()
    for _ in range(3):
        face.rings("noise_alarm")
        face.rings("noise_alarm", active=False)
    assert told((await face.refresh(after=MINUTE)).events) == [
        ("noise_alarm", Phase.STARTED),
        ("noise_alarm", Phase.ENDED),
    ]


async def test_every_alarm_of_many_refreshes_comes_exactly_once(face: Face) -> None:
    await face.refresh()
    heard: list[Event] = []
    for minute in range(16):
        face.rings("noise_alarm", active=minute % 2 == 0)
        heard += (await face.refresh(after=MINUTE)).events
    assert len(heard) == len({event.id for event in heard}) == 16
    assert all(before.at < after.at for before, after in pairwise(heard))


async def test_a_late_notification_within_ten_minutes_is_heard(face: Face) -> None:
    await face.refresh()
    face.rings("smoke_alarm")
    await face.refresh(after=MINUTE)
    face.tells("noise_alarm_start", face.world.time - 9 * MINUTE)
    assert told((await face.refresh(after=MINUTE)).events) == [("noise_alarm", Phase.STARTED)]


async def test_a_stored_cursor_goes_on_where_it_stood_after_a_restart(face: Face, api: OwnerApi) -> None:
    await face.refresh()
    face.rings("noise_alarm")
    await face.refresh(after=MINUTE)
    face.rings("smoke_alarm")
    face.account, face.snapshot = OwnerAccount(api), None
    assert told((await face.refresh(after=timedelta(hours=5))).events) == [("smoke_alarm", Phase.STARTED)]


async def test_an_event_is_in_one_refresh_though_the_cloud_lists_it_twice(face: Face) -> None:
    await face.refresh()
    refresh = await answered(face, listNotifications=[NOTIFICATION, NOTIFICATION])
    assert told(refresh.events) == [("noise_alarm", Phase.STARTED)]


async def test_a_notification_from_the_far_future_stops_no_other(face: Face) -> None:
    await face.refresh()
    face.tells("smoke_alarm_start", NOW + timedelta(days=2000))
    assert told((await face.refresh(after=MINUTE)).events) == [("smoke_alarm", Phase.STARTED)]
    assert told((await face.refresh(after=MINUTE)).events) == [("smoke_alarm", Phase.ENDED)]
    for _ in range(3):
        face.rings("noise_alarm")
        assert told((await face.refresh(after=MINUTE)).events) == [("noise_alarm", Phase.STARTED)]
        face.rings("noise_alarm", active=False)
        assert told((await face.refresh(after=MINUTE)).events) == [("noise_alarm", Phase.ENDED)]


async def test_a_cursor_from_the_future_is_brought_back(face: Face) -> None:
    bookmark = Bookmark(since=NOW + timedelta(days=2000))
    face.cursor = Cursor(bookmark=bookmark, history=History(forgotten=NOW))
    for active, phase in ((True, Phase.STARTED), (False, Phase.ENDED)):
        face.rings("noise_alarm", active=active)
        assert told((await face.refresh(after=MINUTE)).events) == [("noise_alarm", phase)]


async def test_a_cloud_that_tells_its_whole_history_every_time_repeats_nothing(face: Face) -> None:
    await face.refresh()
    old = {**NOTIFICATION, "id": "old", "created_at": "2026-10-01T12:00:00Z"}
    for _ in range(3):
        refresh = await answered(face, listNotifications=[NOTIFICATION, old])
        face.cursor = refresh.cursor
        assert "old" not in [event.id for event in refresh.events]


async def test_fractions_of_a_second_repeat_nothing(face: Face) -> None:
    """The start that we ask for has whole seconds, so the cloud tells a little more."""
    await face.refresh()
    bookmark = Bookmark(since=NOW - 20 * MINUTE + timedelta(seconds=0.7), seen=frozenset({"newest"}))
    face.cursor = Cursor(bookmark=bookmark, history=History(forgotten=NOW - timedelta(days=1)))
    before = {**NOTIFICATION, "id": "before", "created_at": "2026-11-20T11:30:00.300Z"}
    missed = {**NOTIFICATION, "id": "missed", "created_at": "2026-11-20T11:30:00.900Z"}
    newest = {**NOTIFICATION, "id": "newest", "created_at": "2026-11-20T11:40:00.700Z"}
    refresh = await answered(face, listNotifications=[newest, missed, before])
    assert [event.at.isoformat() for event in refresh.events] == ["2026-11-20T11:30:00.900000+00:00"]


@pytest.mark.parametrize("ahead", [timedelta(minutes=30), timedelta(minutes=-30)])
async def test_clocks_that_disagree_lose_and_repeat_nothing(
    face: Face, freezer: FrozenDateTimeFactory, ahead: timedelta
) -> None:
    freezer.move_to(NOW + ahead)
    await face.refresh()
    heard: list[Event] = []
    for number in range(18):
        if number % 3 == 0:
            face.rings("noise_alarm", active=number % 2 == 0)
        heard += (await face.refresh(after=5 * MINUTE)).events
    assert len(heard) == len({event.id for event in heard}) == 6


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 500}, ServerFault),
        ({"status": 403}, Refused),
        ({"status": 429, "retry_after": 90}, RateLimited),
        ({"kind": "cut"}, CloudUnavailable),
        ({"kind": "truncate"}, CloudUnavailable),
        ({"kind": "mangle"}, UnreadableAnswer),
        ({"kind": "html"}, UnreadableAnswer),
        ({"kind": "not_list"}, UnreadableAnswer),
    ],
)
async def test_notifications_that_fail_cost_no_snapshot_and_lose_no_event(
    face: Face, fault: dict[str, Any], kind: type[CloudError]
) -> None:
    await face.refresh()
    bookmark = face.cursor and face.cursor.bookmark
    face.rings("smoke_alarm")
    face.rings("noise_alarm")
    face.rings("noise_alarm", active=False)
    face.fails("listNotifications", **fault)
    heard: list[tuple[str, Phase]] = []
    for _ in range(2):
        refresh = await face.refresh(after=15 * MINUTE)
        assert type(refresh.setback) is kind
        heard += told(refresh.events)
        assert refresh.cursor.bookmark == bookmark
        assert refresh.snapshot.devices[UNIT].alarms["smoke_alarm"].active is True
    assert heard == [("smoke_alarm", Phase.STARTED)]

    face.heals()
    refresh = await face.refresh(after=MINUTE)
    assert refresh.setback is None
    # Nothing but its notification told of the one that was over before we looked.
    assert told(refresh.events) == [("noise_alarm", Phase.STARTED), ("noise_alarm", Phase.ENDED)]


@pytest.mark.parametrize("status", [404, 405, 500])
async def test_without_notifications_every_alarm_is_told_and_none_again_when_they_are_back(
    face: Face, status: int
) -> None:
    face.tells("co_alarm_start", NOW - 5 * MINUTE)
    face.rings("smoke_alarm")
    face.fails("listNotifications", status=status)
    assert (await face.refresh()).events == ()
    face.rings("noise_alarm")
    assert told((await face.refresh(after=MINUTE)).events) == [("noise_alarm", Phase.STARTED)]
    face.rings("noise_alarm", active=False)
    assert told((await face.refresh(after=MINUTE)).events) == [("noise_alarm", Phase.ENDED)]

    face.heals()
    assert (await face.refresh(after=timedelta(days=1))).events == []
    assert face.requests["listNotifications"] == 1
    face.rings("noise_alarm")
    assert told((await face.refresh(after=MINUTE)).events) == [("noise_alarm", Phase.STARTED)]


@pytest.mark.parametrize("status", [None, 404])
@pytest.mark.parametrize("in_app", [True, False])
async def test_the_same_alarm_has_the_same_ids_whoever_tells_of_it(
    face: Face, *, in_app: bool, status: int | None
) -> None:
    face.world.profile["notification_preferences"]["in_app"] = in_app
    if status:
        face.fails("listNotifications", status=status)
    await face.refresh()
    face.rings("smoke_alarm")
    events = [*(await face.refresh(after=MINUTE)).events]
    face.rings("smoke_alarm", active=False)
    events += (await face.refresh(after=MINUTE)).events
    subject = Subject(UNIT, None, "smoke_alarm")
    assert [event.id for event in events] == [event_id(subject, phase, NOW) for phase in Phase]


async def test_a_cursor_that_was_not_stored_finds_the_same_events_again(face: Face) -> None:
    await face.refresh()
    stored, snapshot = face.cursor, face.snapshot
    face.rings("smoke_alarm")
    events = (await face.refresh(after=MINUTE)).events
    face.cursor, face.snapshot = stored, snapshot
    assert (await face.refresh(after=MINUTE)).events == events


async def test_an_alarm_that_began_again_between_two_refreshes_is_told_though_the_unit_stays_the_same_object(
    face: Face,
) -> None:
    face.world.profile["notification_preferences"]["in_app"] = False
    face.rings("smoke_alarm")
    first = await face.refresh()
    face.world.clock.advance(240)
    face.rings("smoke_alarm", active=False)
    face.rings("smoke_alarm")
    refresh = await face.refresh(after=MINUTE)
    assert refresh.snapshot.devices[UNIT] is first.snapshot.devices[UNIT]
    assert told(refresh.events) == [("smoke_alarm", Phase.ENDED), ("smoke_alarm", Phase.STARTED)]


async def test_an_alarm_of_a_snoozed_kind_is_told(face: Face) -> None:
    """Snoozing silences LaylaElectric's own notifications, and the state still shows the alarm."""
    face.world.devices[UNIT].snoozed = ["smoke_alarm"]
    await face.refresh()
    face.rings("smoke_alarm")
    assert told((await face.refresh(after=MINUTE)).events) == [("smoke_alarm", Phase.STARTED)]
    face.rings("smoke_alarm", active=False)
    assert told((await face.refresh(after=MINUTE)).events) == [("smoke_alarm", Phase.ENDED)]


async def test_a_unit_that_does_not_tell_its_alarms_ends_none_after_a_restart(face: Face, api: OwnerApi) -> None:
    face.rings("smoke_alarm")
    await face.refresh()
    face.overrides(in_alarm=None, active_alarms=None)
    face.account, face.snapshot = OwnerAccount(api), None
    assert (await face.refresh(after=MINUTE)).events == []
    face.overrides()
    assert (await face.refresh(after=MINUTE)).events == []


async def test_a_refresh_in_which_nothing_happened_leaves_nothing_to_save(face: Face) -> None:
    face.rings("smoke_alarm")
    await face.refresh()
    before = face.cursor
    for _ in range(3):
        assert (await face.refresh(after=5 * MINUTE)).cursor == before


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_notifications_that_the_cloud_does_not_have_are_said_once_and_asked_for_daily(
    face: Face, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    await face.refresh()
    caplog.clear()
    face.fails("listNotifications", status=status)
    for quarter in range(8):
        refresh = await face.refresh(after=timedelta(hours=6))
        assert ("listNotifications" in face.requests) == (quarter % 4 == 0)
        assert refresh.setback is None
    assert [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components") and record.levelno >= logging.INFO
    ] == [
        f"This cloud does not offer listNotifications: {status}, Simulated fault with status {status}; it is left out"
    ]

    face.heals()
    face.rings("smoke_alarm")
    assert told((await face.refresh(after=timedelta(hours=6))).events) == [("smoke_alarm", Phase.STARTED)]
    await face.refresh(after=MINUTE)
    assert face.requests["listNotifications"] == 1


async def test_notifications_that_go_missing_again_are_said_again(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        face.fails("listNotifications", status=404)
        await face.refresh(after=timedelta(days=1))
        face.heals()
        await face.refresh(after=timedelta(days=1))
    assert caplog.text.count("does not offer listNotifications") == 2


async def test_a_rate_limit_is_the_setback_that_is_told_of_several(face: Face) -> None:
    await face.refresh()
    face.fails("getCurrentUser", status=500)
    face.fails("listNotifications", status=429, retry_after=90)
    refresh = await face.refresh(after=timedelta(minutes=15))
    assert isinstance(refresh.setback, RateLimited)
    assert refresh.setback.retry_after == 90


# history


@pytest.mark.parametrize("unit", ["C", "F"])
async def test_history_is_in_celsius_and_at_the_hours_that_were_asked_for(face: Face, unit: str) -> None:
    face.world.profile["preferences"]["temperature_unit"] = unit
    await face.refresh()
    points = await face.account.history(UNIT, "temperature", NOW - timedelta(hours=3), NOW)
    assert points == [Point(at=NOW - timedelta(hours=hours), value=24.0) for hours in (3, 2, 1)]


async def test_history_over_a_change_of_the_clocks_has_every_hour_but_the_one_that_is_there_twice(face: Face) -> None:
    await face.refresh()
    start = datetime(2026, 10, 24, 20, tzinfo=UTC)
    points = await face.account.history(UNIT, "noise", start, start + timedelta(hours=12))
    assert [point.at for point in points] == [start + timedelta(hours=hours) for hours in range(12)]


async def test_history_of_a_measure_that_the_unit_does_not_have_is_empty(face: Face) -> None:
    face.world.devices[UNIT].measures = ("noise",)
    await face.refresh()
    assert await face.account.history(UNIT, "power", NOW - timedelta(hours=3), NOW) == []


@pytest.mark.parametrize("known", [True, False])
async def test_history_of_a_unit_that_is_not_in_the_list_is_gone_without_a_request(face: Face, *, known: bool) -> None:
    if known:
        await face.refresh()
    before = face.account.request_count
    with pytest.raises(Gone, match="not in the last device list"):
        await face.account.history("other", "noise", NOW - timedelta(hours=3), NOW)
    assert face.account.request_count == before


async def test_history_that_fails_says_so(face: Face) -> None:
    await face.refresh()
    face.fails("getDeviceMeasurements", status=429, retry_after=5)
    with pytest.raises(RateLimited):
        await face.account.history(UNIT, "noise", NOW - timedelta(hours=3), NOW)


# commands


async def test_every_command_does_what_it_says(face: Face) -> None:
    world = face.world
    unit, home = world.devices[UNIT], world.properties[HOME]
    face.rings("noise_alarm")
    (alarm,) = world.notifications.newest_first(NOW)
    given: Sequence[Command] = (
        commands.ArmPropertyAlarm(property_id=HOME, alarm="security_alarm", armed=False),
        commands.SetEcoMode(property_id=HOME, on=True),
        commands.SetEcoTime(device_id=UNIT, seconds=600),
        commands.TestInfrared(device_id=UNIT, mode="learn"),
        commands.SetPillar(device_id=UNIT, pillar="noise"),
        commands.MarkSeen(notification_ids=[alarm.id]),
    )
    for command in given:
        await face.account.execute(command)
        assert face.account.request_count == given.index(command) + 1
    assert "security_alarm" not in home.armed
    assert home.eco
    assert unit.settings["last_PIR_detected_time_th"] == 600
    assert [frame.action for frame in unit.infrared.frames] == ["test"]
    assert unit.pillar == "noise"
    assert [each.id for each in world.notifications.newest_first(NOW) if each.seen] == [alarm.id]
    assert set(face.cloud.simulation.counters.by_status) == {"200"}


async def test_a_command_that_is_refused_says_why(face: Face) -> None:
    face.world.devices[UNIT].locked = True
    with pytest.raises(Refused, match="locked"):
        await face.account.execute(commands.SetPillar(device_id=UNIT, pillar="noise"))


async def test_a_command_to_what_is_not_there_is_gone(face: Face) -> None:
    with pytest.raises(Gone):
        await face.account.execute(commands.SetEcoMode(property_id="other", on=True))


EVERYWHERE: Final = {
    "ArmPropertyAlarm",
    "ConfigureAlarms",
    "SetEcoMode",
    "SetPillar",
    "SetEcoTime",
    "MarkSeen",
    "MarkAllSeen",
    "AcceptPolicy",
    "incident_report",
    "summary_report",
}
INFRARED: Final = {
    "TestInfrared",
    "SwitchAirConditioner",
    "TellAirConditioner",
    "SettleAirConditioner",
    "SetAcTimer",
    "CancelAcTimer",
    "SetAcSchedule",
    "DeleteAcSchedule",
}


async def test_infrared_is_for_units_that_drive_an_ac(face: Face) -> None:
    unit = (await face.refresh()).snapshot.devices[UNIT]
    assert face.account.capabilities(unit) == EVERYWHERE | INFRARED
    assert face.account.capabilities(replace(unit, drives_ac=False)) == EVERYWHERE


LACKING: Final[Sequence[tuple[Command, str, set[str]]]] = (
    (
        commands.SwitchAirConditioner(device_id=UNIT, on=True),
        "scheduleAcTimer",
        {"SwitchAirConditioner", "TellAirConditioner", "SettleAirConditioner", "SetAcTimer"},
    ),
    (
        commands.SetAcSchedule(device_id=UNIT, schedule={"enabled": False}),
        "putAcSchedule",
        {"TellAirConditioner", "SetAcSchedule"},
    ),
    (commands.CancelAcTimer(device_id=UNIT), "cancelAcTimer", {"CancelAcTimer"}),
    (commands.DeleteAcSchedule(device_id=UNIT), "deleteAcSchedule", {"DeleteAcSchedule"}),
    (commands.TestInfrared(device_id=UNIT, mode="smart"), "testDeviceIr", {"TestInfrared"}),
)


@pytest.mark.parametrize("status", [404, 405, 501])
@pytest.mark.parametrize(("command", "operation", "lost"), LACKING, ids=[operation for _, operation, _ in LACKING])
async def test_what_the_cloud_lacks_of_infrared_is_said_once_not_offered_and_tried_again_daily(
    face: Face,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    command: Command,
    operation: str,
    lost: set[str],
    status: int,
) -> None:
    unit = (await face.refresh()).snapshot.devices[UNIT]
    face.fails(operation, status=status)
    for _ in range(2):
        with pytest.raises(NotSupported, match=operation) as caught:
            await face.account.execute(command)
        assert caught.value.status == status
    assert face.account.capabilities(unit) == EVERYWHERE | INFRARED - lost
    assert caplog.text.count(f"does not offer {operation}") == 1

    freezer.tick(timedelta(days=1))
    face.heals()
    assert face.account.capabilities(unit) == EVERYWHERE | INFRARED


@pytest.mark.parametrize("known", [True, False])
async def test_an_air_conditioner_that_is_not_in_the_list_is_gone_and_says_nothing_of_the_others(
    face: Face, *, known: bool
) -> None:
    if known:
        await face.refresh()
    face.fails("scheduleAcTimer", status=404)
    with pytest.raises(Gone):
        await face.account.execute(commands.SwitchAirConditioner(device_id="other", on=True))
    unit = (await face.refresh()).snapshot.devices[UNIT]
    assert face.account.capabilities(unit) == EVERYWHERE | INFRARED


async def test_a_payload_tells_of_the_air_conditioner(face: Face) -> None:
    assert (await face.refresh()).snapshot.devices[UNIT].appliance is None
    face.overrides(settings={"appliance_config": {"vendor": "Acme", "mode": "heat"}})
    unit = (await face.refresh(after=MINUTE)).snapshot.devices[UNIT]
    assert unit.appliance == Appliance(vendor="Acme", mode=Mode.HEAT)


async def test_an_account_begins_with_nothing_unsettled_and_remembers_as_long_as_it_lives(face: Face) -> None:
    await face.refresh()
    assert face.account.unsettled == {}
    await face.account.execute(commands.SwitchAirConditioner(device_id=UNIT, on=True))
    assert face.account.unsettled.keys() == {UNIT}


async def test_nothing_is_pushed(account: OwnerAccount) -> None:
    heard: list[Refresh] = []
    stop = await account.subscribe(heard.append)
    stop()
    assert heard == []
    assert account.request_count == 0
