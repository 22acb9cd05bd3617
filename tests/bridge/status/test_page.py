"""The status page over HTTP: what it answers, to whom, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
import errno
import json
import re
import socket
from typing import Any

from aiohttp import ClientSession
import pytest

from layla_bridge.cloud.air_conditioner import AirConditioner, Mode
from layla_bridge.cloud.model import Device, Snapshot
from layla_bridge.configuration import StatusPage as Settings
from layla_bridge.status import PageUnavailable, StatusPage
from layla_bridge.status.feed import Feed
from layla_bridge.status.page import _why
from layla_bridge.status.reader import Rhythm
from tests.bridge.mosquitto import free_port
from tests.bridge.status_house import FLAT, STATUS, UNITS, VILLA, House, account, unit
from tests.bridge.status_stream import streaming
from tests.bridge.world import MINUTE, NOW

QUICK = Rhythm(gap=0.05, tick=0.2, keep_alive=60.0, patience=5.0)

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what a container listens on

type Open = Callable[..., Awaitable[str]]


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def pages() -> AsyncIterator[list[StatusPage]]:
    """The pages that were opened; all are stopped in the end."""
    opened: list[StatusPage] = []
    yield opened
    for page in opened:
        await page.stop()


@pytest.fixture
async def opened(house: House, pages: list[StatusPage]) -> Open:
    """Open a page of the house; returns its address."""

    async def open_page(
        *, rhythm: Rhythm = QUICK, most_readers: int = 4, shown: dict[str, Any] | None = None, **settings: Any
    ) -> str:
        port = settings.setdefault("port", free_port())
        page = StatusPage(
            Settings.model_construct(**settings),
            house.shown(**(shown or {})),
            rhythm=rhythm,
            most_readers=most_readers,
        )
        await page.start()
        pages.append(page)
        return f"http://127.0.0.1:{port}/"

    return open_page


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened_session:
        yield opened_session


async def test_the_page_runs_nothing_but_its_own_and_loads_nothing(opened: Open, session: ClientSession) -> None:
    async with session.get(await opened()) as answer:
        text = await answer.text()
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert answer.content_type == "text/html"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Server"] == "layla-bridge"
    assert {"default-src 'none'", "connect-src 'self'", "frame-ancestors 'self'", "base-uri 'none'"} <= set(policy)
    assert "unsafe" not in " ".join(policy)
    assert not re.search(r"https?://(?!www\.w3\.org)", text)
    assert not re.search(r'(?:src|href)="/', text)
    assert "{{" not in text


async def test_the_first_message_has_everything(opened: Open, session: ClientSession) -> None:
    async with streaming(session, await opened()) as stream:
        assert stream.response.content_type == "text/event-stream"
        assert stream.response.headers["Cache-Control"] == "no-store"
        first, units = await stream.begun()
    assert first["first"] is True
    assert first["now"] == "2026-11-20T12:00:00+00:00"
    assert first["status"]["cloud"]["state"] == "online"
    assert first["properties"] == [{"id": "p-villa", "name": "Villa Marina"}, {"id": "p-flat", "name": "Old town flat"}]
    assert [each["id"] for each in first["events"]] == ["e5", "e4", "e3", "e2", "e1"]
    assert [each["count"] for each in first["log"]] == [14, 1]
    assert len(units) == 12
    assert units["v-01"]["alarms"]["smoke_alarm"]["active"] is True
    assert units["v-02"]["ac"]["mode"] == "cool"
    rows = {row["key"]: row for row in first["catalogue"]["measures"]}
    assert (rows["noise"]["unit"], rows["temperature"]["precision"], rows["wifi_rssi"]["minor"]) == ("dB", 1, True)


async def test_only_what_changed_is_sent(
    opened: Open, pages: list[StatusPage], house: House, session: ClientSession
) -> None:
    async with streaming(session, await opened()) as stream:
        await stream.begun()
        house.measure("v-01", temperature=25.5)
        house.measure("f-02", noise=70.0)
        pages[0].changed()
        message = await stream.message()
        assert list(message) == ["units"]
        assert {each["id"]: each["readings"] for each in message["units"]}["v-01"]["temperature"] == 25.5
        assert len(message["units"]) == 2

        house.status = replace(house.status, at=NOW + MINUTE, outbox=replace(STATUS.outbox, depth=1))
        pages[0].changed()
        message = await stream.message()
        assert message.keys() == {"now", "status"}
        assert message["status"]["outbox"]["depth"] == 1


async def test_what_nobody_announces_is_found_all_the_same(opened: Open, house: House, session: ClientSession) -> None:
    async with streaming(session, await opened()) as stream:
        await stream.begun()
        house.entries = house.entries[:1]
        assert (await stream.message()).keys() == {"now", "log"}


async def test_nothing_is_sent_when_only_time_goes_on(opened: Open, house: House, session: ClientSession) -> None:
    rhythm = replace(QUICK, keep_alive=0.1)
    async with streaming(session, await opened(rhythm=rhythm)) as stream:
        await stream.begun()
        house.status = replace(house.status, at=NOW + MINUTE, memory=48_712_346)
        house.snapshot = account(*UNITS)
        assert await stream.block() == ": still here\n"
        house.status = replace(house.status, memory=60_000_000)
        assert (await stream.message())["status"]["memory"] == 60_000_000


async def test_changes_of_a_second_are_one_message(
    opened: Open, pages: list[StatusPage], house: House, session: ClientSession
) -> None:
    rhythm = replace(QUICK, gap=0.4, tick=60.0)
    async with streaming(session, await opened(rhythm=rhythm)) as stream:
        await stream.begun()
        for degrees in range(20, 30):
            house.measure("v-01", temperature=float(degrees))
            pages[0].changed()
            await asyncio.sleep(0.01)
        message = await stream.message()
        assert [each["readings"]["temperature"] for each in message["units"]] == [29.0]


async def test_units_come_go_and_move(
    opened: Open, pages: list[StatusPage], house: House, session: ClientSession
) -> None:
    async with streaming(session, await opened()) as stream:
        await stream.begun()
        others = [replace(each, property_id="p-flat") if each.id == "v-07" else each for each in UNITS[1:]]
        house.snapshot = account(*others, unit("f-06", "Attic", FLAT, {"noise": 30}))
        pages[0].changed()
        assert (await stream.message())["gone"] == ["v-01"]
        moved = {each["id"]: each["property_id"] for each in (await stream.message())["units"]}
        assert moved == {"v-07": "p-flat", "f-06": "p-flat"}


async def test_a_page_that_is_there_before_the_account_fills_up(
    opened: Open, pages: list[StatusPage], house: House, session: ClientSession
) -> None:
    house.snapshot = None
    async with streaming(session, await opened()) as stream:
        first = await stream.message()
        assert "properties" not in first
        pages[0].changed(["v-02"])
        house.snapshot = account(*UNITS)
        pages[0].changed()
        assert len((await stream.message())["properties"]) == 2
        assert len((await stream.message())["units"]) == 12


async def test_what_an_air_conditioner_was_told_is_shown_although_the_cloud_says_nothing(
    opened: Open, pages: list[StatusPage], house: House, session: ClientSession
) -> None:
    async with streaming(session, await opened()) as stream:
        await stream.begun()
        house.told["v-02"] = AirConditioner(power=True, mode=Mode.HEAT, temperature=25)
        pages[0].changed(["v-02", "no such unit"])
        assert [each["ac"]["mode"] for each in (await stream.message())["units"]] == ["heat"]


async def test_what_is_not_published_is_not_on_the_page(opened: Open, house: House, session: ClientSession) -> None:
    too_long = unit("x" * 40_000, "Endless", FLAT, {"noise": 30})
    house.snapshot = account(*UNITS, too_long)
    shown = {"selected": lambda property_id: property_id == FLAT.id}
    async with streaming(session, await opened(shown=shown)) as stream:
        first, units = await stream.begun()
    assert [each["id"] for each in first["properties"]] == ["p-flat"]
    assert sorted(units) == ["f-01", "f-02", "f-03", "f-04", "f-05"]


async def test_no_name_leaves_the_bridge_when_names_stay_here(opened: Open, session: ClientSession) -> None:
    async with streaming(session, await opened(shown={"names": False})) as stream:
        first, units = await stream.begun()
    told = json.dumps([first, units])
    assert not any(each.name in told for each in (*UNITS, VILLA, FLAT) if each.name and each.name != "Hall")
    assert '"Hall"' not in told


async def test_a_large_account_comes_in_many_messages(opened: Open, house: House, session: ClientSession) -> None:
    """So that none of them holds up the bridge."""
    house.snapshot = account(*(unit(f"u{number}", f"Room {number}", VILLA, {"noise": 30}) for number in range(1100)))
    async with streaming(session, await opened()) as stream:
        await stream.message()
        found = [len((await stream.message())["units"]) for _ in range(5)]
    assert found == [250, 250, 250, 250, 100]


def test_ten_thousand_unchanged_units_cost_next_to_nothing(house: House) -> None:
    house.snapshot = account(*(unit(f"u{number}", "Room", VILLA, {"noise": 30}) for number in range(10_000)))
    written: list[str] = []
    shown = house.shown()

    def write(snapshot: Snapshot, device: Device) -> bytes:
        written.append(device.id)
        return shown.unit(snapshot, device)

    feed = Feed(replace(shown, unit=write))
    assert len(list(feed.messages())) == 41
    assert len(written) == 10_000
    house.snapshot = account(*house.snapshot.devices.values())
    house.measure("u7", noise=31)
    assert len(list(feed.messages())) == 1
    assert written[10_000:] == ["u7"]
    assert list(feed.messages()) == []


async def test_readers_are_bounded_and_make_room_when_they_leave(opened: Open, session: ClientSession) -> None:
    url = await opened(most_readers=1)
    async with streaming(session, url) as stream:
        await stream.begun()
        async with session.get(f"{url}events") as refused:
            assert refused.status == 503
            assert refused.headers["Retry-After"] == "10"
            assert "default-src 'none'" in refused.headers["Content-Security-Policy"]
    async with asyncio.timeout(10):
        while True:
            async with session.get(f"{url}events") as answer:
                if answer.status == 200:
                    break
            await asyncio.sleep(0.02)


async def test_a_reader_that_takes_nothing_holds_up_nobody(
    opened: Open, pages: list[StatusPage], house: House, session: ClientSession
) -> None:
    """It is let go, and its place is free."""
    house.snapshot = account(*(unit(f"u{number}", "x" * 400, VILLA, {"noise": 30}) for number in range(10_000)))
    url = await opened(rhythm=replace(QUICK, patience=0.3))
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2].strip("/")), limit=1024)
    writer.write(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readline()
    async with streaming(session, url) as stream:
        assert (await stream.message())["first"] is True
    async with asyncio.timeout(10):
        while pages[0]._readers:  # noqa: ASYNC110 - nobody is told when a reader is let go
            await asyncio.sleep(0.02)
    writer.close()


async def test_it_ends_within_a_second_with_readers_on_it(
    opened: Open, pages: list[StatusPage], session: ClientSession
) -> None:
    async with streaming(session, await opened(rhythm=Rhythm())) as stream:
        await stream.begun()
        async with asyncio.timeout(1):
            await pages[0].stop()
            assert await stream.block() == ""


@pytest.mark.parametrize("prefix", ["", "/layla", "/homes/layla"])
async def test_it_works_below_any_prefix_that_a_proxy_keeps_or_strips(
    opened: Open, session: ClientSession, prefix: str
) -> None:
    url = await opened(path_prefix=prefix)
    for begin in {url, f"{url.rstrip('/')}{prefix}/"}:
        for path in ("", "healthz", "metrics"):
            async with session.get(f"{begin}{path}") as answer:
                assert answer.status == 200, begin + path
        async with streaming(session, begin) as stream:
            await stream.begun()


async def test_a_forgotten_slash_is_added_relative_to_whatever_stands_before(
    opened: Open, session: ClientSession
) -> None:
    url = await opened(path_prefix="/homes/layla")
    async with session.get(f"{url}homes/layla", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (301, "layla/")
    async with session.get(f"{url}homes/layla") as answer:
        assert answer.url.path == "/homes/layla/"
        assert answer.status == 200


@pytest.mark.parametrize(
    ("settings", "asked", "status"),
    [
        ({}, "localhost:8751", 200),
        ({}, "127.0.0.1", 200),
        ({}, "[::1]:8751", 200),
        ({}, "192.0.2.7:80", 200),
        ({}, "rebound.example", 421),
        ({}, "localhost.rebound.example", 421),
        ({}, "127.0.0.1.rebound.example:8751", 421),
        ({}, "[", 421),
        ({"host": "localhost"}, "rebound.example", 421),
        ({"host": EVERYWHERE}, "raspberry.lan", 200),
        ({"host": EVERYWHERE, "hosts": ("bridge.lan",)}, "raspberry.lan", 421),
        ({"host": EVERYWHERE, "hosts": ("Bridge.lan",)}, "BRIDGE.lan:8751", 200),
        ({"hosts": ("bridge.lan",)}, "bridge.lan", 200),
        ({"hosts": ("bridge.lan",)}, "127.0.0.1:8751", 200),
    ],
)
async def test_a_page_elsewhere_cannot_have_its_name_lead_here(
    opened: Open, session: ClientSession, settings: dict[str, Any], asked: str, status: int
) -> None:
    url = await opened(**settings)
    for path in ("", "events", "healthz", "metrics", "nothing"):
        async with session.get(url + path, headers={"Host": asked}) as answer:
            assert answer.status == (404 if path == "nothing" and status == 200 else status)
            if status == 421:
                assert "status_page.hosts" in await answer.text()
            assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_can_be_changed(opened: Open, session: ClientSession, method: str) -> None:
    async with session.request(method, await opened()) as answer:
        assert answer.status == 405


async def test_health_is_for_who_would_start_it_anew_and_ready_for_who_waits(
    opened: Open, house: House, session: ClientSession
) -> None:
    url = await opened()

    async def asked(query: str = "") -> tuple[int, dict[str, Any]]:
        async with session.get(f"{url}healthz{query}") as answer:
            body: dict[str, Any] = await answer.json()
            return answer.status, body

    status, body = await asked()
    assert (status, body["alive"], body["ready"], body["cloud"]["state"]) == (200, True, True, "online")
    assert (await asked("?ready"))[0] == 200

    house.status = replace(STATUS, broker=replace(STATUS.broker, connected=False))
    assert (await asked())[0] == 200
    assert (await asked("?ready"))[0] == 503

    house.status = replace(STATUS, at=NOW + timedelta(hours=1))
    status, body = await asked()
    assert (status, body["alive"], body["uptime"]) == (503, False, 1_058_400)


async def test_metrics_count_and_name_nobody(opened: Open, house: House, session: ClientSession) -> None:
    house.ring("f-02", "martian_alarm")
    async with session.get(f"{await opened()}metrics") as answer:
        text = await answer.text()
        assert answer.content_type == "text/plain"
    lines = text.splitlines()
    for line in (
        'layla_bridge_info{account="token",instance="layla",version="0.1.0"} 1.0',
        'layla_bridge_cloud_state{state="online"} 1.0',
        'layla_bridge_cloud_state{state="offline"} 0.0',
        "layla_bridge_cloud_requests_total 35140.0",
        "layla_bridge_cloud_poll_duration_seconds 0.2345",
        "layla_bridge_broker_connected 1.0",
        "layla_bridge_outbox_events 0.0",
        "layla_bridge_outbox_dropped_events_total 0.0",
        'layla_bridge_commands_total{outcome="refused"} 2.0',
        "layla_bridge_units 12.0",
        "layla_bridge_units_offline 1.0",
        'layla_bridge_alarms_active{alarm="smoke_alarm"} 1.0',
        'layla_bridge_alarms_active{alarm="co_alarm"} 0.0',
        'layla_bridge_alarms_active{alarm="other"} 1.0',
        "layla_bridge_resident_memory_bytes 4.8712345e+07",
    ):
        assert line in lines
    assert all(line.startswith(("layla_bridge_", "# HELP layla_bridge_", "# TYPE layla_bridge_")) for line in lines)
    assert not any(each.id in text or (each.name or "") in text for each in UNITS)


async def test_metrics_leave_out_what_is_not_known(opened: Open, house: House, session: ClientSession) -> None:
    house.snapshot = None
    house.status = replace(STATUS, memory=None, cloud=replace(STATUS.cloud, last_success=None, latency=None))
    async with session.get(f"{await opened()}metrics") as answer:
        text = await answer.text()
    assert "layla_bridge_units 0.0" in text.splitlines()
    assert not any(word in text for word in ("memory", "last_success", "duration"))


async def test_a_port_in_use_names_the_key_and_the_remedy(opened: Open) -> None:
    url = await opened()
    port = int(url.rpartition(":")[2].strip("/"))
    with pytest.raises(PageUnavailable, match=rf"^status_page\.port: {port} of 127\.0\.0\.1 is in use; stop what"):
        await opened(port=port)


async def test_an_address_of_another_machine_names_the_key_and_the_remedy(opened: Open) -> None:
    with pytest.raises(
        PageUnavailable, match=r"^status_page\.host: 192\.0\.2\.1 is no address of this machine; choose"
    ):
        await opened(host="192.0.2.1")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "status_page.host: attic is no address of"),
        (PermissionError(errno.EACCES, "Permission denied"), "status_page.port: 80 of attic may not be used by this"),
        (OSError(errno.EMFILE, "Too many open files"), "status_page: 80 of attic cannot be used: Too many open files"),
    ],
)
def test_every_other_reason_not_to_listen_names_the_key_as_well(error: OSError, words: str) -> None:
    assert _why(error, Settings.model_construct(host="attic", port=80)).startswith(words)


async def test_a_page_that_never_started_can_be_stopped(house: House) -> None:
    page = StatusPage(Settings(), house.shown())
    page.changed()
    await page.stop()
