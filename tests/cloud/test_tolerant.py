"""Reading payloads: nothing raises, what does not fit is counted, and no value shows in the counts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.layla.cloud.tolerant import Oddities, Payload

from .strategies import anything, objects, secrets

BERLIN: Final = ZoneInfo("Europe/Berlin")
READERS: Final[tuple[Callable[[Payload], object], ...]] = (
    lambda payload: payload.text("member"),
    lambda payload: payload.number("member"),
    lambda payload: payload.flag("member"),
    lambda payload: payload.instant("member", BERLIN),
    lambda payload: list(payload.objects("member")),
    lambda payload: list(payload.named("member")),
    lambda payload: payload.within("member"),
)


def payload(value: object) -> Payload:
    return Payload({"member": value}, "thing", Oddities())


def counted(read: Payload) -> dict[str, int]:
    return dict(read.oddities.counts)


@given(anything)
def test_no_reader_raises_whatever_the_member_is(value: object) -> None:
    for read in READERS:
        read(payload(value))


@given(objects)
def test_no_reader_raises_whatever_the_object_is(members: dict[str, object]) -> None:
    for read in READERS:
        read(Payload(members, "thing", Oddities()))


def test_a_missing_member_and_null_are_nothing_and_no_oddity() -> None:
    for read in (payload(None), Payload({}, "thing", Oddities())):
        assert (read.text("member"), read.number("member"), read.flag("member")) == (None, None, None)
        assert read.instant("member", UTC) is None
        assert (list(read.objects("member")), list(read.named("member"))) == ([], [])
        assert read.within("member").members == {}
        assert counted(read) == {}


def test_a_text_is_read() -> None:
    assert payload("Studio").text("member") == "Studio"


def test_a_number_for_a_text_is_taken_as_its_digits_and_counted() -> None:
    read = payload(4711)
    assert read.text("member") == "4711"
    assert counted(read) == {"thing.member: text expected": 1}


@pytest.mark.parametrize("value", ["", True, 1.5, [], {}])
def test_no_text_is_left_out_and_counted(value: object) -> None:
    read = payload(value)
    assert read.text("member") is None
    assert counted(read) == {"thing.member: text expected": 1}


@pytest.mark.parametrize(("value", "number"), [(0, 0.0), (-3, -3.0), (21.5, 21.5), (2**70, float(2**70))])
def test_a_number_is_read(value: float, number: float) -> None:
    read = payload(value)
    assert read.number("member") == number
    assert counted(read) == {}


@pytest.mark.parametrize(("value", "number"), [("21.5", 21.5), (" 3 ", 3.0), ("1e3", 1000.0), ("-4", -4.0)])
def test_a_number_in_text_is_taken_and_counted(value: str, number: float) -> None:
    read = payload(value)
    assert read.number("member") == number
    assert counted(read) == {"thing.member: number expected": 1}


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), float("-inf"), "NaN", "Infinity", 10**400, "1e999", True, False, "warm", "", [1], {}],
)
def test_no_finite_number_is_left_out_and_counted(value: object) -> None:
    read = payload(value)
    assert read.number("member") is None
    assert counted(read) == {"thing.member: number expected": 1}


@pytest.mark.parametrize(("value", "flag"), [(True, True), (False, False), (1, True), (0, False)])
def test_a_boolean_may_be_written_as_zero_or_one(value: object, *, flag: bool) -> None:
    read = payload(value)
    assert read.flag("member") is flag
    assert counted(read) == {}


@pytest.mark.parametrize(("value", "flag"), [("true", True), ("False", False), ("1", True), ("0", False)])
def test_a_boolean_in_text_is_taken_and_counted(value: object, *, flag: bool) -> None:
    read = payload(value)
    assert read.flag("member") is flag
    assert counted(read) == {"thing.member: boolean expected": 1}


@pytest.mark.parametrize("value", [2, -1, 1.0, "yes", "", [], {}])
def test_no_boolean_is_left_out_and_counted(value: object) -> None:
    read = payload(value)
    assert read.flag("member") is None
    assert counted(read) == {"thing.member: boolean expected": 1}


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-07-01T12:00:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-12-01T12:00:00", datetime(2026, 12, 1, 11, tzinfo=UTC)),
        ("2026-12-01 12:00", datetime(2026, 12, 1, 11, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 11, 30, 23, tzinfo=UTC)),
    ],
)
def test_a_time_without_offset_is_in_the_zone_summer_and_winter(written: str, instant: datetime) -> None:
    assert payload(written).instant("member", BERLIN) == instant


@pytest.mark.parametrize(
    "written", ["2026-07-01T12:00:00Z", "2026-07-01T12:00:00.000+00:00", "2026-07-01T07:00:00-05:00", "20260701T12Z"]
)
def test_an_offset_is_honoured(written: str) -> None:
    assert payload(written).instant("member", BERLIN) == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_time_that_the_clocks_pass_twice_is_the_first_one() -> None:
    assert payload("2026-10-25T02:30:00").instant("member", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_read_all_the_same() -> None:
    assert payload("2026-03-29T02:30:00").instant("member", BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(st.datetimes(timezones=st.sampled_from([UTC, BERLIN, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns")])))
def test_every_written_instant_is_read_back_in_utc(instant: datetime) -> None:
    read = payload(instant.isoformat()).instant("member", BERLIN)
    assert read is None or (read.tzinfo is UTC and abs(read - instant) < timedelta(seconds=1))


@pytest.mark.parametrize(
    "value",
    ["yesterday", "", 1_767_225_600, 1.5, True, [], {}, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
)
def test_no_time_is_left_out_and_counted(value: object) -> None:
    read = payload(value)
    assert read.instant("member", timezone(timedelta(hours=14))) is None
    assert counted(read) == {"thing.member: time expected": 1}


def test_objects_of_a_list_are_walked_and_the_rest_is_counted() -> None:
    read = payload([{"a": 1}, "b", None, 3, {"c": 2}])
    assert [item.members for item in read.objects("member")] == [{"a": 1}, {"c": 2}]
    assert counted(read) == {"thing.member: object expected": 3}


def test_an_object_of_a_list_knows_where_it_stood() -> None:
    read = payload([{"size": "big"}])
    next(read.objects("member")).number("size")
    assert counted(read) == {"thing.member.size: number expected": 1}


@pytest.mark.parametrize("value", ["smoke_alarm", {"name": "smoke_alarm"}, 5, True])
def test_no_list_is_empty_and_counted(value: object) -> None:
    read = payload(value)
    assert list(read.objects("member")) == []
    assert list(read.named("member")) == []
    assert counted(read) == {"thing.member: list expected": 2}


def test_names_come_as_texts_or_as_objects_with_a_name() -> None:
    read = payload(["smoke_alarm", {"name": "co_alarm", "enabled": True}])
    assert [item.members for item in read.named("member")] == [
        {"name": "smoke_alarm"},
        {"name": "co_alarm", "enabled": True},
    ]
    assert counted(read) == {}


@pytest.mark.parametrize(
    "value", ["", {}, {"name": ""}, {"name": 5}, {"title": "smoke_alarm"}, None, 5, ["smoke_alarm"]]
)
def test_an_entry_without_a_name_is_left_out_and_counted(value: object) -> None:
    read = payload([value, "co_alarm"])
    assert [item.members["name"] for item in read.named("member")] == ["co_alarm"]
    assert counted(read) == {"thing.member: name expected": 1}


def test_an_object_within_is_read() -> None:
    assert payload({"unit": "C"}).within("member").text("unit") == "C"


@pytest.mark.parametrize("value", ["C", 5, ["C"]])
def test_no_object_within_is_an_empty_one_and_counted(value: object) -> None:
    read = payload(value)
    assert read.within("member").text("unit") is None
    assert counted(read) == {"thing.member: object expected": 1}


@pytest.mark.parametrize("name", ["radon_alarm", "co2_alarm", "pm25", "pm2_5", "Kelvin", "SP"])
def test_an_unknown_name_is_said(name: str) -> None:
    oddities = Oddities()
    oddities.note_unknown("thing", name)
    assert oddities.counts == {f"thing: unknown {name}": 1}


@pytest.mark.parametrize("name", ["", "two words", "Ünit", "a" * 41, "name\n"])
def test_what_does_not_look_like_a_name_is_not_said(name: str) -> None:
    oddities = Oddities()
    oddities.note_unknown("thing", name)
    assert oddities.counts == {"thing: unknown unreadable name": 1}


@given(secrets)
def test_an_id_or_a_secret_where_a_name_belongs_is_not_said(secret: str) -> None:
    oddities = Oddities()
    oddities.note_unknown("thing", secret)
    assert oddities.counts == {"thing: unknown unreadable name": 1}


@given(anything)
def test_what_is_counted_never_shows_the_value(value: object) -> None:
    read = payload(value)
    for reader in READERS:
        reader(read)
    places = {key.split(": ")[0] for key in read.oddities.counts}
    words = {key.split(": ")[1] for key in read.oddities.counts}
    assert places <= {"thing.member"}
    assert words <= {f"{what} expected" for what in ("text", "number", "boolean", "time", "list", "object", "name")}


def test_the_number_of_places_is_bounded_and_no_count_is_lost() -> None:
    oddities = Oddities()
    for number in range(1000):
        oddities.note(f"place {number}", "odd")
        oddities.note("place 0", "odd")
    assert len(oddities.counts) <= 201
    assert oddities.counts["place 0: odd"] == 1001
    assert oddities.counts.total() == 2000
