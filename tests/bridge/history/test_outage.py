"""What an outage of the cloud missed is fetched, once, within the budget, over restarts and further outages."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
import json
import logging
from pathlib import Path

from aiohttp import ClientSession
import pytest

from layla_bridge.history import Series
from layla_bridge.history.file import NAME
import simulator
from simulator import Clock, Simulator, World
from tests.bridge.cloud_history import HOUR, NOW, CloudHistory, hours

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
async def cloud() -> AsyncIterator[Simulator]:
    """Ten units in two homes, in a world that stands still."""
    async with simulator.running(world=World.fleet(10, 2, Clock.fixed(NOW))) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """The connections to the cloud."""
    async with ClientSession() as opened:
        yield opened


@pytest.fixture
def ours(cloud: Simulator, session: ClientSession, tmp_path: Path) -> CloudHistory:
    """A history of noise and temperature that begins with an empty folder."""
    made = CloudHistory(cloud, session, tmp_path)
    made.measure_only("noise", "temperature")
    return made


async def test_the_missed_hours_of_every_series_are_delivered(ours: CloudHistory) -> None:
    async with ours.running():
        await ours.refresh()
        await ours.refresh(after=2 * HOUR + 20 * MINUTE)
        found = await ours.next(20)
        await ours.idle()
    assert [series for series, _ in found] == [
        *(Series("noise", unit.id) for unit in ours.units()),
        *(Series("temperature", unit.id) for unit in ours.units()),
    ]
    # 14:00 is not over yet.
    assert {tuple(hours(points)) for _, points in found} == {("12:00", "13:00")}
    assert ours.asked == 20
    assert ours.delivered.empty()


async def test_the_hour_in_which_the_outage_ended_is_waited_for(ours: CloudHistory) -> None:
    ours.options["settle"] = HOUR
    ours.begin()
    ours.measure_only("noise")
    async with ours.running():
        await ours.refresh()
        await ours.refresh(after=2 * HOUR + 20 * MINUTE)
        for _ in range(6):
            await ours.refresh(after=9 * MINUTE)
        assert ours.asked == 0
        await ours.refresh(after=9 * MINUTE)
        found = await ours.next(10)
    assert {tuple(hours(points)) for _, points in found} == {("12:00", "13:00", "14:00")}


async def test_refreshes_that_are_late_are_no_outage(ours: CloudHistory) -> None:
    async with ours.running():
        for _ in range(20):
            await ours.refresh(after=10 * MINUTE)
        assert ours.history.depth == 0
    assert ours.asked == 0


async def test_no_more_than_six_series_a_minute_are_asked_for(ours: CloudHistory) -> None:
    async with ours.running():
        await ours.refresh()
        await ours.refresh(after=HOUR)
        await ours.next(20)
    assert ours.seconds.now == 180


async def test_nothing_is_asked_for_while_the_budget_is_held(ours: CloudHistory) -> None:
    ours.held = True
    waited = asyncio.Event()
    ours.seconds.meanwhile = waited.set
    async with ours.running():
        await ours.refresh()
        await ours.refresh(after=HOUR)
        await waited.wait()
        assert ours.asked == 0
        assert ours.history.depth == 20
        ours.held = False
        await ours.next(20)


async def test_a_stop_keeps_what_is_left_for_the_next_start(ours: CloudHistory) -> None:
    async with ours.running():
        await ours.refresh()
        await ours.refresh(after=HOUR)
        before = await ours.six()
    ours.begin()
    async with ours.running():
        await ours.refresh(after=MINUTE)
        after = await ours.next(14)
        await ours.idle()
    assert {series for series, _ in before} | {series for series, _ in after} == {
        Series(measure, unit.id) for measure in ("noise", "temperature") for unit in ours.units()
    }
    assert ours.asked == 20


async def test_the_time_in_which_the_bridge_was_off_is_fetched_too(ours: CloudHistory) -> None:
    async with ours.running():
        await ours.refresh()
    ours.begin()
    async with ours.running():
        await ours.refresh(after=5 * HOUR)
        ((_, points), *_) = await ours.next(20)
    assert hours(points) == ["12:00", "13:00", "14:00", "15:00", "16:00"]


async def test_a_bridge_that_is_killed_takes_an_outage_for_five_minutes_longer_at_most(ours: CloudHistory) -> None:
    for _ in range(9):
        await ours.refresh(after=MINUTE)
    ours.begin()  # nothing had a chance to be saved
    await ours.refresh(after=5 * MINUTE)
    assert ours.history.depth == 0


async def test_an_unchanged_refresh_saves_no_file(ours: CloudHistory, tmp_path: Path) -> None:
    await ours.refresh()
    written = (tmp_path / NAME).stat().st_mtime_ns
    for _ in range(4):
        await ours.refresh(after=MINUTE)
    assert (tmp_path / NAME).stat().st_mtime_ns == written


async def test_a_short_restart_fetches_nothing(ours: CloudHistory) -> None:
    async with ours.running():
        for _ in range(9):
            await ours.refresh(after=MINUTE)
    ours.begin()
    async with ours.running():
        await ours.refresh(after=9 * MINUTE)
        assert ours.history.depth == 0


async def test_another_outage_meanwhile_begins_with_its_own_and_goes_on_with_both(ours: CloudHistory) -> None:
    async with ours.running():
        await ours.refresh()
        await ours.refresh(after=HOUR)
        await ours.six()
    ours.begin()
    async with ours.running():
        await ours.refresh(after=3 * HOUR)
        found = [(series, hours(points)) for series, points in await ours.next(20)]
        await ours.idle()
    assert [span for _, span in found[:6]] == [["13:00", "14:00", "15:00"]] * 6
    assert [span for _, span in found[6:]] == [["12:00", "13:00", "14:00", "15:00"]] * 14


async def test_a_week_back_is_the_limit(ours: CloudHistory, caplog: pytest.LogCaptureFixture) -> None:
    ours.measure_only("noise")
    async with ours.running():
        await ours.refresh()
        await ours.refresh(after=30 * DAY)
        found = await ours.next(10)
    assert {len(points) for _, points in found} == {7 * 24}
    assert found[0][1][0].at == NOW + 23 * DAY


async def test_what_would_take_too_long_is_not_fetched_by_itself(
    ours: CloudHistory, caplog: pytest.LogCaptureFixture
) -> None:
    ours.options["longest"] = 2 * MINUTE
    ours.begin()
    with caplog.at_level(logging.INFO, "layla_bridge.history"):
        async with ours.running():
            await ours.refresh()
            await ours.refresh(after=HOUR)
            found = await ours.next(10)
            await ours.idle()
    assert {series.measure for series, _ in found} == {"noise"}
    announced = (
        "The cloud was not heard from 2026-11-20T12:00:00+00:00 to 2026-11-20T13:00:00+00:00. 10 series of 10 units"
        " are fetched from 13:00 UTC on, in about 2 min; temperature would take too long; ask for it with the request"
        " `history`"
    )
    told = [each.getMessage() for each in caplog.records if each.name.startswith("layla_bridge.history")]
    assert told[0] == announced


async def test_of_a_fleet_nothing_is_fetched_by_itself(ours: CloudHistory, caplog: pytest.LogCaptureFixture) -> None:
    ours.options["longest"] = MINUTE
    ours.begin()
    await ours.refresh()
    await ours.refresh(after=HOUR)
    assert ours.history.depth == 0
    assert "Nothing of it is fetched: noise, temperature would take too long" in caplog.text


async def test_units_that_measure_nothing_have_no_history(ours: CloudHistory, caplog: pytest.LogCaptureFixture) -> None:
    ours.measure_only()
    await ours.refresh()
    with caplog.at_level(logging.INFO, "layla_bridge.history"):
        await ours.refresh(after=HOUR)
    assert "No unit has a history" in caplog.text
    assert ours.history.depth == 0


async def test_only_selected_properties_are_fetched(ours: CloudHistory) -> None:
    ours.options["scope"] = {"selected": lambda property_id: property_id == "property-0001"}
    ours.begin()
    async with ours.running():
        await ours.refresh()
        await ours.refresh(after=HOUR)
        found = await ours.next(10)
        await ours.idle()
    homes = {unit.id: unit.property_id for unit in ours.units()}
    assert {homes[series.device_id] for series, _ in found} == {"property-0001"}


async def test_measures_are_those_that_the_caller_knows_of(ours: CloudHistory) -> None:
    """As the ledger does: a unit that is off now still has a history of what it measured."""
    ours.options["scope"] = {"has": lambda _: ["temperature"]}
    ours.begin()
    async with ours.running():
        await ours.refresh()
        await ours.refresh(after=HOUR)
        found = await ours.next(10)
        await ours.idle()
    assert {series.measure for series, _ in found} == {"temperature"}


async def test_nothing_is_given_up_while_the_cloud_lists_no_unit(ours: CloudHistory) -> None:
    await ours.refresh()
    await ours.refresh(after=HOUR)
    full = ours.snapshot
    ours.begin()
    async with ours.running():
        await ours.history.refreshed(ours.now)
        await asyncio.sleep(0)
        assert ours.asked == 0
        ours.snapshot = full
        await ours.history.refreshed(ours.now)
        await ours.next(20)


async def test_hours_that_begin_at_half_past_are_delivered_where_they_overlap(ours: CloudHistory) -> None:
    for place in ours.cloud.world.properties.values():
        place.timezone = "Asia/Kolkata"
    ours.cloud.world.changed()
    ours.measure_only("noise")
    async with ours.running():
        await ours.refresh()
        await ours.refresh(after=2 * HOUR)
        ((_, points), *_) = await ours.next(10)
    assert hours(points) == ["11:30", "12:30"]


async def test_the_hour_that_is_there_twice_when_summer_time_ends_is_delivered_like_any_other(
    session: ClientSession, tmp_path: Path
) -> None:
    before = NOW.replace(month=10, day=24, hour=23)
    async with simulator.running(world=World.fleet(1, 1, Clock.fixed(before))) as cloud:
        ours = CloudHistory(cloud, session, tmp_path, settle=HOUR)
        ours.measure_only("noise")
        async with ours.running():
            await ours.refresh()
            await ours.refresh(after=2 * HOUR)
            for _ in range(6):
                await ours.refresh(after=10 * MINUTE)
            ((_, points),) = await ours.next()
    assert hours(points) == ["23:00", "00:00"]


# the file


@pytest.mark.parametrize("content", ["", "[]", '{"refreshed": "x"}', '{"refreshed": null, "missed": 5}', "[" * 100_000])
async def test_a_file_that_cannot_be_read_is_begun_anew(
    ours: CloudHistory, tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / NAME).write_text(content)
    ours.begin()
    assert "what an earlier run missed is not fetched" in caplog.text
    await ours.refresh()
    assert json.loads((tmp_path / NAME).read_text()) == {"refreshed": NOW.isoformat(), "missed": []}


async def test_a_disk_that_takes_nothing_is_told_of_once(
    ours: CloudHistory, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tmp_path.joinpath(f".{NAME}.new").mkdir()
    async with ours.running():
        await ours.refresh()
        await ours.refresh(after=HOUR)
        await ours.next(20)
        await ours.idle()
        assert caplog.text.count("cannot be written") == 1
        tmp_path.joinpath(f".{NAME}.new").rmdir()
    assert json.loads((tmp_path / NAME).read_text())["refreshed"] == (NOW + HOUR).isoformat()
