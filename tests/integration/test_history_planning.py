"""Which hours are imported: what was missed, never an hour that the recorder still has to write, none twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, strategies as st
import pytest

from custom_components.layla.cloud.errors import AuthenticationFailed, Gone, NotSupported, Refused
from custom_components.layla.cloud.model import Point
from custom_components.layla.cloud.stored import InvalidRecord, Record
from custom_components.layla.history.hours import HOUR, Span, by_hour, floor, missed, settled
from custom_components.layla.history.ledger import Ledger, Series
from custom_components.layla.history.plan import DEPTH, Coverage
from custom_components.layla.history.trouble import Trouble

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOISE = Series("unit", "noise")
POWER = Series("unit", "power")

minutes = st.integers(0, 60 * 24 * 40).map(lambda count: timedelta(minutes=count))
instants = minutes.map(lambda ago: NOON - ago)
full_hours = instants.map(floor)
spans = st.tuples(full_hours, st.integers(1, 200)).map(lambda each: Span(each[0], each[0] + HOUR * each[1]))
outages = st.lists(spans, max_size=4)
values = st.dictionaries(full_hours, st.floats(-50, 50), max_size=60)


def hours(span: Span) -> set[datetime]:
    """Return the hours of a range."""
    return {span.since + HOUR * number for number in range(round((span.until - span.since) / HOUR))}


@given(instants, minutes)
def test_exactly_the_hours_of_which_half_or_more_was_missed_count(heard: datetime, length: timedelta) -> None:
    now = heard + length
    found = missed(heard, now)

    def overlap(hour: datetime) -> timedelta:
        return min(now, hour + HOUR) - max(heard, hour)

    touched = hours(Span(floor(heard), floor(now) + HOUR))
    more = {hour for hour in touched if overlap(hour) > HOUR / 2}
    half = {hour for hour in touched if overlap(hour) >= HOUR / 2}
    assert more <= (hours(found) if found else set()) <= half


@given(instants, st.none() | minutes)
def test_only_hours_that_are_compiled_are_settled(now: datetime, ago: timedelta | None) -> None:
    compiled = None if ago is None else now - ago
    found = settled(now, compiled)

    assert found <= now
    if compiled is None or found > compiled:
        assert found + timedelta(hours=2) <= now
    assert found >= floor(now - timedelta(hours=2))


def test_an_hour_is_settled_by_the_event_that_comes_after_it_and_by_no_earlier_one() -> None:
    def at(*clock: int) -> datetime:
        return NOON.replace(hour=clock[0], minute=clock[1], second=clock[2])

    assert settled(at(13, 0, 12), at(13, 0, 10)) == at(13, 0, 0)
    assert settled(at(13, 0, 12), at(12, 0, 10)) == at(12, 0, 0)
    # The recorder was late with the hour before; this one it has not even begun with.
    assert settled(at(13, 0, 9), at(13, 0, 5)) == at(12, 0, 0)


@given(full_hours, outages, values, st.sets(full_hours, max_size=40), full_hours)
def test_a_plan_touches_nothing_that_exists_but_outages_and_nothing_that_is_not_settled(
    since: datetime, past: list[Span], found: dict[datetime, float], existing: set[datetime], bound: datetime
) -> None:
    plan = Coverage.begun(since).plan(past, bound)
    assume(plan is not None)
    assert plan
    chosen = plan.chosen(found, existing, bound)

    assert chosen.items() <= found.items()
    for hour in chosen:
        in_outage = any(span.has(hour) for span in past)
        assert hour + HOUR <= bound
        assert in_outage or (hour not in existing and since - DEPTH <= hour < since)
    lacking = hours(Span(since - DEPTH, since)) - existing
    if plan.past:
        assert {hour for hour in found if hour in lacking and hour + HOUR <= bound} <= chosen.keys()


@given(full_hours, outages, full_hours, st.integers(0, 48))
def test_what_is_carried_out_is_not_planned_again_and_everything_is_in_the_end(
    since: datetime, past: list[Span], bound: datetime, later: int
) -> None:
    coverage = Coverage.begun(since)
    for now in (bound, bound + HOUR * later, NOON + HOUR * 400):
        if plan := coverage.plan(past, now):
            coverage = coverage.after(plan, now)
        assert coverage.plan(past, now) is None

    assert not coverage.lacks(past)


@given(full_hours, outages)
def test_a_request_covers_its_hours_and_is_never_longer_than_the_cloud_takes(since: datetime, past: list[Span]) -> None:
    now = NOON + timedelta(minutes=20)
    plan = Coverage.begun(since).plan(past, floor(now))
    assert plan
    asked = plan.asked(now)

    assert asked.until - asked.since < HOUR * 10_000
    assert asked.until <= now
    assert asked.since < since - DEPTH


def test_an_hour_of_a_cloud_is_an_hour_here_where_the_zone_is_whole_hours_away() -> None:
    points = [Point(at=NOON + HOUR, value=2.5), Point(at=NOON, value=1.1)]

    assert by_hour(points) == {NOON: 1.1, NOON + HOUR: 2.5}


def test_half_hours_of_other_zones_are_put_together() -> None:
    start = datetime(2026, 11, 20, 18, tzinfo=ZoneInfo("Asia/Kolkata")).astimezone(UTC)  # 12:30 UTC
    points = [Point(at=start, value=2.0), Point(at=start + HOUR, value=4.0)]
    quarter = Point(at=NOON + timedelta(minutes=15), value=8.0)

    assert by_hour(points) == {NOON: 2.0, NOON + HOUR: 3.0, NOON + 2 * HOUR: 4.0}
    assert by_hour([quarter]) == {NOON: 8.0}, "a quarter of an hour tells nothing of the next one"


@given(st.lists(st.tuples(instants, st.floats(-50, 50)), max_size=30))
def test_hours_are_full_and_within_what_was_measured(found: list[tuple[datetime, float]]) -> None:
    means = by_hour(Point(at=at, value=value) for at, value in found)

    assert all(hour == floor(hour) for hour in means)
    assert list(means) == sorted(means)
    for mean in means.values():
        assert min(value for _, value in found) - 1e-9 <= mean <= max(value for _, value in found) + 1e-9


def test_a_ledger_is_the_same_after_a_restart() -> None:
    ledger = Ledger()
    ledger.look_after([NOISE, POWER], NOON)
    assert not ledger.hear(NOON)
    assert ledger.hear(NOON + 5 * HOUR)
    series, plan = next(iter(ledger.plans(NOON + 6 * HOUR)))
    ledger.done(series, plan, NOON + 6 * HOUR)
    again = Ledger.of_record(Record.of(ledger.as_dict(), "file"))

    assert again.as_dict() == ledger.as_dict()
    assert (again.total, again.remaining, again.percent) == (2, 1, 50)
    assert list(again.plans(NOON + 6 * HOUR)) == list(ledger.plans(NOON + 6 * HOUR))


def test_an_outage_is_forgotten_when_all_series_have_it_and_when_it_is_too_old() -> None:
    ledger = Ledger()
    ledger.look_after([NOISE], NOON)
    ledger.hear(NOON)
    ledger.hear(NOON + 5 * HOUR)
    ledger.hear(NOON + timedelta(days=40))
    assert [outage.until for outage in ledger.outages] == [NOON + timedelta(days=40)]

    ((series, plan),) = ledger.plans(NOON + timedelta(days=41))
    ledger.done(series, plan, NOON + timedelta(days=41))
    assert ledger.outages == ()
    assert ledger.percent == 100


def test_a_series_that_is_dropped_or_forgotten_begins_anew_when_it_comes_again() -> None:
    ledger = Ledger()
    ledger.look_after([NOISE, POWER], NOON)
    plans = dict(ledger.plans(NOON))
    ledger.drop(POWER)
    ledger.done(POWER, plans[POWER], NOON)
    ledger.done(NOISE, plans[NOISE], NOON)
    assert (ledger.total, ledger.remaining) == (1, 0)

    ledger.look_after([NOISE, POWER], NOON + HOUR)
    assert ledger.remaining == 1
    ((series, plan),) = ledger.plans(NOON + HOUR)
    assert series == POWER
    assert plan.past == Span(NOON + HOUR - DEPTH, NOON + HOUR)


@pytest.mark.parametrize("times", ["soon", [1], [1, 2, 3], [1.5, 2], [True, 1]])
def test_a_ledger_that_somebody_has_changed_is_not_read(times: object) -> None:
    with pytest.raises(InvalidRecord, match="two times in seconds"):
        Ledger.of_record(Record({"heard": None, "outages": [], "units": {"unit": {"noise": times}}}))


def test_a_measure_that_this_api_does_not_know_is_left_alone_for_all_units(caplog: pytest.LogCaptureFixture) -> None:
    trouble = Trouble()
    trouble.met(NOISE, NotSupported("getDeviceMeasurements", "this API has no such measure"), NOON)

    assert trouble.aside(Series("other", "noise"), NOON)
    assert not trouble.aside(POWER, NOON)
    assert not trouble.aside(NOISE, NOON + timedelta(days=1))
    assert caplog.text.count("There is no history of noise, and is tried again in a day") == 1


def test_a_unit_that_is_declined_is_left_alone_and_after_three_in_a_row_all_are() -> None:
    trouble = Trouble()
    for unit in ("a", "b"):
        trouble.met(Series(unit, "noise"), Refused("getDeviceMeasurements", "no", status=403), NOON)
    assert trouble.aside(Series("a", "power"), NOON)
    assert not trouble.aside(Series("c", "power"), NOON)
    assert not trouble.everything_aside(NOON)

    trouble.met(Series("c", "noise"), Gone("getDeviceMeasurements", "not found", status=404), NOON)
    assert trouble.everything_aside(NOON)
    assert not trouble.everything_aside(NOON + timedelta(days=1))


def test_a_refused_token_is_no_fault_of_a_series() -> None:
    trouble = Trouble()
    for _ in range(10):
        trouble.met(NOISE, AuthenticationFailed("getDeviceMeasurements", "expired", status=401), NOON)

    assert trouble.left_to_rest(NOON) == timedelta(minutes=15)
    assert not trouble.aside(NOISE, NOON + timedelta(minutes=15))
    trouble.over(NOISE)
    assert trouble.left_to_rest(NOON) == timedelta()
