"""Series that somebody asks for, and what a cloud that does not play along does to them."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
import logging
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from hypothesis import given, strategies as st
import pytest
from yarl import URL

from layla_bridge.cloud.bearer import FixedToken
from layla_bridge.cloud.layla.partner_account import PartnerAccount
from layla_bridge.history import HistoryRefused, Series
from layla_bridge.history.asked import wanted
import simulator
from simulator import Clock, Simulator, World
from tests.bridge.cloud_history import HOUR, NOW, CloudHistory, hours

MINUTE = timedelta(minutes=1)
SINCE = (NOW - 3 * HOUR).isoformat()
DAY = {"start": (NOW - 24 * HOUR).isoformat(), "end": NOW.isoformat()}


@pytest.fixture
async def cloud() -> AsyncIterator[Simulator]:
    """Four units with every measure in two homes, in a world that stands still."""
    async with simulator.running(world=World.fleet(4, 2, Clock.fixed(NOW))) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """The connections to the cloud."""
    async with ClientSession() as opened:
        yield opened


@pytest.fixture
async def ours(cloud: Simulator, session: ClientSession, tmp_path: Path) -> AsyncIterator[CloudHistory]:
    """A history that runs, after the first refresh."""
    made = CloudHistory(cloud, session, tmp_path)
    await made.refresh()
    async with made.running():
        yield made


# requests


async def test_what_is_asked_for_is_delivered_and_then_its_end_is_told(ours: CloudHistory) -> None:
    told = await ours.answer(units=["unit-00001"], measures=["power", "noise"], start=SINCE, transaction=7)
    assert told == (6, 0)
    found = await ours.next(2)
    assert [series for series, _ in found] == [Series("noise", "unit-00001"), Series("power", "unit-00001")]
    assert [hours(points) for _, points in found] == [["09:00", "10:00", "11:00"]] * 2
    assert ours.asked == 2


async def test_units_are_found_by_name_and_pattern_and_measured_whole(ours: CloudHistory) -> None:
    assert await ours.answer(units=["room 3", "*-00000"], start=SINCE) == (2 * 10 * 3, 0)
    found = await ours.next(20)
    assert {series.device_id for series, _ in found} == {"unit-00000", "unit-00003"}


async def test_a_request_without_units_is_for_all(ours: CloudHistory) -> None:
    assert await ours.answer(measures=["noise"], start=SINCE) == (12, 0)


async def test_a_request_is_met_before_what_an_outage_missed(ours: CloudHistory) -> None:
    ours.held = True
    await ours.refresh(after=HOUR)
    accepted = ours.history.request({"units": ["unit-00002"], "measures": ["net_qlt"], "start": SINCE}, print)
    assert (accepted.series, accepted.ready_in) == (1, timedelta(seconds=10))
    assert ours.history.depth == 41
    ours.held = False
    ((series, points),) = await ours.next()
    assert series == Series("net_qlt", "unit-00002")
    assert hours(points)[-1] == "12:00"


async def test_requests_are_met_in_their_order_and_each_says_when(ours: CloudHistory) -> None:
    ours.held = True
    ended: list[tuple[object, ...]] = []
    lengths = [
        ours.history.request(
            {"measures": [measure], "start": SINCE}, lambda *came, measure=measure: ended.append((measure, *came))
        ).ready_in
        for measure in ("power", "noise")
    ]
    assert lengths == [timedelta(seconds=40), timedelta(seconds=80)]
    ours.held = False
    await ours.answer(measures=["humidity"], start=SINCE)
    assert ended == [("power", 12, 0), ("noise", 12, 0)]


async def test_no_more_than_eight_requests_wait(ours: CloudHistory) -> None:
    ours.held = True
    for _ in range(8):
        ours.history.request({"start": SINCE}, print)
    with pytest.raises(HistoryRefused, match="8 requests wait already"):
        ours.history.request({"start": SINCE}, print)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "start: this is missing; accepted: a time with its offset"),
    ({"start": 5}, "start: this is no time with an offset"),
    ({"start": "yesterday"}, "start: this is no time"),
    ({"start": "2026-11-19T12:00:00"}, "start: this is no time with an offset; accepted: a time such as 2026-11-20T1"),
    ({"start": SINCE, "end": "2026-11-21T12:00:00Z"}, "end: 2026-11-21T12:00:00.00:00 lies in the future"),
    ({"start": DAY["end"], "end": DAY["start"]}, "start: .* is not before the end"),
    ({"start": "2025-11-01T00:00:00Z"}, "start: the range is 384 days long; accepted: at most 366 days"),
    ({"start": "0001-01-01T00:00:00+14:00"}, "start: this is no time"),
    ({"start": SINCE, "units": "unit-00001"}, "units: this is no list of texts; accepted: a list such as"),
    ({"start": SINCE, "units": []}, "units: this is no list of texts"),
    ({"start": SINCE, "measures": [1]}, "measures: this is no list of texts"),
    ({"start": SINCE, "units": ["cellar"]}, "units: no unit has the id or the name 'cellar'"),
    ({"start": SINCE, "measures": ["radon"]}, "measures: there is no measure 'radon'; accepted: noise, temperature"),
    ({"start": SINCE, "device": "x"}, "device: there is no such member; accepted: units, measures, start, end"),
]


@pytest.mark.parametrize(("members", "words"), REFUSED)
async def test_a_request_that_makes_no_sense_is_refused_and_says_why(
    ours: CloudHistory, members: dict[str, Any], words: str
) -> None:
    with pytest.raises(HistoryRefused, match=words):
        ours.history.request(members, print)
    assert ours.history.depth == 0
    assert ours.asked == 0


async def test_a_measure_that_none_of_the_units_has_is_refused(ours: CloudHistory) -> None:
    ours.has = lambda _: ["noise"]
    with pytest.raises(HistoryRefused, match="none of these units has power; accepted: noise"):
        ours.history.request({"measures": ["power"], "start": SINCE}, print)
    ours.snapshot = None
    with pytest.raises(HistoryRefused, match="accepted: nothing yet"):
        ours.history.request({"measures": ["power"], "start": SINCE}, print)


ANYTHING: list[object] = [
    None,
    True,
    5,
    "",
    "noise",
    [],
    ["noise"],
    ["unit-1", None],
    {},
    *DAY.values(),
    "2026-11-20",
    "9999-12-31",
]


@given(st.dictionaries(st.sampled_from([*DAY, "units", "measures", "transaction", "x"]), st.sampled_from(ANYTHING)))
def test_whatever_is_asked_is_read_or_refused(members: dict[str, object]) -> None:
    with suppress(HistoryRefused):
        found = wanted(members, NOW)
        assert found.span.since < found.span.until <= NOW
        assert found.units is None or found.units == members["units"]


# failures


async def test_a_429_is_waited_out_and_told(ours: CloudHistory) -> None:
    ours.fails(times=1, status=429, retry_after=240)
    assert await ours.answer(units=["unit-00001"], measures=["noise"], start=SINCE) == (3, 0)
    assert ours.limited == [240]
    assert ours.seconds.now == 240
    assert ours.asked == 2


async def test_a_429_that_does_not_say_how_long_doubles_the_wait_up_to_fifteen_minutes(ours: CloudHistory) -> None:
    ours.fails(times=6, status=429)
    await ours.answer(units=["unit-00001"], measures=["noise"], start=SINCE)
    assert ours.seconds.now == 60 * (1 + 2 + 4 + 8 + 15 + 15)


async def test_a_token_that_is_refused_is_waited_for(ours: CloudHistory) -> None:
    ours.fails(times=3, status=401)
    assert await ours.answer(units=["unit-00001"], measures=["noise"], start=SINCE) == (3, 0)
    assert ours.seconds.now == 60 + 120 + 240


async def test_a_series_that_the_cloud_stumbles_over_is_left_out_after_four_tries(
    ours: CloudHistory, caplog: pytest.LogCaptureFixture
) -> None:
    ours.fails(times=4, status=500)
    assert await ours.answer(units=["unit-00001"], measures=["noise", "power"], start=SINCE) == (3, 1)
    assert [series.measure for series, _ in await ours.next()] == ["power"]
    assert "The history of noise of unit unit-00001 is left out: getDeviceMeasurements: 500" in caplog.text


async def test_an_answer_that_cannot_be_read_is_a_stumble_too(ours: CloudHistory) -> None:
    ours.fails(times=4, kind="html")
    assert await ours.answer(units=["unit-00001"], measures=["noise", "power"], start=SINCE) == (3, 1)


async def test_a_unit_that_is_gone_is_left_out_with_all_its_measures_and_one_line(
    ours: CloudHistory, caplog: pytest.LogCaptureFixture
) -> None:
    ours.cloud.world.remove_device("unit-00001")
    assert await ours.answer(measures=["noise", "power"], start=SINCE) == (6 * 3, 2)
    lines = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING]
    assert len(lines) == 1
    assert lines[0].startswith("The history of noise of unit unit-00001 is left out: getDeviceMeasurements: 404")


async def test_a_series_that_is_refused_is_left_out_alone(ours: CloudHistory) -> None:
    ours.fails(times=1, status=403)
    assert await ours.answer(units=["unit-00001"], measures=["noise", "power"], start=SINCE) == (3, 1)


@pytest.mark.parametrize(("status", "asked"), [(405, 1), (501, 1), (404, 3), (403, 3)])
async def test_a_cloud_without_a_history_is_not_asked_for_every_unit(
    ours: CloudHistory, status: int, asked: int, caplog: pytest.LogCaptureFixture
) -> None:
    ours.fails(status=status)
    assert await ours.answer(start=SINCE) == (0, 40)
    assert ours.asked == asked
    assert "This cloud does not offer the history of units" in caplog.text


async def test_a_cloud_without_a_history_ends_what_an_outage_missed_and_is_asked_again_after_the_next(
    ours: CloudHistory,
) -> None:
    ours.fails(status=405)
    await ours.refresh(after=HOUR)
    await ours.idle()
    assert ours.asked == 1
    ours.cloud.simulation.faults.clear()
    await ours.refresh(after=HOUR)
    await ours.next(40)


async def test_an_outage_goes_on_behind_a_series_that_is_refused_and_after_a_429(ours: CloudHistory) -> None:
    ours.has = lambda _: ["noise"]
    ours.fails(times=1, status=403)
    ours.fails(times=1, status=429)
    await ours.refresh(after=HOUR)
    found = await ours.next(3)
    await ours.idle()
    assert [series.device_id for series, _ in found] == ["unit-00001", "unit-00002", "unit-00003"]


async def test_the_partner_api_has_a_history_of_three_measures(
    cloud: Simulator, session: ClientSession, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ours = CloudHistory(cloud, session, tmp_path)
    ours.account = PartnerAccount.by_sign_in(session, URL(cloud.partner_url), FixedToken(cloud.token))
    ours.options["scope"] = {"has": lambda _: ["noise", "humidity", "temperature"]}
    ours.begin()
    await ours.refresh()
    async with ours.running():
        assert await ours.answer(start=SINCE) == (2 * 4 * 3, 4)
    assert ours.asked == 8
    assert caplog.text.count("There is no history of humidity") == 1
