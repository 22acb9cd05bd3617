"""The integration beside its peer and beside bare entities, in one process: in every round one of each."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

import orjson

from custom_components.layla.cloud.layla import parse
from custom_components.layla.cloud.layla.parse import Household
from custom_components.layla.cloud.tolerant import Oddities

from .bare import bare
from .failure import BenchFailed
from .figures import Figure, micro, ratio, seconds, share
from .home_assistant import Entry, Refresh, home_assistant
from .layla import Layla, coordinator, layla
from .pods import STATES_OF_A_POD
from .sensibo import pods, sensibo

_CHANGED: Final = 0.05
_NEXT_READING: Final = 1.1
_REFRESHES: Final = 7
"""Of each kind, in every round; the one in the middle counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What the integration costs, in seconds of the processor; `loading` and `decoding` are those of its payload."""

    states: int
    disabled: int
    set_up: float
    unchanged: float
    changed: float
    changed_states: float
    loading: float
    decoding: float

    @property
    def a_changed_state(self) -> float:
        """What one state costs that a refresh changes."""
        return (self.changed - self.unchanged) / self.changed_states


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """What others cost for a state: to set up, and in a refresh."""

    set_up: float
    refresh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round measured."""

    ours: Ours
    bare: Other
    peer: Other


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A whole run: of how many states, and its figures."""

    states: int
    changed: int
    figures: Sequence[Figure]


async def measured(units: int, rounds: int, say: Callable[[str], None]) -> Measured:
    """Measure the integration with so many units. Raises BenchFailed."""
    say(f"Starting a simulated cloud with {units:,} units")
    with TemporaryDirectory(prefix="layla-bench-") as name:
        folder = Path(name)
        async with layla(units, folder) as cloud:
            say("Once without counting")
            ours = await _ours(cloud, folder, 1)
            async with pods(max(1, ours.states // STATES_OF_A_POD)):
                await _bare(units, ours, folder, 1)
                await _peer(folder, 1)
                found: list[Round] = []
                for number in range(rounds):
                    say(f"Round {number + 1} of {rounds}: the integration, bare entities, sensibo")
                    found.append(await _round(cloud, ours, folder))
    changed = round(median(each.ours.changed_states for each in found))
    return Measured(
        states=ours.states, changed=changed, figures=[*_set_up(found), *_unchanged(found), *_changed(found)]
    )


async def _round(cloud: Layla, before: Ours, folder: Path) -> Round:
    return Round(
        ours=await _ours(cloud, folder, _REFRESHES),
        bare=await _bare(cloud.scene.units, before, folder, _REFRESHES),
        peer=await _peer(folder, _REFRESHES),
    )


async def _ours(cloud: Layla, folder: Path, refreshes: int) -> Ours:
    async with home_assistant(folder) as hass:
        entry = await cloud.set_up(hass)
        # The first ones still have to learn what the later ones know: whether an air conditioner runs is told by two
        # readings of its power, and their times are whole seconds.
        for _ in range(2):
            await asyncio.sleep(_NEXT_READING)
            await entry.refresh()
        unchanged = [await _unchanged_refresh(entry) for _ in range(refreshes)]
        changed = [await _changed_refresh(cloud, entry) for _ in range(refreshes)]
        answer = await cloud.answer()
        household = Household(fahrenheit=False, properties=coordinator(entry).data.properties)
        return Ours(
            states=entry.states,
            disabled=entry.disabled,
            set_up=entry.set_up,
            unchanged=median(each.cost for each in unchanged),
            changed=median(each.cost for each in changed),
            changed_states=median(each.changed for each in changed),
            loading=median(_cost(lambda: orjson.loads(answer)) for _ in range(refreshes)),
            decoding=median(
                _cost(lambda: parse.units(orjson.loads(answer), household, Oddities())) for _ in range(refreshes)
            ),
        )


async def _unchanged_refresh(entry: Entry) -> Refresh:
    found = await entry.refresh()
    if found.written:
        raise BenchFailed(f"A refresh in which nothing changed wrote {found.written} states")
    return found


async def _changed_refresh(cloud: Layla, entry: Entry) -> Refresh:
    await cloud.change(entry, _CHANGED)
    found = await entry.refresh()
    if not found.changed:
        raise BenchFailed("A refresh in which units changed has changed no state")
    return found


async def _bare(units: int, ours: Ours, folder: Path, refreshes: int) -> Other:
    """Measure as many bare entities as we have, with as many that are disabled."""
    async with home_assistant(folder) as hass:
        return await _other(await bare(hass, units, ours.states, ours.disabled), refreshes)


async def _peer(folder: Path, refreshes: int) -> Other:
    async with home_assistant(folder) as hass:
        return await _other(await sensibo(hass), refreshes)


async def _other(entry: Entry, refreshes: int) -> Other:
    costs = [(await entry.refresh()).cost for _ in range(refreshes)]
    return Other(set_up=entry.set_up / entry.states, refresh=median(costs) / entry.states)


def _cost(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


def _set_up(rounds: Sequence[Round]) -> Sequence[Figure]:
    ours = [each.ours.set_up / each.ours.states for each in rounds]
    return (
        seconds("Set-up", [each.ours.set_up for each in rounds]),
        micro("… a state", ours),
        micro("… of sensibo, a state", [each.peer.set_up for each in rounds]),
        micro("… of a bare entity", [each.bare.set_up for each in rounds]),
        ratio("… against a bare entity", _parts(ours, [each.bare.set_up for each in rounds]), 1.3),
    )


def _unchanged(rounds: Sequence[Round]) -> Sequence[Figure]:
    whole = [each.ours.unchanged for each in rounds]
    ours = [each.ours.unchanged / each.ours.states for each in rounds]
    peer = [each.peer.refresh for each in rounds]
    return (
        seconds("Unchanged refresh", whole),
        micro("… a state", ours),
        micro("… of sensibo, a state", peer),
        share("… so many fit into sensibo's", _parts(peer, ours), 15),
        ratio("… against decoding and parsing its answer", _parts(whole, [each.ours.decoding for each in rounds]), 1.5),
        ratio("… against orjson.loads of its answer", _parts(whole, [each.ours.loading for each in rounds])),
    )


def _changed(rounds: Sequence[Round]) -> Sequence[Figure]:
    ours = [each.ours.a_changed_state for each in rounds]
    bare_ones = [each.bare.refresh for each in rounds]
    return (
        seconds("Refresh with 5 % of the units changed", [each.ours.changed for each in rounds]),
        micro("… a state", [each.ours.changed / each.ours.states for each in rounds]),
        micro("… more than unchanged, a changed state", ours),
        micro("… of a bare entity that changed", bare_ones),
        ratio("… against a bare entity", _parts(ours, bare_ones), 1.5),
    )


def _parts(some: Sequence[float], others: Sequence[float]) -> Sequence[float]:
    return [one / other for one, other in zip(some, others, strict=True)]
