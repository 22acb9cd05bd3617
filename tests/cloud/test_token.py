"""Bearer tokens: what users paste is cleaned, what the token says of itself is read with distrust."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
import json
from typing import Final

from hypothesis import given, strategies as st
import jwt
import pytest

from custom_components.layla.cloud.token import Claims, MalformedToken, claims, cleaned

from .strategies import objects

KEY: Final = "a key that nobody needs to know here"


def token(**members: object) -> str:
    """Sign these claims."""
    return jwt.encode(members, KEY)


def unsigned(payload: str, header: str = '{"alg":"HS256"}') -> str:
    """Put any payload into the shape of a token."""
    parts = (header.encode(), payload.encode(errors="surrogatepass"), b"signature")
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        "abc.def.ghi",
        " abc.def.ghi\n",
        "Bearer abc.def.ghi",
        "bearer\tabc.def.ghi",
        "Bearer: abc.def.ghi",
        "Authorization: Bearer abc.def.ghi",
        "authorization: bearer abc.def.ghi\r\n",
    ],
)
def test_a_token_is_found_in_what_was_pasted(text: str) -> None:
    assert cleaned(text) == "abc.def.ghi"


@pytest.mark.parametrize(
    "text", ["", " \n", "abc def", "abc.def\nghi", "Bearer abc def", "tokén", "abc\x00def", "abc\u200bdef", "“abc”"]
)
def test_what_cannot_be_a_token_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(MalformedToken, match="paste it whole, on one line"):
        cleaned(text)


@given(st.text(max_size=40))
def test_a_cleaned_token_can_stand_in_a_header(text: str) -> None:
    try:
        result = cleaned(text)
    except MalformedToken:
        return
    assert result
    assert result.isascii()
    assert result.isprintable()
    assert " " not in result


def test_the_refusal_does_not_repeat_what_was_pasted() -> None:
    with pytest.raises(MalformedToken) as refusal:
        cleaned("half-a-secret other-half")
    assert "secret" not in str(refusal.value)


def test_subject_and_end_are_read() -> None:
    read = claims(token(sub="owner", exp=1_800_000_000))
    assert read == Claims("owner", datetime.fromtimestamp(1_800_000_000, UTC))


def test_a_token_without_them_has_neither() -> None:
    assert claims(token(scope="all")) == Claims(None, None)


def test_a_number_for_a_subject_is_as_good_as_a_text() -> None:
    assert claims(unsigned('{"sub": 4711}')).subject == "4711"


@pytest.mark.parametrize("subject", ["", "  ", None, True, False, 1.5, {"id": 1}, ["owner"], "\ud800", "a\nb"])
def test_a_subject_that_names_nobody_is_none(subject: object) -> None:
    assert claims(unsigned(json.dumps({"sub": subject}))).subject is None


@pytest.mark.parametrize("end", ["soon", None, True, [], 1e300, -1e300, 10**40])
def test_an_end_that_is_no_time_is_none(end: object) -> None:
    read = claims(unsigned(json.dumps({"sub": "owner", "exp": end})))
    assert read == Claims("owner", None)


@pytest.mark.parametrize("end", ["NaN", "Infinity", "1e999"])
def test_an_end_that_json_has_no_word_for_is_none(end: str) -> None:
    assert claims(unsigned(f'{{"sub": "owner", "exp": {end}}}')).expires_at is None


def test_the_claims_of_an_expired_token_and_of_one_for_somebody_else_are_read() -> None:
    assert (
        claims(token(sub="owner", exp=1, nbf=9_999_999_999, iat=9_999_999_999, aud="somebody", iss="x")).subject
        == "owner"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "opaque",
        "a.b.c",
        "a.b.c.d.e",
        "...",
        "é.è.ê",
        unsigned("[1]"),
        unsigned('"owner"'),
        unsigned("no json"),
        unsigned("[" * 100_000),
        unsigned('{"sub":"owner"}', header="[]"),
        unsigned('{"sub":"owner"}', header='{"alg":"HS256","kid":5}'),
        unsigned('{"sub":"owner"}', header='{"alg":"HS256","crit":["b64"],"b64":false}'),
        unsigned("9" * 5000),
    ],
)
def test_a_token_that_is_no_jwt_has_no_claims(text: str) -> None:
    assert claims(text) == Claims(None, None)


@given(st.text(max_size=60))
def test_reading_the_claims_of_any_text_never_raises(text: str) -> None:
    claims(text)


@given(objects, st.sampled_from(["sub", "exp", "nbf", "iat", "aud", "iss", "jti"]))
def test_reading_any_claims_never_raises(members: dict[str, object], name: str) -> None:
    claims(unsigned(json.dumps({**members, name: members.get("member")})))


def test_a_token_is_expired_from_its_end_on() -> None:
    end = datetime(2026, 11, 20, 12, tzinfo=UTC)
    read = Claims("owner", end)
    assert not read.expired(end - timedelta(seconds=1))
    assert read.expired(end)


def test_a_token_without_an_end_does_not_expire() -> None:
    assert not Claims("owner").expired(datetime.max.replace(tzinfo=UTC))
