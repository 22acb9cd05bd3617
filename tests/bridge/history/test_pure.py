"""Ranges, series, the backlog and chunks: what holds for all of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
import json
from typing import Any, Final

from hypothesis import given, strategies as st
import pytest

from layla_bridge.cloud.catalogue import MEASURES
from layla_bridge.cloud.model import Point, Reading
from layla_bridge.cloud.stored import InvalidRecord, Record
from layla_bridge.contract.level import LONGEST_LEVEL
from layla_bridge.contract.messages import Publication
from layla_bridge.contract.topics import Topics
from layla_bridge.history.backlog import Backlog, Missed
from layla_bridge.history.chunks import LARGEST, MOST_POINTS, chunks, publisher
from layla_bridge.history.series import MATTERS, Series, fitting, following, measured, place, series_of
from layla_bridge.history.span import HOUR, Span, missed, spoken
from tests.bridge.world import MINUTE, NOW, device

DAY: Final = timedelta(days=1)

instants: Final = st.integers(0, 20_000).map(lambda minutes: NOW - minutes * MINUTE)
spans: Final = st.tuples(instants, st.integers(1, 5000)).map(lambda each: Span(each[0], each[0] + each[1] * MINUTE))
orders: Final = st.sets(
    st.builds(Series, st.sampled_from(MATTERS[:4]), st.sampled_from([f"unit-{number}" for number in range(5)]))
).map(lambda found: sorted(found, key=place))


# ranges


@pytest.mark.parametrize(
    ("interval", "gap", "found"),
    [(60, 600, False), (60, 601, True), (900, 1800, False), (900, 1801, True), (60, -3600, False), (60, 0, False)],
)
def test_an_outage_is_ten_minutes_or_two_intervals_without_a_refresh(interval: int, gap: int, *, found: bool) -> None:
    now = NOW + timedelta(seconds=gap)
    span = missed(NOW, now, timedelta(seconds=interval))
    assert span == (Span(NOW, now) if found else None)


def test_the_first_refresh_of_all_ends_no_outage() -> None:
    assert missed(None, NOW, MINUTE) is None


@given(spans, st.integers(-48, 400), st.sampled_from([0, 30, 45]))
def test_an_hour_is_touched_where_the_range_and_it_overlap(span: Span, hours: int, offset: int) -> None:
    hour = span.since.replace(minute=0) + hours * HOUR + offset * MINUTE
    overlap = min(hour + HOUR, span.until) - max(hour, span.since)
    assert span.touches(hour) == (overlap > timedelta())


@given(spans, spans)
def test_two_ranges_together_have_both(one: Span, other: Span) -> None:
    both = one.with_(other)
    assert both == other.with_(one)
    assert both.since <= min(one.since, other.since)
    assert both.until >= max(one.until, other.until)


@given(spans, instants)
def test_what_lies_before_the_horizon_is_left_out(span: Span, horizon: datetime) -> None:
    left = span.from_(horizon)
    assert (left is None) == (span.until <= horizon)
    assert left is None or (left.since == max(span.since, horizon) and left.until == span.until)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 min"), (10, "1 min"), (150, "3 min"), (3599, "1 h"), (4800, "1 h 20 min"), (100_000, "27 h 47 min")],
)
def test_a_length_is_spoken_in_hours_and_minutes(seconds: int, words: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == words


# series


def test_every_measure_has_its_rank() -> None:
    assert sorted(MATTERS) == sorted(MEASURES)


def test_units_have_the_series_of_what_they_measure_in_the_order_that_matters() -> None:
    known = {"power": Reading(value=1.0), "noise": Reading(value=38.0), "humidity": Reading(value=None)}
    units = [
        device(2, readings={"noise": Reading(value=40.0), "radon": Reading(value=1.0)}),
        device(1, readings=known),
        device(3, id="x" * (LONGEST_LEVEL + 1)),
    ]
    assert series_of(units, measured) == [
        Series("noise", "unit-1"),
        Series("noise", "unit-2"),
        Series("power", "unit-1"),
    ]


@given(orders, st.integers(0, 25))
def test_whole_measures_fit_and_the_rest_is_named(order: list[Series], most: int) -> None:
    series, left_out = fitting(order, most)
    assert len(series) <= most
    assert list(series) == order[: len(series)]
    assert list(left_out) == list(dict.fromkeys(each.measure for each in order[len(series) :]))
    assert {each.measure for each in series}.isdisjoint(left_out)
    if left_out:
        assert len(series) + sum(each.measure == left_out[0] for each in order) > most


@given(orders, st.none() | st.builds(Series, st.sampled_from(MATTERS), st.sampled_from(["unit-0", "unit-2", "zz"])))
def test_what_follows_comes_after_also_when_that_one_has_gone(order: list[Series], after: Series | None) -> None:
    expected = [each for each in order if after is None or place(each) > place(after)]
    assert list(following(order, after)) == expected


# the backlog


outages: Final = st.lists(st.tuples(st.integers(11, 3000), st.integers(0, 12)), max_size=6)


@given(orders, outages)
def test_every_series_gets_every_minute_that_was_missed(order: list[Series], told: list[tuple[int, int]]) -> None:
    """An outage begins after each other, and some series are fetched between two of them."""
    backlog, now = Backlog(), NOW
    ranges: list[Span] = []
    got: dict[Series, list[Span]] = {each: [] for each in order}
    requests = 0
    for minutes, steps in [*told, (0, 1000)]:
        if minutes:
            ranges.append(Span(now, now + minutes * MINUTE))
            now += (minutes + 5) * MINUTE
            backlog = backlog.added(ranges[-1])
        for _ in range(steps):
            backlog, due = backlog.step(order, now)
            if due is None:
                break
            got[due.series].append(due.missed.span)
            requests += 1
            backlog = backlog.done(due)
    assert backlog == Backlog()
    for spans_of in got.values():
        for missed_one in ranges:
            assert any(each.since <= missed_one.since and missed_one.until <= each.until for each in spans_of)
    assert requests <= len(order) * max(len(ranges), 1)


@given(orders, outages)
def test_the_backlog_survives_the_disk(order: list[Series], told: list[tuple[int, int]]) -> None:
    backlog, now = Backlog(), NOW
    for minutes, steps in told:
        backlog = backlog.added(Span(now, now + minutes * MINUTE))
        now += (minutes + 5) * MINUTE
        for _ in range(steps):
            backlog, due = backlog.step(order, now)
            backlog = backlog.done(due) if due else backlog
    record = Record.of(json.loads(json.dumps({"missed": backlog.as_list()})), "history")
    assert Backlog.of_record(record, "missed") == backlog


NOISE_1: Final = Series("noise", "unit-1")
NOISE_2: Final = Series("noise", "unit-2")
POWER_1: Final = Series("power", "unit-1")
ORDER: Final = [NOISE_1, NOISE_2, POWER_1]
OLD: Final = Span(NOW - DAY, NOW - DAY + HOUR)
NEW: Final = Span(NOW - HOUR, NOW)


def test_the_newest_comes_first_and_goes_on_with_the_older_where_they_meet() -> None:
    backlog = Backlog((Missed(OLD, NOISE_1),)).added(NEW)
    asked: list[tuple[Series, Span]] = []
    while (stepped := backlog.step(ORDER, NOW))[1]:
        due = stepped[1]
        asked.append((due.series, due.missed.span))
        backlog = stepped[0].done(due)
    assert asked == [(NOISE_1, NEW), (NOISE_2, OLD.with_(NEW)), (POWER_1, OLD.with_(NEW))]


def test_the_older_goes_on_while_the_newest_is_not_over() -> None:
    backlog = Backlog((Missed(OLD, NOISE_1),)).added(NEW)
    backlog, due = backlog.step(ORDER, NOW - MINUTE)
    assert due is not None
    assert (due.series, due.missed.span) == (NOISE_2, OLD)
    assert backlog.left(ORDER) == 3


def test_what_is_older_than_the_horizon_is_given_up() -> None:
    backlog = Backlog((Missed(NEW), Missed(OLD, NOISE_1)))
    assert backlog.since(NOW - 2 * HOUR) == Backlog((Missed(NEW),))
    assert backlog.since(NOW).left(ORDER) == 0


def test_a_range_that_grew_while_it_was_fetched_begins_anew() -> None:
    backlog, due = Backlog().added(OLD).step(ORDER, NOW)
    assert due is not None
    assert backlog.added(NEW).done(due) == Backlog((Missed(OLD.with_(NEW)),))


@pytest.mark.parametrize(
    "missed_one",
    [
        "text",
        {"since": "soon", "until": NOW.isoformat()},
        {"since": NOW.isoformat(), "until": NOW.isoformat(), "after": {"measure": "radon", "device_id": "1"}},
        {"since": NOW.isoformat(), "until": NOW.isoformat(), "after": {"measure": "noise"}},
    ],
)
def test_a_backlog_that_is_not_ours_is_refused(missed_one: object) -> None:
    with pytest.raises(InvalidRecord):
        Backlog.of_record(Record.of({"missed": [missed_one]}, "history"), "missed")


# chunks


values: Final = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(values, max_size=60), st.integers(1, 20), st.integers(60, 600))
def test_chunks_hold_every_point_in_order_within_their_bounds(numbers: list[float], most: int, largest: int) -> None:
    points = [Point(at=NOW + number * HOUR, value=value) for number, value in enumerate(numbers)]
    written = list(chunks(points, most, largest))
    read: list[list[dict[str, Any]]] = [json.loads(each) for each in written]
    assert all(0 < len(each) <= most for each in read)
    assert all(len(raw) <= largest or len(each) == 1 for raw, each in zip(written, read, strict=True))
    assert [(datetime.fromisoformat(each["at"]), each["value"]) for chunk in read for each in chunk] == [
        (point.at, point.value) for point in points
    ]


def test_a_year_travels_in_messages_that_any_broker_takes() -> None:
    points = [Point(at=NOW + number * HOUR, value=38.123456) for number in range(8784)]
    written = list(chunks(points))
    assert len(written) == -(-8784 // MOST_POINTS)
    assert max(map(len, written)) <= LARGEST


def published(points: Sequence[Point]) -> list[Publication]:
    """Publish the noise of a unit with a difficult id."""
    sent: list[Publication] = []
    publisher(Topics("home"), sent.append)(Series("noise", "a/b"), points)
    return sent


def test_series_are_published_on_the_topic_of_their_measure_and_never_retained() -> None:
    zone = timedelta(hours=1)
    (message,) = published([Point(at=NOW.astimezone(), value=38.0), Point(at=NOW + zone, value=39.5)])
    assert message == Publication(
        "layla/device/a%2Fb/history/noise",
        b'[{"at":"2026-11-20T12:00:00+00:00","value":38.0},{"at":"2026-11-20T13:00:00+00:00","value":39.5}]',
        qos=1,
        retain=False,
    )
    assert NOW.tzinfo is UTC


def test_a_series_without_points_is_no_message() -> None:
    assert published([]) == []
