"""Temperatures are °C inside; other measures are left as they are."""

from hypothesis import given, strategies as st
import pytest

from custom_components.layla.cloud.catalogue import MEASURES
from custom_components.layla.cloud.layla.temperature import celsius


@pytest.mark.parametrize(("fahrenheit", "expected"), [(32, 0), (212, 100), (-40, -40), (75.2, 24), (70, 21.11)])
def test_fahrenheit_becomes_celsius(fahrenheit: float, expected: float) -> None:
    assert celsius("temperature", fahrenheit, fahrenheit=True) == expected


def test_celsius_stays() -> None:
    assert celsius("temperature", 24.04999, fahrenheit=False) == 24.04999


@pytest.mark.parametrize("measure", [measure for measure in MEASURES if measure != "temperature"])
def test_other_measures_have_no_fahrenheit(measure: str) -> None:
    assert celsius(measure, 75.2, fahrenheit=True) == 75.2


@given(st.floats(-60, 60).map(lambda value: round(value, 1)))
def test_what_a_cloud_shows_to_a_tenth_is_found_again(shown: float) -> None:
    assert celsius("temperature", round(shown * 1.8 + 32, 1), fahrenheit=True) == pytest.approx(shown, abs=0.04)
