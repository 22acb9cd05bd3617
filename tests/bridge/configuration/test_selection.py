"""Which properties are published."""

from hypothesis import given, strategies as st
import pytest

from layla_bridge.configuration import Selection

patterns = st.lists(st.text("ab*?[]", max_size=4), max_size=3).map(tuple)
words = st.text("abAB[]", max_size=5)


@pytest.mark.parametrize(
    ("include", "exclude", "property_id", "name", "selected"),
    [
        (("*",), (), "17", None, True),
        (("17",), (), "17", "Beach", True),
        (("17",), (), "170", "Beach", False),
        (("1*",), (), "170", None, True),
        (("beach*",), (), "17", "Beach House", True),
        (("B?ach",), (), "17", "bEACH", True),
        (("beach",), (), "17", None, False),
        (("AB1",), (), "ab1", None, False),
        (("*",), ("attic",), "17", "Attic", False),
        (("Attic",), ("17",), "17", "Attic", False),
        ((), (), "17", "Attic", False),
        (("Flat [1]",), (), "17", "flat [1]", True),
        (("Flat [1]",), (), "17", "flat 1", False),
    ],
)
def test_ids_and_names_select(
    include: tuple[str, ...], exclude: tuple[str, ...], property_id: str, name: str | None, *, selected: bool
) -> None:
    assert Selection(include, exclude).selects(property_id, name) is selected


@given(include=patterns, exclude=patterns, property_id=words, name=st.none() | words)
def test_what_is_excluded_stays_out(
    include: tuple[str, ...], exclude: tuple[str, ...], property_id: str, name: str | None
) -> None:
    selected = Selection(include, exclude).selects(property_id, name)

    assert selected == (
        Selection(include).selects(property_id, name) and not Selection(exclude).selects(property_id, name)
    )
    assert not Selection(include, (*exclude, "*")).selects(property_id, name)


@given(include=patterns, property_id=words, name=words)
def test_names_are_the_same_in_upper_and_lower_case(include: tuple[str, ...], property_id: str, name: str) -> None:
    selection = Selection(include)

    assert selection.selects(property_id, name.upper()) == selection.selects(property_id, name.lower())


@given(property_id=st.text(min_size=1).filter(lambda text: not set(text) & set("*?")), name=st.none() | words)
def test_an_id_selects_itself_whatever_it_is_made_of(property_id: str, name: str | None) -> None:
    assert Selection((property_id,)).selects(property_id, name)
