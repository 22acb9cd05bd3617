"""Temperatures arrive in the user's unit and are °C inside."""

from typing import Final

TEMPERATURE: Final = "temperature"


def celsius(measure: str, value: float, *, fahrenheit: bool) -> float:
    """Convert a temperature to °C, rounded to 0.01; leave every other measure as it is."""
    if measure != TEMPERATURE or not fahrenheit:
        return value
    return round((value - 32) / 1.8, 2)
