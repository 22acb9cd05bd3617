"""How fast a whole account reaches the broker, and how much memory that takes: the bridge as users run it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import re
from time import perf_counter
from typing import Final

from layla_bridge.status import resident

from .failure import BenchFailed
from .listener import Listener, listening
from .messages import FirstMirror
from .mosquitto import Broker, broker
from .processes import Running, module, running
from .scene import EXPIRY, INSTANCE, Scene

_KEPT: Final = "$SYS/broker/retained messages/count"
# The peer naps for a tenth of a second at its start and at its end: over more messages that counts less.
_TIMES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """One first mirror: seconds and bytes.

    `publishing`: from the first to the last message. `again`: everything once more, from the request to the last
    message. `start`: from the start of the program to the last message.
    """

    publishing: float
    again: float
    start: float
    after_mirror: int
    after_polls: int
    peak: int


async def mirrored(scene: Scene, first: FirstMirror, polls: int, *, discovery: bool = False) -> Mirrored:
    """Run a bridge against an empty broker, until it has published everything, and through some unchanged polls."""
    topics = (first.first, first.last)
    async with broker(scene.folder) as empty, listening(empty.port, *topics) as listener:
        started = perf_counter()
        async with _bridge(scene, empty, discovery=discovery) as bridge:
            end = await listener.heard(first.last)
            publishing = end - listener.at[first.first]
            await _arrived(listener, len(first.messages), discovery=discovery)
            after_mirror = _resident(bridge)
            for _ in range(polls):
                await listener.ask(INSTANCE, "refresh")
            after_polls = _resident(bridge)
            if listener.counts[first.last] > 1:
                raise BenchFailed("An unchanged poll published something")
            asked = await listener.ask(INSTANCE, "republish")
            again = await listener.heard(first.last, 2) - asked
            return Mirrored(
                publishing=publishing,
                again=again,
                start=end - started,
                after_mirror=after_mirror,
                after_polls=after_polls,
                peak=_peak(bridge),
            )


async def peer(scene: Scene, first: FirstMirror) -> float:
    """Publish the same with `mosquitto_pub -l`, one quality of service after the other; return the seconds.

    It publishes everything several times, and what counts is the share of one.
    """
    spans: list[tuple[float, float]] = []
    async with broker(scene.folder) as empty:
        for qos in (0, 1):
            lines = first.lines(scene.folder, qos, _TIMES)
            spans.append(await empty.published(f"peer-{qos}", first.topic(qos), qos, EXPIRY, lines))
    return (max(went for _, went in spans) - min(came for came, _ in spans)) / _TIMES


@asynccontextmanager
async def _bridge(scene: Scene, empty: Broker, *, discovery: bool) -> AsyncIterator[Running]:
    environ = scene.environ(empty.port, discovery=discovery)
    async with running("The bridge", *module("layla_bridge", "run"), environ=environ) as bridge:
        yield bridge


async def _arrived(listener: Listener, count: int, *, discovery: bool) -> None:
    """Wait until the broker says that it keeps everything, discovery included."""
    # One each for its units, its properties, and the bridge itself.
    wanted = count + (count // 2 + 1 if discovery else 0)
    await listener.subscribe(_KEPT)
    await listener.until(lambda: int(listener.latest.get(_KEPT, b"0")) >= wanted, f"{wanted} retained messages")


def _resident(bridge: Running) -> int:
    found = resident(Path(f"/proc/{bridge.pid}/statm"))
    if found is None:
        raise BenchFailed("The memory of a process is read from /proc, which this system does not have")
    return found


def _peak(bridge: Running) -> int:
    status = Path(f"/proc/{bridge.pid}/status").read_text(encoding="ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
