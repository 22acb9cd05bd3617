"""Background work gets six turns in any minute, and none while it is held or rests."""

import asyncio
from collections.abc import Sequence

from hypothesis import given, strategies as st
import pytest

from layla_bridge.budget import Budget
from tests.bridge.seconds import Seconds


async def turns(budget: Budget, seconds: Seconds, count: int) -> Sequence[float]:
    """Take turns; return when each was given."""
    found = []
    for _ in range(count):
        await budget.turn()
        found.append(seconds.now)
    return found


async def test_six_turns_come_at_once_and_the_next_six_after_a_minute() -> None:
    seconds = Seconds()
    assert await turns(seconds.budget(), seconds, 13) == [0] * 6 + [60] * 6 + [120]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=30))
def test_no_minute_has_more_than_six_turns(pauses: list[int]) -> None:
    async def taken() -> list[float]:
        seconds, found = Seconds(), []
        budget = seconds.budget()
        for pause in pauses:
            seconds.now += pause
            await budget.turn()
            found.append(seconds.now)
        return found

    found = asyncio.run(taken())
    assert all(later - earlier >= 60 for earlier, later in zip(found, found[6:], strict=False))


async def test_a_rest_is_waited_out_and_a_shorter_one_does_not_end_it() -> None:
    seconds = Seconds()
    budget = seconds.budget()
    await budget.turn()
    budget.rest(300)
    budget.rest(20)
    assert await turns(budget, seconds, 1) == [300]


async def test_a_rest_that_begins_while_somebody_waits_is_for_them_too() -> None:
    seconds = Seconds()
    budget = seconds.budget()
    budget.rest(30)
    seconds.meanwhile = lambda: budget.rest(100) if seconds.now == 30 else None
    assert await turns(budget, seconds, 1) == [130]


async def test_nobody_gets_a_turn_while_it_is_held() -> None:
    seconds = Seconds()
    budget = seconds.budget(held=lambda: seconds.now < 120)
    assert await turns(budget, seconds, 2) == [120, 120]


async def test_turns_are_given_in_the_order_in_which_they_were_asked_for() -> None:
    seconds = Seconds()
    order: list[int] = []

    async def take(name: int) -> None:
        await budget.turn()
        order.append(name)

    budget = seconds.budget()
    await asyncio.gather(*(take(name) for name in range(20)))
    assert order == list(range(20))


@pytest.mark.parametrize(("requests", "minutes"), [(0, 0), (6, 1), (360, 60)])
def test_a_budget_knows_how_long_work_takes(requests: int, minutes: int) -> None:
    assert Seconds().budget().duration(requests).total_seconds() == minutes * 60
