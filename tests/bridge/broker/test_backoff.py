"""The broker is left alone long enough, and not for too long; places for messages are neither lost nor made."""

import asyncio

from hypothesis import given, strategies as st
import pytest

from layla_bridge.broker import NotConnected, TroubleKind
from layla_bridge.broker.backoff import LONGEST, SHORTEST, pause
from layla_bridge.broker.window import Window

KINDS = st.sampled_from(TroubleKind)
CHANCES = st.floats(0, 1)
MISSES = st.integers(0, 10**6)


@given(KINDS, MISSES, CHANCES)
def test_a_pause_is_between_a_second_and_a_minute(kind: TroubleKind, misses: int, chance: float) -> None:
    assert SHORTEST <= pause(kind, misses, chance) <= LONGEST


@given(KINDS, MISSES, CHANCES)
def test_a_pause_never_gets_shorter(kind: TroubleKind, misses: int, chance: float) -> None:
    assert pause(kind, misses, chance) <= pause(kind, misses + 1, chance)


@given(MISSES, CHANCES)
@pytest.mark.parametrize("kind", [TroubleKind.PASSWORD, TroubleKind.ACL])
def test_who_is_not_let_in_asks_once_a_minute(kind: TroubleKind, misses: int, chance: float) -> None:
    assert pause(kind, misses, chance) == LONGEST


def test_a_first_pause_is_short_and_a_long_outage_spreads_over_a_minute() -> None:
    assert pause(TroubleKind.REFUSED, 0, 1) == 2
    assert (pause(TroubleKind.REFUSED, 9, 0), pause(TroubleKind.REFUSED, 9, 1)) == (1, 60)


@given(st.integers(1, 5), st.lists(st.booleans(), max_size=30))
def test_no_more_are_under_way_than_the_window_has_places(size: int, steps: list[bool]) -> None:
    async def walk() -> None:
        window = Window(size)
        inside = 0
        waiting: list[asyncio.Task[None]] = []
        for enters in steps:
            if enters:
                waiting.append(asyncio.create_task(window.enter()))
            elif inside:
                window.leave()
                inside -= 1
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            inside += sum(task.done() for task in waiting)
            waiting = [task for task in waiting if not task.done()]
            assert inside <= size
            assert not waiting or inside == size
        window.close()
        for task in waiting:
            with pytest.raises(NotConnected):
                await task

    asyncio.run(walk())
