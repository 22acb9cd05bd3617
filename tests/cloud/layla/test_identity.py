"""Which account a token opens: found again by either of its names, and told without the e-mail address."""

from typing import Final

from hypothesis import given, strategies as st
import pytest
from yarl import URL

from custom_components.layla.cloud.layla.identity import Identity, identity

BASE_URL: Final = URL("https://API.layla.eco/api")
EMAIL: Final = "Robin.Owner@example.com"


def test_an_account_is_named_by_host_and_subject_first() -> None:
    names = identity(BASE_URL, "owner-1", EMAIL).names
    assert names[0] == "api.layla.eco:owner-1"
    assert len(names) == 2


def test_the_hash_of_the_address_stays_the_same_for_life() -> None:
    assert identity(BASE_URL, None, EMAIL).names == ("api.layla.eco:5dfd2c3e0fac3689cc780c26fc0da76d",)


@pytest.mark.parametrize("email", ["robin.owner@example.com", " ROBIN.OWNER@EXAMPLE.COM\n"])
def test_the_same_address_is_the_same_account_however_it_is_written(email: str) -> None:
    assert identity(BASE_URL, None, email) == identity(BASE_URL, None, EMAIL)


def test_either_name_alone_finds_the_account_again() -> None:
    known = set(identity(BASE_URL, "owner-1", EMAIL).names)
    assert known & set(identity(BASE_URL, "owner-1", "new.address@example.com").names)
    assert known & set(identity(BASE_URL, None, EMAIL).names)
    assert not known & set(identity(BASE_URL, "owner-2", "somebody@example.com").names)


def test_another_host_is_another_account() -> None:
    there = identity(URL("https://example.org"), "owner-1", EMAIL)
    assert not set(there.names) & set(identity(BASE_URL, "owner-1", EMAIL).names)


def test_the_port_and_the_path_make_no_other_account() -> None:
    assert identity(URL("https://api.layla.eco:8443/other"), "owner-1", EMAIL) == identity(BASE_URL, "owner-1", EMAIL)


def test_an_account_can_be_renamed_to_another_address() -> None:
    assert identity(BASE_URL, "owner-1", EMAIL).at(URL("https://example.org/api")) == identity(
        URL("https://example.org"), "owner-1", EMAIL
    )


@pytest.mark.parametrize(("subject", "email"), [(None, None), ("", ""), (None, "")])
def test_nothing_to_go_by_is_no_name(subject: str | None, email: str | None) -> None:
    assert identity(BASE_URL, subject, email).names == ()


def test_an_address_for_a_subject_is_hashed_like_the_address() -> None:
    assert identity(BASE_URL, EMAIL, EMAIL) == identity(BASE_URL, None, EMAIL)
    assert identity(BASE_URL, EMAIL, None).names == identity(BASE_URL, None, EMAIL).names


@given(
    st.none() | st.text(max_size=20) | st.emails(), st.emails().filter(lambda address: len(address) > len("a@b.ccc"))
)
def test_no_name_holds_the_address(subject: str | None, email: str) -> None:
    shown = repr(identity(BASE_URL, email if subject is None else subject, email))
    assert email not in shown
    assert email.lower() not in shown


def test_an_address_without_host_has_no_host() -> None:
    assert identity(URL("/api"), "owner-1", None) == Identity("", ("owner-1",))
    assert Identity("x", ("owner-1",)).at(URL("/api")) == Identity("", ("owner-1",))
