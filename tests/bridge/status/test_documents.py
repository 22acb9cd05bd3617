"""What the bridge tells of itself, and when it is taken to work."""

from dataclasses import replace
from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from hypothesis import given, strategies as st
import pytest

from layla_bridge.broker import Trouble, TroubleKind
from layla_bridge.contract.payloads import as_json
from layla_bridge.status import Broker, Cloud, CloudState, RequestCount, Waiting, entry, health, info, resident
from layla_bridge.status.verdict import alive, ready
from tests.bridge.status_house import ENTRIES, STATUS
from tests.bridge.world import MINUTE, NOW

DAY = timedelta(days=1)


def cloud(**members: Any) -> Cloud:
    return replace(STATUS.cloud, **members)


def broker(**members: Any) -> Broker:
    return replace(STATUS.broker, **members)


def test_health_has_everything_in_si_units_and_utc() -> None:
    assert json.loads(as_json(health(replace(STATUS, outbox=Waiting(depth=3, oldest=NOW, dropped=1))))) == {
        "instance": "layla",
        "version": "0.1.0",
        "started": "2026-11-08T07:00:00+00:00",
        "cloud": {
            "state": "online",
            "since": "2026-11-19T05:00:00+00:00",
            "last_success": "2026-11-20T11:59:42+00:00",
            "latency": 0.234,
            "requests_in_24_h": 2904,
            "next_poll": "2026-11-20T12:00:42+00:00",
            "trouble": None,
        },
        "broker": {
            "connected": True,
            "since": "2026-11-17T12:00:00+00:00",
            "address": "mosquitto.lan:8883",
            "protocol": "5",
            "trouble": None,
            "remedy": None,
        },
        "outbox": {"depth": 3, "oldest": "2026-11-20T12:00:00+00:00", "dropped": 1},
        "units": 12,
        "properties": 2,
        "missing": 0,
        "messages": 48211,
        "commands": 37,
        "refused": 2,
        "events": 64,
        "memory": 48_700_000,
        "uptime": 1_054_800,
    }


def test_a_bridge_that_has_just_started_says_what_it_does_not_know() -> None:
    starting = replace(STATUS, cloud=Cloud(state=CloudState.STARTING, since=NOW), memory=None)
    told = health(starting)
    assert told["memory"] is None
    assert {key for key, value in told["cloud"].items() if value is None} == {
        "last_success",
        "latency",
        "next_poll",
        "trouble",
    }


def test_health_says_what_is_wrong_with_the_broker_and_what_to_do() -> None:
    trouble = Trouble(TroubleKind.DNS, "It cannot be found", "Check the DNS")
    told = health(replace(STATUS, broker=broker(connected=False, trouble=trouble)))["broker"]
    assert (told["trouble"], told["remedy"]) == ("It cannot be found", "Check the DNS")


def test_info_is_what_changes_seldom() -> None:
    expected = {
        "instance": "layla",
        "version": "0.1.0",
        "protocol": "5",
        "account": "token",
        "base_topic": "layla",
        "units": 12,
        "properties": 2,
        "interval": 60,
        "features": ["discovery"],
    }
    assert json.loads(as_json(info(STATUS))) == expected
    assert info(replace(STATUS, at=NOW + DAY, memory=1, cloud=cloud(latency=9.0))) == info(STATUS)


def test_an_entry_of_the_log_says_how_often_and_since_when() -> None:
    assert json.loads(as_json(entry(ENTRIES[0]))) == {
        "at": "2026-11-20T11:34:00+00:00",
        "since": "2026-11-20T09:00:00+00:00",
        "level": "warning",
        "source": "layla_bridge.poller",
        "text": "A poll was missed and is tried again: listDevices: 503, upstream is busy",
        "count": 14,
    }


@pytest.mark.parametrize("state", CloudState)
def test_no_trouble_of_the_cloud_or_the_broker_is_a_reason_to_start_anew(state: CloudState) -> None:
    assert alive(replace(STATUS, cloud=cloud(state=state, next_poll=None), broker=broker(connected=False)))


def test_a_poll_that_never_comes_is_a_reason() -> None:
    for late, lives in ((timedelta(minutes=9), True), (timedelta(minutes=10), False)):
        status = replace(STATUS, cloud=cloud(next_poll=NOW - late))
        assert alive(status) is lives
        assert ready(status) is lives


@pytest.mark.parametrize(
    ("of_cloud", "connected", "expected"),
    [
        ({}, True, True),
        ({"state": CloudState.RESTING}, True, True),
        ({"state": CloudState.RESTING, "last_success": None}, True, False),
        ({"state": CloudState.STARTING, "last_success": None}, True, False),
        ({"state": CloudState.OFFLINE}, True, False),
        ({"state": CloudState.UNAUTHORIZED}, True, False),
        ({}, False, False),
    ],
)
def test_the_bridge_is_ready_when_the_account_is_on_the_broker(
    of_cloud: dict[str, Any], *, connected: bool, expected: bool
) -> None:
    assert ready(replace(STATUS, cloud=cloud(**of_cloud), broker=broker(connected=connected))) is expected


@given(st.lists(st.tuples(st.integers(5, 600), st.integers(0, 50)), min_size=1, max_size=300))
def test_requests_are_counted_over_24_hours(steps: list[tuple[int, int]]) -> None:
    """Against all of them, remembered."""
    count, now, total = RequestCount(NOW), NOW, 0
    history = [(NOW, 0)]
    for minutes, requests in steps:
        now += minutes * MINUTE
        total += requests
        history.append((now, total))
        older = max(value for at, value in history if at <= max(now - DAY, NOW))
        assert count.in_24_h(total, now) == total - older


def test_the_count_is_good_to_five_minutes_and_takes_no_more_room_than_a_day_needs() -> None:
    count = RequestCount(NOW)
    counted = [count.in_24_h(minute, NOW + minute * MINUTE) for minute in range(3 * 24 * 60)]
    assert 24 * 60 <= counted[-1] <= 24 * 60 + 5
    assert len(count._totals) <= 24 * 12 + 2


def test_memory_is_in_bytes_and_unknown_where_nothing_tells(tmp_path: Path) -> None:
    own = resident()
    assert own is not None
    assert 10_000_000 < own < 10_000_000_000
    assert resident(tmp_path / "statm") is None
