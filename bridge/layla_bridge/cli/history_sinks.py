"""Where `history` puts series: on their topics, or into a file that spreadsheets read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
import csv
from dataclasses import replace
from datetime import UTC
from pathlib import Path
import sys
from typing import Final, TextIO

from ..broker import (
    BrokerLink,
    BrokerSettings,
    Message,
    NotConnected,
    Publication,
    Rejected,
    Session,
    trouble,
    try_broker,
)
from ..cloud.model import Point, Snapshot
from ..configuration import Configuration
from ..history.chunks import publications
from ..history.series import Series
from ..parts import broker_settings, topics
from .terminal import fail

COLUMNS: Final = ("unit", "name", "measure", "at", "value")
STDOUT: Final = "-"
# Seconds for a link to notice that its connection is gone.
_MOMENT: Final = 0.1

type Sink = Callable[[Series, Sequence[Point]], Awaitable[None]]
"""Takes the points of one series, and returns when they are where they belong."""

type OpenSink = Callable[[Configuration, Snapshot], AbstractAsyncContextManager[Sink]]


def to_csv(path: str) -> OpenSink:
    """Return what writes a table into a file, or to stdout, whole series at a time."""

    @asynccontextmanager
    async def opened(configuration: Configuration, snapshot: Snapshot) -> AsyncIterator[Sink]:
        names = {key: device.name or "" for key, device in snapshot.devices.items() if configuration.publish.names}
        file = _opened(path)
        try:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(COLUMNS)

            async def write(series: Series, points: Sequence[Point]) -> None:
                unit, measure = series.device_id, series.measure
                table.writerows(
                    (unit, names.get(unit, ""), measure, point.at.astimezone(UTC).isoformat(), point.value)
                    for point in points
                )
                file.flush()

            yield write
        finally:
            if file is not sys.stdout:
                file.close()

    return opened


@asynccontextmanager
async def to_broker(configuration: Configuration, snapshot: Snapshot) -> AsyncIterator[Sink]:
    """Publish on the topics of the history, beside the bridge, which keeps its own connection."""
    del snapshot
    settings = broker_settings(configuration)
    settings = replace(settings, client_id=f"{settings.client_id}-history")
    if found := await try_broker(settings):
        fail(found.text, found.remedy)
    ours = topics(configuration)
    async with BrokerLink(settings, None, on_connected=_greet, on_message=_ignore) as link:

        async def publish(series: Series, points: Sequence[Point]) -> None:
            for publication in publications(ours, series, points):
                await _published(link, settings, publication)

        yield publish


async def _published(link: BrokerLink, settings: BrokerSettings, publication: Publication) -> None:
    """Publish, after a lost connection once more."""
    while True:
        await link.wait_connected()
        try:
            await link.publish(publication)
        except NotConnected:
            await asyncio.sleep(_MOMENT)
        except Rejected as error:
            refused = trouble.of(error, settings)
            fail(refused.text, refused.remedy)
        else:
            return


def _opened(path: str) -> TextIO:
    if path == STDOUT:
        return sys.stdout
    try:
        return Path(path).open("w", encoding="utf-8", newline="")
    except OSError as error:
        fail(f"{path} cannot be written ({error.strerror})", "Name a file in a folder that is there and is yours.")


async def _greet(session: Session) -> None:
    """Subscribe to nothing."""


def _ignore(message: Message) -> None:
    """Expect nothing."""
