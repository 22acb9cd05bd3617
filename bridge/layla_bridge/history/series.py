"""Which series there are, in the order in which they are worth having."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from ..cloud.model import Device
from ..contract.level import usable

MATTERS: Final[Sequence[str]] = (
    "noise",
    "temperature",
    "occupancy_max",
    "power",
    "humidity",
    "aq_iaq",
    "mold_risk_index",
    "occupancy_min",
    "wifi_rssi",
    "net_qlt",
)
"""Every measure of the catalogue, those that people look back at first."""

_RANK: Final[Mapping[str, int]] = {measure: rank for rank, measure in enumerate(MATTERS)}


class Series(NamedTuple):
    """One measure of one unit."""

    measure: str
    device_id: str


type Has = Callable[[Device], Collection[str]]
"""Names the measures that a unit has."""


def measured(device: Device) -> Collection[str]:
    """Name the measures that a unit has a value of now."""
    return [measure for measure, reading in device.readings.items() if reading.value is not None]


def place(series: Series) -> tuple[int, str]:
    """Return what puts series in order: all units of the measure that matters most, then those of the next."""
    return _RANK[series.measure], series.device_id


def series_of(devices: Iterable[Device], has: Has) -> list[Series]:
    """List the series of some units, in order; without units whose id fits no topic."""
    found = (
        Series(measure, device.id)
        for device in devices
        if usable(device.id)
        for measure in has(device)
        if measure in _RANK
    )
    return sorted(found, key=place)


def fitting(series: Iterable[Series], most: int) -> tuple[Sequence[Series], Sequence[str]]:
    """Return as many whole measures of series in order as fit, and the measures from the first that does not."""
    found: list[Series] = []
    left_out: list[str] = []
    for measure, group in groupby(series, key=lambda each: each.measure):
        of_measure = list(group)
        if left_out or len(found) + len(of_measure) > most:
            left_out.append(measure)
        else:
            found += of_measure
    return found, left_out


def following(series: Sequence[Series], after: Series | None) -> Sequence[Series]:
    """Return those of series in order that come after one, which need not be among them."""
    return series if after is None else series[bisect_right(series, place(after), key=place) :]
