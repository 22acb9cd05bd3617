"""What a face can ask of an account beside its snapshot: frozen values, answered in plain JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

type Answer = Mapping[str, Any]
"""Plain JSON in Layla's words: SI units and °C, instants in ISO 8601 with an offset. Empty where nothing was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    """A measure's series of one unit or of one property, of which exactly one is named.

    `start` is included, `end` is not; both are aware.
    """

    measure: str
    start: datetime
    end: datetime
    granularity: Literal["minutes", "15min", "hours", "days", "months", "years"]
    device_id: str | None = None
    property_id: str | None = None


type Question = Measurements
