"""What was asked for is held until a reply shows it, or the cloud had its time."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate

from hypothesis import given, strategies as st

from custom_components.layla.settings.held import FEWEST_REPLIES, LONGEST, Held

BEGUN = datetime(2026, 11, 20, 12, tzinfo=UTC)
OTHER_REPLIES = st.lists(st.tuples(st.integers(0, 200), st.sampled_from([None, 1, 2])), max_size=12)


@given(OTHER_REPLIES)
def test_it_is_held_for_at_least_a_minute_and_two_replies_and_no_longer(
    replies: list[tuple[int, int | None]],
) -> None:
    times = list(accumulate(wait for wait, _ in replies))
    held: Held[int] | None = Held(value=0, since=BEGUN, reply=None)
    for number, (seconds, (_, told)) in enumerate(zip(times, replies, strict=True), start=1):
        assert held is not None
        over = number >= FEWEST_REPLIES and timedelta(seconds=seconds) >= LONGEST
        held = held.after(object(), told, BEGUN + timedelta(seconds=seconds))
        assert (held is None) is over
        if over:
            break


@given(st.integers(0, 3), st.integers(0, 1000))
def test_a_reply_that_shows_it_ends_it(before: int, seconds: int) -> None:
    held: Held[int] | None = Held(value=0, since=BEGUN, reply=None)
    for _ in range(before):
        assert held
        held = held.after(object(), 1, BEGUN)
    assert held
    assert held.after(object(), 0, BEGUN + timedelta(seconds=seconds)) is None


@given(st.integers(0, 1000), st.sampled_from([0, 1]))
def test_the_reply_from_before_says_nothing(seconds: int, told: int) -> None:
    reply = object()
    held = Held(value=0, since=BEGUN, reply=reply)
    assert held.after(reply, told, BEGUN + timedelta(seconds=seconds)) is held
