"""What is kept on disk comes back as it was, and nonsense is refused with the name of what does not fit."""

from datetime import timedelta
import json
from typing import Any, Final

from hypothesis import given
import pytest

from custom_components.layla.cloud.cursor import Bookmark, Cursor, Episode, History, Subject
from custom_components.layla.cloud.model import Event, Phase
from custom_components.layla.cloud.stored import InvalidRecord, Record, event_from, event_record

from .conftest import NOW
from .strategies import anything

SUBJECT: Final = Subject("unit", None, "smoke_alarm")
CURSOR: Final = Cursor(
    bookmark=Bookmark(since=NOW, seen=frozenset({"b", "a"})),
    history=History(
        forgotten=NOW - timedelta(days=1),
        episodes=(
            Episode(subject=SUBJECT, started=NOW, startless=True, ended=NOW, start_heard=True, end_heard=True),
            Episode(subject=SUBJECT, started=NOW, since=NOW - timedelta(seconds=1), missed_since=NOW),
            Episode(subject=Subject(None, "home", "smoke_alarm"), started=NOW),
        ),
    ),
)
EVENT: Final = Event(id="id", property_id="home", device_id=None, alarm="co_alarm", phase=Phase.ENDED, at=NOW)


def test_a_cursor_comes_back_as_it_was() -> None:
    written = json.loads(json.dumps(CURSOR.as_dict()))
    assert Cursor.from_dict(written) == CURSOR
    assert Cursor.from_dict(written).history.open == 2


def test_an_event_comes_back_as_it_was() -> None:
    assert event_from(Record.of(json.loads(json.dumps(event_record(EVENT))), "event")) == EVENT


@pytest.mark.parametrize(
    ("member", "value", "refusal"),
    [
        ("since", "yesterday", "since: time expected"),
        ("since", "2026-11-20T12:00:00", "since: time with offset expected"),
        ("since", 5, "since: time expected"),
        ("seen", "a", "seen: list expected"),
        ("seen", [1], "seen: text expected"),
        ("forgotten", None, "forgotten: time expected"),
        ("episodes", {}, "episodes: list expected"),
        ("episodes", [1], "episodes: object expected"),
        ("episodes", [{"alarm": 1}], "alarm: text expected"),
    ],
)
def test_a_cursor_that_cannot_be_read_says_what_does_not_fit(member: str, value: object, refusal: str) -> None:
    with pytest.raises(InvalidRecord, match=refusal):
        Cursor.from_dict(CURSOR.as_dict() | {member: value})


@pytest.mark.parametrize(
    ("member", "value"), [("startless", "yes"), ("started", None), ("ended", "soon"), ("device_id", 5)]
)
def test_an_episode_that_cannot_be_read_says_what_does_not_fit(member: str, value: object) -> None:
    broken: dict[str, Any] = CURSOR.history.episodes[0].as_dict() | {member: value}
    with pytest.raises(InvalidRecord, match=member):
        Cursor.from_dict(CURSOR.as_dict() | {"episodes": [broken]})


def test_an_event_of_another_phase_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="phase"):
        event_from(Record(event_record(EVENT) | {"phase": "paused"}))


@given(anything)
def test_any_nonsense_is_refused_by_the_one_error(nonsense: object) -> None:
    with pytest.raises(InvalidRecord):
        Cursor.from_dict(nonsense)
