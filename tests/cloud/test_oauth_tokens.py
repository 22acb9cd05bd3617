"""Tokens as values: when they are renewed, and how they come back from disk."""

from collections.abc import Mapping
import json
import math
from typing import Final

from hypothesis import given, strategies as st
import jwt
import pytest

from custom_components.layla.cloud.oauth.tokens import Tokens, renewal_time
from custom_components.layla.cloud.stored import InvalidRecord

NOW: Final = 1_795_176_000.0
TOKENS: Final = Tokens("an-access-token", "a-refresh-token", NOW)
RECORD: Final = {"access_token": "an-access-token", "refresh_token": "a-refresh-token", "renew_at": NOW}


def signed(**members: object) -> str:
    """Return a JWT with these claims."""
    return jwt.encode(members, "a key that nobody needs to know here")


def test_tokens_do_not_show_themselves() -> None:
    assert "token" not in repr(TOKENS)


@pytest.mark.parametrize(
    ("lifetime", "after"), [(3600.0, 3540.0), (300.0, 240.0), (100.0, 80.0), (10.0, 8.0), (0.5, 0.4)]
)
def test_a_token_is_renewed_a_minute_or_a_fifth_of_its_life_before_its_end(lifetime: float, after: float) -> None:
    assert renewal_time("opaque", lifetime, NOW) == pytest.approx(NOW + after)


@pytest.mark.parametrize("lifetime", [None, 0.0, -5.0])
def test_without_a_lifetime_a_token_says_its_end_itself(lifetime: float | None) -> None:
    assert renewal_time(signed(exp=NOW + 3600), lifetime, NOW) == NOW + 3540


def test_a_lifetime_goes_before_what_the_token_says() -> None:
    assert renewal_time(signed(exp=NOW + 3600), 600.0, NOW) == NOW + 540


@pytest.mark.parametrize("access", ["opaque", signed(sub="owner"), signed(exp="soon"), signed(exp=NOW - 1), ""])
def test_a_token_that_says_no_sensible_end_serves_until_it_is_refused(access: str) -> None:
    assert renewal_time(access, None, NOW) is None


@given(st.floats(min_value=1e-3, max_value=1e12))
def test_a_token_is_renewed_within_its_life(lifetime: float) -> None:
    at = renewal_time("opaque", lifetime, NOW)
    assert at is not None
    assert NOW <= at < NOW + lifetime


def test_a_record_is_plain_json() -> None:
    assert TOKENS.as_record() == RECORD
    assert json.loads(json.dumps(TOKENS.as_record())) == RECORD


texts = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)


@given(
    texts.filter(lambda text: text.lower() not in ("authorization", "bearer")),
    st.none() | texts,
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
)
def test_what_was_kept_comes_back(access: str, refresh: str | None, renew_at: float | None) -> None:
    tokens = Tokens(access, refresh, renew_at)
    assert Tokens.from_record(json.loads(json.dumps(tokens.as_record()))) == tokens


def test_a_record_without_refresh_token_and_time_has_neither() -> None:
    assert Tokens.from_record({"access_token": "a"}) == Tokens("a", None, None)


@pytest.mark.parametrize(
    ("record", "member"),
    [
        (None, "tokens"),
        ([], "tokens"),
        ({}, "access_token"),
        (RECORD | {"access_token": None}, "access_token"),
        (RECORD | {"access_token": 5}, "access_token"),
        (RECORD | {"access_token": ""}, "access_token"),
        (RECORD | {"access_token": "a\nb"}, "access_token"),
        (RECORD | {"refresh_token": 5}, "refresh_token"),
        (RECORD | {"refresh_token": ""}, "refresh_token"),
        (RECORD | {"refresh_token": "a\ud800"}, "refresh_token"),
        (RECORD | {"renew_at": "soon"}, "renew_at"),
        (RECORD | {"renew_at": True}, "renew_at"),
        (RECORD | {"renew_at": math.nan}, "renew_at"),
        (RECORD | {"renew_at": math.inf}, "renew_at"),
        (RECORD | {"renew_at": 10**400}, "renew_at"),
    ],
)
def test_a_record_that_is_none_says_which_member_and_never_its_value(
    record: Mapping[str, object] | None, member: str
) -> None:
    with pytest.raises(InvalidRecord, match=rf"^{member}: [a-z0-9 ]+ expected$") as caught:
        Tokens.from_record(record)
    assert caught.value.__cause__ is None
