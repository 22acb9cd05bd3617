"""The bridge against its peer and its limits, all in one run: in every round one of each."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from .figures import Figure, memory, rate, ratio, seconds, share
from .first_mirror import Mirrored, mirrored, peer
from .messages import FirstMirror, first_mirror
from .mosquitto import program
from .polls import Poll, polls
from .scene import Scene, scene

_SHARE: Final = 0.35
_MEMORY: Final = 150_000_000
_POLLS: Final = 5
"""Unchanged polls after which memory is looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round measured; `peer` in seconds."""

    peer: float
    plain: Mirrored


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A whole run: what was published, and the figures of it."""

    mix: str
    figures: Sequence[Figure]


async def measured(units: int, rounds: int, say: Callable[[str], None]) -> Measured:
    """Measure the bridge with so many units. Raises BenchFailed."""
    for name in ("mosquitto", "mosquitto_pub"):
        program(name)
    async with _scene(units, say) as cloud:
        # No broker is asked for anything here.
        first = await first_mirror(cloud.configuration(1883))
        found = [await _round(cloud, first, number + 1, rounds, say) for number in range(rounds)]
        say("The bridge with discovery")
        discovering = await mirrored(cloud, first, _POLLS, discovery=True)
        say("Unchanged polls")
        polled = await polls(cloud, max(rounds, _POLLS))
    return Measured(mix=first.mix, figures=[*_rates(first, found), *_costs(polled), *_memory(found, discovering)])


@asynccontextmanager
async def _scene(units: int, say: Callable[[str], None]) -> AsyncIterator[Scene]:
    say(f"Starting a simulated cloud with {units:,} units")
    with TemporaryDirectory(prefix="layla-bench-") as folder:
        async with scene(units, Path(folder)) as cloud:
            yield cloud


async def _round(cloud: Scene, first: FirstMirror, number: int, rounds: int, say: Callable[[str], None]) -> Round:
    say(f"Round {number} of {rounds}: mosquitto_pub, the bridge")
    return Round(
        peer=await peer(cloud, first),
        plain=await mirrored(cloud, first, _POLLS),
    )


def _rates(first: FirstMirror, rounds: Sequence[Round]) -> Sequence[Figure]:
    count = len(first.messages)
    return (
        rate("mosquitto_pub -l, the same messages", [count / each.peer for each in rounds]),
        rate("First mirror, first to last message", [count / each.plain.publishing for each in rounds]),
        share("… in parts of mosquitto_pub", [each.peer / each.plain.publishing for each in rounds], _SHARE),
        rate("Everything again on request, payloads made anew", [count / each.plain.again for each in rounds]),
        share("… in parts of mosquitto_pub", [each.peer / each.plain.again for each in rounds]),
        seconds("Start of the program to the last message", [each.plain.start for each in rounds]),
    )


def _costs(polled: Sequence[Poll]) -> Sequence[Figure]:
    return (
        seconds("Unchanged poll, processor time", [each.whole for each in polled]),
        ratio("… against decoding and parsing its answer", [each.whole / each.decoding for each in polled]),
        ratio("… against orjson.loads of its answer", [each.whole / each.loading for each in polled]),
    )


def _memory(rounds: Sequence[Round], discovering: Mirrored) -> Sequence[Figure]:
    plain = [each.plain for each in rounds]
    return (
        memory("Memory after the first mirror", [each.after_mirror for each in plain], _MEMORY),
        memory(f"Memory after {_POLLS} polls more", [each.after_polls for each in plain], _MEMORY),
        memory("Most memory at any time", [each.peak for each in plain]),
        memory("With discovery: after the first mirror", [discovering.after_mirror], _MEMORY),
        memory(f"With discovery: after {_POLLS} polls more", [discovering.after_polls], _MEMORY),
        memory("With discovery: most at any time", [discovering.peak]),
    )
