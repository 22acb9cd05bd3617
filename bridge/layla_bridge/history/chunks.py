"""Series as messages: bounded, as brokers and readers are."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from typing import Final

from ..cloud.model import Point
from ..contract.messages import Publication, Send
from ..contract.payloads import as_json
from ..contract.topics import HISTORY, Item, Kind, Topics
from .series import Series

MOST_POINTS: Final = 500
LARGEST: Final = 32_768
"""The most points, and bytes, of one message."""

type Deliver = Callable[[Series, Sequence[Point]], None]
"""Takes the points of a series, which may be none."""


def chunks(points: Sequence[Point], most: int = MOST_POINTS, largest: int = LARGEST) -> Iterator[bytes]:
    """Write points as JSON lists of `{at, value}`, in their order."""
    parts: list[bytes] = []
    size = 0
    for point in points:
        part = as_json({"at": point.at.astimezone(UTC).isoformat(), "value": point.value})
        # Every point brings a comma or the closing bracket.
        if parts and (len(parts) == most or 1 + size + len(part) + 1 > largest):
            yield _listed(parts)
            parts, size = [], 0
        parts.append(part)
        size += len(part) + 1
    if parts:
        yield _listed(parts)


def publications(topics: Topics, series: Series, points: Sequence[Point]) -> Iterator[Publication]:
    """Make the messages of a series. Raises UnusableId."""
    topic = topics.of(Item(Kind.DEVICE, series.device_id), HISTORY, series.measure)
    return (HISTORY.at(topic, chunk) for chunk in chunks(points))


def publisher(topics: Topics, send: Send) -> Deliver:
    """Return what publishes series."""

    def publish(series: Series, points: Sequence[Point]) -> None:
        for message in publications(topics, series, points):
            send(message)

    return publish


def _listed(parts: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(parts) + b"]"
