"""What clouds say of the requests that are left, however they say it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.layla.cloud.quota import Quota, read

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "headers",
    [
        {
            "X-RateLimit-Limit": "100",
            "X-RateLimit-Remaining": "7",
            "X-RateLimit-Reset": str(int((NOW + HOUR).timestamp())),
        },
        {"X-Rate-Limit-Limit": "100", "X-Rate-Limit-Remaining": "7", "X-Rate-Limit-Reset": "3600"},
        {"RateLimit-Limit": "100, 100;w=3600", "RateLimit-Remaining": "7", "RateLimit-Reset": "3600"},
        {"RateLimit": "limit=100, remaining=7, reset=3600"},
        {"RateLimit-Policy": '"default";q=100;w=86400', "RateLimit": '"default";r=7;t=3600'},
    ],
    ids=["by custom", "by another custom", "an older draft", "a draft in between", "the newest draft"],
)
def test_every_way_to_say_it_is_understood(headers: dict[str, str]) -> None:
    assert read(headers, NOW) == Quota(limit=100, remaining=7, resets_at=NOW + HOUR)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"RateLimit-Remaining": "7"},
        {"RateLimit-Limit": "many", "RateLimit-Remaining": "7"},
        {"RateLimit-Limit": "0", "RateLimit-Remaining": "0"},
    ],
)
def test_what_does_not_say_how_many_are_left_of_how_many_says_nothing(headers: dict[str, str]) -> None:
    assert read(headers, NOW) is None


def test_a_time_that_no_clock_shows_is_left_out() -> None:
    headers = {"RateLimit-Limit": "100", "RateLimit-Remaining": "7", "RateLimit-Reset": "9" * 15}
    assert read(headers, NOW) == Quota(limit=100, remaining=7, resets_at=None)


@given(st.dictionaries(st.sampled_from(["RateLimit", "RateLimit-Limit", "X-RateLimit-Remaining"]), st.text()))
def test_nonsense_is_no_error(headers: dict[str, str]) -> None:
    assert read(headers, NOW) is None or headers


@pytest.mark.parametrize(
    ("quota", "nearly"),
    [
        (Quota(100, 9, NOW + HOUR), "nearly"),
        (Quota(100, 10, NOW + HOUR), ""),
        (Quota(100, 9, None), "nearly"),
        (Quota(100, 0, NOW), ""),
    ],
)
def test_it_is_nearly_used_when_less_than_a_tenth_is_left_of_a_time_that_goes_on(quota: Quota, nearly: str) -> None:
    assert quota.nearly_used(NOW) is bool(nearly)
