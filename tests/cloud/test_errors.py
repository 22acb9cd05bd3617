"""Errors of a cloud: they say which operation and why, and never a secret."""

from time import process_time
from typing import Final

from hypothesis import given, strategies as st
import pytest

from custom_components.layla.cloud.errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    Gone,
    NotSupported,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServerFault,
    Unreached,
    UnreadableAnswer,
    without_secrets,
)

JWT: Final = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvd25lciJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"


def test_an_error_reads_as_operation_status_and_reason() -> None:
    assert str(CloudUnavailable("listDevices", "server fault", status=500)) == "listDevices: 500, server fault"


def test_an_error_without_status_reads_as_operation_and_reason() -> None:
    assert str(CloudUnavailable("listDevices", "no answer in time")) == "listDevices: no answer in time"


def test_a_rate_limit_keeps_how_long_the_cloud_wants_to_be_left_alone() -> None:
    error = RateLimited("listDevices", "too many requests", retry_after=30.0)
    assert (error.retry_after, error.status) == (30.0, 429)


@pytest.mark.parametrize(
    "kind",
    [AuthenticationFailed, RateLimited, CloudUnavailable, ServerFault, UnreadableAnswer, Refused, NotSupported, Gone],
)
def test_every_kind_is_caught_as_one(kind: type[CloudError]) -> None:
    assert issubclass(kind, CloudError)


@pytest.mark.parametrize("kind", [UnreadableAnswer, ServerFault, Unreached, OutcomeUnknown])
def test_no_usable_answer_is_an_unavailable_cloud(kind: type[CloudError]) -> None:
    assert issubclass(kind, CloudUnavailable)


def test_a_reason_keeps_the_vendors_words() -> None:
    assert without_secrets("Studio is locked until it has a seat", []) == "Studio is locked until it has a seat"


def test_a_reason_is_one_short_line() -> None:
    reason = without_secrets("first line\r\n\tsecond line " + "and so on " * 100, [])
    assert reason.startswith("first line second line and so on")
    assert len(reason) <= 200


@pytest.mark.parametrize(
    "text",
    [
        "Cannot handle Authorization: Bearer my-own-token",
        "my-own-token",
        "my-own-tokenmy-own-token",
        f"expired: {JWT}, sorry",
        f"token={JWT}",
        f'{{"token":"{JWT}"}}',
        f"encrypted {JWT}.c2Vj.cmV0",
        "no account robin.owner@example.com here",
        "<robin.owner@example.com>",
        "mailto:robin.owner@example.com",
        "email=robin.owner%40example.com",
    ],
)
def test_tokens_and_e_mail_addresses_are_taken_out_of_a_reason(text: str) -> None:
    reason = without_secrets(text, ["my-own-token"])
    assert "***" in reason
    for secret in ("my-own-token", "eyJ", *JWT.split("."), "c2Vj", "robin", "example.com"):
        assert secret not in reason


@given(st.text(max_size=300), st.text(max_size=300), st.text("abcXYZ019-_.", min_size=12, max_size=40))
def test_the_own_token_is_taken_out_wherever_it_stands(before: str, after: str, token: str) -> None:
    assert token not in without_secrets(before + token + after, [token])


@pytest.mark.parametrize("filling", ["a", "eyJ", "eyJ.", "a@", ".", " ", "%40"])
def test_a_huge_reason_costs_no_time(filling: str) -> None:
    began = process_time()
    without_secrets(filling * 500_000, ["my-own-token"])
    assert process_time() - began < 2


@pytest.mark.parametrize("length", range(3, len(JWT), 7))
def test_a_token_that_the_vendor_cut_off_is_taken_out_as_well(length: int) -> None:
    assert without_secrets(f"Bad token {JWT[:length]}", []) == "Bad token ***"
