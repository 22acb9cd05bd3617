"""Every start and every end of an alarm is told once, whoever tells of it, and whatever happens in between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import accumulate, pairwise, zip_longest
import json
from typing import Final

from hypothesis import given, strategies as st
import pytest

from custom_components.layla.cloud import episodes
from custom_components.layla.cloud.cursor import Bookmark, Cursor, History, Subject
from custom_components.layla.cloud.episodes import event_id
from custom_components.layla.cloud.model import AlarmState, Device, Event, Phase
from custom_components.layla.cloud.timeline import GONE, LONGEST_WITHOUT_STATE, SAME

from .conftest import NOW

SMOKE: Final = "smoke_alarm"
UNIT: Final = "unit"
STARTED: Final = Phase.STARTED
ENDED: Final = Phase.ENDED
SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)

type Told = list[tuple[Phase, datetime]]


def unit(active: dict[str, datetime | None] | None = None, *, id: str = UNIT) -> Device:  # noqa: A002
    """Make a unit with active alarms and since when they are active."""
    return Device(
        id=id,
        property_id="home",
        name=None,
        category=None,
        serial_number=None,
        online=True,
        enabled=True,
        pillar=None,
        drives_ac=False,
        readings={},
        alarms={
            alarm: AlarmState(active=True, armed=None, snoozed=False, since=since)
            for alarm, since in (active or {}).items()
        },
    )


def heard(phase: Phase, at: datetime, *, alarm: str = SMOKE, device_id: str | None = UNIT) -> Event:
    """Make a notification."""
    return Event(id="the cloud's", property_id="home", device_id=device_id, alarm=alarm, phase=phase, at=at)


QUIET: Final = (unit(),)


def on(since: datetime | None) -> tuple[Device]:
    """The unit with a smoke alarm."""
    return (unit({SMOKE: since}),)


@dataclass
class Face:
    """An account over time, from its first refresh on; `now` moves by a minute with each further one."""

    now: datetime = NOW
    first: Iterable[Device] = QUIET
    history: History = field(init=False)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Set the account up."""
        self.history = episodes.begun({each.id: each for each in self.first}, self.now, forgotten=self.now).history

    def sees(
        self,
        devices: Iterable[Device],
        *notifications: Event,
        after: timedelta = MINUTE,
        untold: Sequence[str] = (),
    ) -> Told:
        """Refresh, and return what is told."""
        self.now += after
        found = episodes.merged(
            self.history, {each.id: each for each in devices}, notifications, self.now, untold=untold
        )
        self.history = found.history
        self.events += found.events
        return [(event.phase, event.at) for event in found.events]

    def repeats_nothing(self, devices: Iterable[Device]) -> None:
        """Expect that further refreshes tell nothing and leave nothing to save."""
        kept = list(devices)
        assert self.sees(kept) == []
        before = self.history
        for _ in range(3):
            assert self.sees(kept) == []
        assert self.history is before


# who tells of it


@pytest.mark.parametrize("heard_after", [0, 1, 3, None], ids=["at once", "a poll later", "later", "never"])
@pytest.mark.parametrize("ended_after", [0, 1, 3, None], ids=["at once", "a poll later", "later", "never"])
def test_state_and_notification_are_one_whenever_the_notification_comes(
    heard_after: int | None, ended_after: int | None
) -> None:
    start, end = NOW + 10 * SECOND, NOW + 5 * MINUTE + 10 * SECOND
    due = {1 + heard_after: heard(STARTED, start)} if heard_after is not None else {}
    ends = {6 + ended_after: heard(ENDED, end)} if ended_after is not None else {}
    face = Face()
    for poll in range(1, 12):
        state = on(start) if poll < 6 else QUIET
        notifications = [each[poll] for each in (due, ends) if poll in each]
        face.sees(state, *notifications)
    told_end = end if ended_after == 0 else NOW + 6 * MINUTE
    assert [(event.phase, event.at) for event in face.events] == [(STARTED, start), (ENDED, told_end)]
    assert [event.id for event in face.events] == [event_id(Subject(UNIT, None, SMOKE), each, start) for each in Phase]


def test_the_notification_may_come_before_the_state_shows_it() -> None:
    start, end = NOW + 50 * SECOND, NOW + 5 * MINUTE
    face = Face()
    assert face.sees(QUIET, heard(STARTED, start)) == [(STARTED, start)]
    assert face.sees(on(start)) == []
    face.repeats_nothing(on(start))
    face.now = end
    assert face.sees(on(start), heard(ENDED, end)) == [(ENDED, end)]
    face.repeats_nothing(QUIET)


def test_who_tells_of_it_makes_no_difference_to_the_ids() -> None:
    start, end = NOW + 10 * SECOND, NOW + MINUTE + 10 * SECOND
    by_state, by_notification, by_both = Face(), Face(), Face()
    by_state.sees(on(start))
    by_state.sees(QUIET)
    by_notification.sees(QUIET, heard(STARTED, start), heard(ENDED, end), after=2 * MINUTE)
    by_both.sees(on(start), heard(STARTED, start))
    by_both.sees(QUIET, heard(ENDED, end))
    ids = [event.id for event in by_both.events]
    assert len(set(ids)) == 2
    assert [event.id for event in by_state.events] == [event.id for event in by_notification.events] == ids


def test_instants_of_two_sources_may_lie_two_minutes_apart() -> None:
    face = Face()
    start = NOW + 3 * MINUTE
    assert face.sees(on(start), after=4 * MINUTE) == [(STARTED, start)]
    assert face.sees(on(start), heard(STARTED, start - SAME)) == []
    other = Face()
    assert other.sees(QUIET, heard(STARTED, start), after=4 * MINUTE) == [(STARTED, start)]
    assert other.sees(on(start + SAME)) == []


def test_the_true_end_that_is_heard_later_is_the_one_that_was_noticed() -> None:
    face = Face(first=on(NOW - HOUR))
    assert face.sees(QUIET) == [(ENDED, NOW + MINUTE)]
    assert face.sees(QUIET, heard(ENDED, NOW + 10 * SECOND)) == []
    face.repeats_nothing(QUIET)


def test_a_start_whose_time_nobody_knows_is_told_when_it_is_noticed() -> None:
    face = Face()
    assert face.sees(on(None)) == [(STARTED, NOW + MINUTE)]
    assert face.sees(on(NOW + 5 * SECOND), heard(STARTED, NOW + 5 * SECOND)) == []
    face.repeats_nothing(on(NOW + 5 * SECOND))
    assert face.sees(QUIET, heard(ENDED, face.now)) == [(ENDED, face.now - MINUTE)]
    started, ended = face.events
    subject = Subject(UNIT, None, SMOKE)
    assert (started.id, ended.id) == tuple(event_id(subject, each, NOW + MINUTE) for each in Phase)


def test_an_alarm_noticed_after_hours_down_belongs_to_the_notification_from_in_between() -> None:
    face = Face()
    assert face.sees(on(None), after=6 * HOUR) == [(STARTED, NOW + 6 * HOUR)]
    assert face.sees(on(None), heard(STARTED, NOW + HOUR)) == []
    assert face.sees(QUIET, heard(ENDED, NOW + 5 * HOUR)) == [(ENDED, NOW + 6 * HOUR)]


def test_a_time_of_start_that_comes_late_is_taken_over() -> None:
    face = Face()
    face.sees(on(None))
    assert face.sees(on(NOW + 10 * SECOND)) == []
    face.repeats_nothing(on(NOW + 10 * SECOND))
    assert face.sees(on(NOW + HOUR), after=HOUR) == [(ENDED, NOW + HOUR), (STARTED, NOW + HOUR)]


def test_a_time_of_start_after_it_was_noticed_is_not_believed() -> None:
    face = Face()
    face.sees(on(None))
    face.repeats_nothing(on(NOW + HOUR))


def test_ids_are_for_life() -> None:
    """A change of these would tell every alarm that goes on a second time."""
    started = NOW.replace(microsecond=5)
    names = [event_id(Subject(UNIT, None, SMOKE), phase, started) for phase in Phase]
    assert names == ["2ba40fae2e00c060d86c14c94f4cdf63", "3d9056b2cc88eedb54d5ad071843dd7c"]
    assert event_id(Subject(None, "home", SMOKE), STARTED, started) == "5428317150a2ab2111184353af1e1423"


# the list of units is read before the notifications


def test_an_alarm_that_begins_between_the_two_requests_does_not_flap() -> None:
    face = Face()
    start = NOW + MINUTE
    assert face.sees(QUIET, heard(STARTED, start)) == [(STARTED, start)]
    face.repeats_nothing(on(start))


@pytest.mark.parametrize("dated", [True, False])
def test_an_alarm_that_ends_between_the_two_requests_does_not_flap(*, dated: bool) -> None:
    start = NOW - HOUR if dated else None
    face = Face(first=on(start))
    end = NOW + MINUTE
    assert face.sees(on(start), heard(ENDED, end)) == [(ENDED, end)]
    face.repeats_nothing(QUIET)


def test_a_list_that_stays_behind_begins_no_alarm_again() -> None:
    start = NOW + 10 * SECOND
    face = Face()
    face.sees(on(start), heard(STARTED, start))
    face.sees(on(start), heard(ENDED, NOW + 90 * SECOND))
    face.repeats_nothing(on(start))


def test_an_alarm_that_ends_and_begins_between_the_two_requests_is_told_both_ways() -> None:
    face = Face(first=on(NOW - HOUR))
    end, again = NOW + MINUTE, NOW + MINUTE + SECOND
    assert face.sees(on(NOW - HOUR), heard(ENDED, end), heard(STARTED, again)) == [(ENDED, end), (STARTED, again)]
    face.repeats_nothing(on(again))


# again


@pytest.mark.parametrize("notified", [True, False])
@pytest.mark.parametrize("down", [MINUTE * 10, 6 * HOUR], ids=["between two refreshes", "while we were down"])
def test_an_alarm_that_ended_and_began_again_is_told_both_ways(down: timedelta, *, notified: bool) -> None:
    face = Face(first=on(NOW - HOUR))
    end, again = NOW + 4 * MINUTE, NOW + 5 * MINUTE
    notifications = [heard(ENDED, end), heard(STARTED, again)] if notified else []
    told = face.sees(on(again), *notifications, after=down)
    assert told == [(ENDED, end if notified else again), (STARTED, again)]
    face.repeats_nothing(on(again))
    assert face.sees(on(again), heard(ENDED, end), heard(STARTED, again)) == []


def test_a_reminder_of_an_alarm_that_goes_on_is_no_event() -> None:
    start = NOW + 10 * SECOND
    face = Face()
    face.sees(on(start), heard(STARTED, start))
    assert face.sees(on(start), heard(STARTED, NOW + HOUR), after=HOUR) == []
    assert face.sees(on(start), heard(STARTED, NOW + 2 * HOUR), after=HOUR) == []
    assert face.sees(QUIET) == [(ENDED, face.now)]


def test_an_end_that_is_told_twice_is_one() -> None:
    face = Face(first=on(NOW - HOUR))
    assert face.sees(QUIET, heard(ENDED, NOW + SECOND)) == [(ENDED, NOW + SECOND)]
    assert face.sees(QUIET, heard(ENDED, NOW + MINUTE)) == []


def test_off_and_on_within_one_second_is_no_end() -> None:
    face = Face()
    at = NOW + 10 * SECOND
    notifications = (heard(STARTED, at), heard(ENDED, at), heard(STARTED, at))
    assert face.sees(on(at), *notifications) == [(STARTED, at)]
    face.repeats_nothing(on(at))


def test_an_alarm_of_one_instant_is_told_once_though_the_state_shows_it_later() -> None:
    face = Face()
    at = NOW + 10 * SECOND
    assert face.sees(QUIET, heard(STARTED, at), heard(ENDED, at)) == [(STARTED, at), (ENDED, at)]
    face.repeats_nothing(on(at))


def test_notifications_that_come_again_under_other_ids_tell_nothing() -> None:
    face = Face()
    both = heard(STARTED, NOW + 10 * SECOND), heard(ENDED, NOW + 40 * SECOND)
    assert len(face.sees(QUIET, *both)) == 2
    assert face.sees(QUIET, *both) == []


def test_alarms_that_follow_each_other_quickly_are_all_told() -> None:
    face = Face()
    expected = [(each, NOW + (i * 20 + 5) * SECOND) for i, each in enumerate([STARTED, ENDED] * 4)]
    assert face.sees(QUIET, *(heard(phase, at) for phase, at in expected), after=3 * MINUTE) == expected
    face.repeats_nothing(QUIET)


def test_an_alarm_that_was_too_short_for_the_state_is_told_when_notifications_come_back() -> None:
    face = Face()
    later = NOW + HOUR
    face.sees(on(later), after=HOUR)
    short = [(STARTED, NOW + MINUTE), (ENDED, NOW + 80 * SECOND)]
    assert face.sees(on(later), *(heard(phase, at) for phase, at in short), heard(STARTED, later)) == short
    face.repeats_nothing(on(later))


def test_a_start_that_another_start_followed_has_ended() -> None:
    face = Face()
    later = NOW + HOUR
    face.sees(on(later), after=HOUR)
    assert face.sees(on(later), heard(STARTED, NOW + MINUTE)) == [(STARTED, NOW + MINUTE), (ENDED, later)]


# one end alone


def test_an_end_that_nobody_notified_is_told_by_the_state() -> None:
    face = Face()
    start = NOW + 10 * SECOND
    assert face.sees(QUIET, heard(STARTED, start)) == [(STARTED, start)]
    assert face.sees(QUIET) == [(ENDED, NOW + 2 * MINUTE)]
    assert face.sees(QUIET, heard(ENDED, NOW + 20 * SECOND)) == []
    face.repeats_nothing(QUIET)


def test_an_end_without_any_start_is_named_by_its_own_time() -> None:
    face = Face()
    end = NOW + 10 * SECOND
    assert face.sees(QUIET, heard(ENDED, end)) == [(ENDED, end)]
    assert face.events[0].id == event_id(Subject(UNIT, None, SMOKE), ENDED, end)
    assert face.sees(QUIET, heard(ENDED, end)) == []


def test_no_end_is_before_its_start_when_clocks_disagree() -> None:
    face = Face()
    ahead = NOW + HOUR
    assert face.sees(on(ahead)) == [(STARTED, ahead)]
    assert face.sees(QUIET) == [(ENDED, ahead)]


def test_an_end_heard_a_little_before_its_start_belongs_to_it() -> None:
    face = Face()
    start = NOW + 50 * SECOND
    face.sees(on(start))
    assert face.sees(QUIET, heard(ENDED, start - SECOND)) == [(ENDED, start)]
    face.repeats_nothing(QUIET)


def test_times_of_the_far_future_are_no_times() -> None:
    face = Face()
    far = NOW + timedelta(days=2000)
    assert face.sees(QUIET, heard(STARTED, far)) == [(STARTED, NOW + MINUTE)]
    assert face.sees(QUIET) == [(ENDED, NOW + 2 * MINUTE)]
    assert face.sees(on(far)) == [(STARTED, NOW + 3 * MINUTE)]


# units and properties


def test_units_that_do_not_tell_and_units_that_are_missing_keep_their_alarms() -> None:
    start = NOW - HOUR
    face = Face(first=on(start))
    assert face.sees(QUIET, untold=[UNIT]) == []
    assert face.sees([]) == []
    assert face.sees([]) == []
    assert face.sees(on(start)) == []
    face.repeats_nothing(on(start))
    assert face.sees(QUIET) == [(ENDED, face.now)]


def test_a_unit_that_is_missing_costs_one_change_and_one_when_it_is_back() -> None:
    start = NOW - HOUR
    face = Face(first=on(start))
    before = face.history
    face.sees([])
    missing = face.history
    face.sees([])
    assert face.history is missing != before
    face.sees(on(start))
    assert face.history == before


def test_the_alarm_of_a_unit_that_is_gone_for_good_is_forgotten_silently() -> None:
    face = Face(first=on(NOW - HOUR))
    face.sees([])
    face.sees([], after=GONE)
    assert face.history.open == 1
    assert face.sees([]) == []
    assert face.history.open == 0


def test_the_end_of_a_missing_unit_is_heard() -> None:
    face = Face(first=on(NOW - HOUR))
    face.sees([])
    assert face.sees([], heard(ENDED, NOW + 30 * SECOND)) == [(ENDED, NOW + 30 * SECOND)]
    assert face.events[0].property_id == "home"


def test_two_alarms_of_one_kind_on_two_units_are_two() -> None:
    face = Face(first=(unit(), unit(id="attic")))
    start = NOW + 10 * SECOND
    both = (unit({SMOKE: start}), unit({SMOKE: start}, id="attic"))
    face.sees(both, heard(STARTED, start), heard(STARTED, start, device_id="attic"))
    face.sees((both[0], unit(id="attic")))
    told = [(event.device_id, event.phase) for event in face.events]
    assert sorted(told[:2]) == [("attic", STARTED), (UNIT, STARTED)]
    assert told[2:] == [("attic", ENDED)]
    assert len({event.id for event in face.events}) == 3


def test_events_of_several_alarms_come_in_the_order_in_which_they_happened() -> None:
    face = Face()
    noise, co, smoke = (NOW + seconds * SECOND for seconds in (10, 20, 30))
    face.sees(
        [unit({"co_alarm": co, SMOKE: smoke})],
        heard(STARTED, noise, alarm="noise_alarm"),
        heard(ENDED, smoke + SECOND, alarm="noise_alarm"),
    )
    assert [(event.alarm, event.phase) for event in face.events] == [
        ("noise_alarm", STARTED),
        ("co_alarm", STARTED),
        (SMOKE, STARTED),
        ("noise_alarm", ENDED),
    ]


def test_an_alarm_of_a_whole_property_is_told_by_notifications_alone() -> None:
    face = Face()
    start, end = NOW + 10 * SECOND, NOW + HOUR
    assert face.sees(QUIET, heard(STARTED, start, device_id=None)) == [(STARTED, start)]
    face.repeats_nothing(QUIET)
    assert face.sees(QUIET, heard(STARTED, NOW + 30 * MINUTE, device_id=None)) == []
    assert face.sees(QUIET, heard(ENDED, end, device_id=None)) == [(ENDED, end)]
    assert all(event.device_id is None and event.property_id == "home" for event in face.events)


def test_an_alarm_of_a_whole_property_whose_end_never_comes_hides_the_next_one_for_a_day_at_most() -> None:
    face = Face()
    face.sees(QUIET, heard(STARTED, NOW + SECOND, device_id=None))
    face.sees(QUIET, after=LONGEST_WITHOUT_STATE)
    assert face.history.open == 0
    assert face.sees(QUIET, heard(STARTED, face.now, device_id=None)) == [(STARTED, face.now - MINUTE)]


def test_an_alarm_keeps_its_episode_when_its_unit_moves_to_another_property() -> None:
    start = NOW - HOUR
    face = Face(first=on(start))
    moved = replace(on(start)[0], property_id="barn")
    assert face.sees([moved]) == []
    face.sees([replace(moved, alarms={})])
    assert [event.property_id for event in face.events] == ["barn"]


# the first time, and what is forgotten


def test_the_first_time_tells_nothing_and_later_nothing_of_before() -> None:
    face = Face(first=on(None))
    before = heard(STARTED, NOW - SECOND), heard(STARTED, NOW - HOUR, alarm="noise_alarm")
    assert face.sees(on(None), *before) == []
    assert face.sees(QUIET) == [(ENDED, face.now)]


def test_what_has_ended_is_forgotten_in_time_and_no_notification_tells_it_again() -> None:
    face = Face()
    start = NOW + SECOND
    face.sees(on(start))
    face.sees(QUIET)
    assert len(face.history.episodes) == 1
    face.sees(QUIET, after=timedelta(days=8))
    assert len(face.history.episodes) == 1, "an unchanged refresh changes nothing"
    face.sees((unit({"co_alarm": None}),))
    assert [each.subject.alarm for each in face.history.episodes] == ["co_alarm"]
    assert face.sees((unit({"co_alarm": None}),), heard(STARTED, start), heard(ENDED, NOW + MINUTE)) == []


def test_what_was_heard_of_completely_is_forgotten_after_an_hour() -> None:
    face = Face()
    face.sees(QUIET, heard(STARTED, NOW + SECOND), heard(ENDED, NOW + 30 * SECOND))
    face.sees((unit({"co_alarm": None}),), after=2 * HOUR)
    assert [each.subject.alarm for each in face.history.episodes] == ["co_alarm"]


def test_the_number_of_what_is_remembered_is_bounded() -> None:
    face = Face(first=())
    start = NOW + SECOND
    units = [f"unit-{number:04}" for number in range(1200)]
    face.sees([unit({SMOKE: start}, id=each) for each in units])
    face.sees([unit(id=each) for each in units[:100]] + [unit({SMOKE: start}, id=each) for each in units[100:]])
    assert face.sees([unit(id=each) for each in units]) == [(ENDED, face.now)] * 1100
    assert len(face.history.episodes) == 1000
    assert face.sees([unit(id=each) for each in units], heard(ENDED, NOW + MINUTE, device_id=units[0])) == []


# any history


@dataclass(frozen=True)
class Life:
    """A random history of one alarm as lengths of silence and noise by turns, and what goes wrong while it is read."""

    spells: list[int]
    polls: list[int]
    deaf: list[bool]
    notified: bool
    dated: bool
    lag: int
    already_on: bool

    @property
    def real(self) -> list[tuple[int, Phase]]:
        """The second and the phase of everything that happens after the set-up."""
        happened, now, phase = [], 0, ENDED if self.already_on else STARTED
        for spell in self.spells:
            now += spell
            happened.append((now, phase))
            phase = STARTED if phase is ENDED else ENDED
        return happened

    def told(self) -> list[Event]:
        """Poll through all of it, with a restart before every poll, and then until nothing more can come."""
        began = NOW - HOUR if self.already_on else None
        history = episodes.begun({UNIT: self._unit(0, began)}, NOW, forgotten=NOW).history
        cursor = Cursor(bookmark=Bookmark(since=NOW), history=history)
        found: list[Event] = []
        unread = [heard(phase, _at(second)) for second, phase in self.real] if self.notified else []
        now = 0
        polls = zip_longest(self.polls, self.deaf[: len(self.polls)], fillvalue=False)
        for wait, deaf in [*polls, (1000, False), (60, False), (60, False)]:
            now += wait
            # The notifications are read some seconds after the list of units.
            news = [] if deaf else [each for each in unread if each.at <= _at(now + self.lag)]
            unread = [each for each in unread if each not in news]
            restored = Cursor.from_dict(json.loads(json.dumps(cursor.as_dict())))
            assert restored == cursor
            devices = {UNIT: self._unit(now, began)}
            merged = episodes.merged(restored.history, devices, news, _at(now))
            found += merged.events
            cursor = replace(cursor, history=merged.history)
        return found

    def _unit(self, now: int, began: datetime | None) -> Device:
        last: tuple[int, Phase] | None = None
        for each in self.real:
            if each[0] <= now:
                last = each
        phase = last[1] if last else (STARTED if self.already_on else ENDED)
        if phase is ENDED:
            return unit()
        return unit({SMOKE: (_at(last[0]) if last else began) if self.dated else None})


def _at(second: int) -> datetime:
    return NOW + second * SECOND


_OUTAGES: Final = st.lists(st.tuples(st.booleans(), st.integers(1, 30)), min_size=6, max_size=20).map(
    lambda runs: [deaf for deaf, length in runs for _ in range(length)]
)


def lives(shortest: int, polls: Sequence[int]) -> st.SearchStrategy[Life]:
    """Make up a life of spells of at least so many seconds, read at these distances."""
    return st.builds(
        Life,
        spells=st.lists(st.integers(shortest, 900), max_size=12),
        polls=st.lists(st.sampled_from(polls), min_size=60, max_size=120),
        deaf=_OUTAGES,
        notified=st.booleans(),
        dated=st.booleans(),
        lag=st.integers(0, 5),
        already_on=st.booleans(),
    )


def without_start(events: Sequence[Event]) -> int:
    """Count the ends whose start was not told before them and for no later time."""
    starts: dict[str, datetime] = {}
    alone = 0
    for event in events:
        if event.phase is STARTED:
            starts[event_id(Subject(UNIT, None, SMOKE), ENDED, event.at)] = event.at
        elif event.id not in starts or event.at < starts[event.id]:
            alone += 1
    return alone


@given(lives(shortest=75, polls=[15, 30, 60, 61]))
def test_of_any_history_that_is_slower_than_the_polls_everything_is_told_exactly_once(life: Life) -> None:
    lasting = [length for length, until in zip(life.spells, accumulate(life.spells), strict=True) if until < 1800]
    life = replace(life, spells=lasting, polls=life.polls * 4)
    told = life.told()
    assert [event.phase for event in told] == [phase for _, phase in life.real]
    assert len({event.id for event in told}) == len(told)
    assert without_start(told) == life.already_on * bool(life.spells)
    assert all(before.at <= after.at for before, after in pairwise(told))


@given(lives(shortest=1, polls=[15, 60, 61, 600, 6 * 3600]))
def test_of_any_history_nothing_is_told_twice_and_nothing_that_did_not_happen(life: Life) -> None:
    told = life.told()
    assert len({event.id for event in told}) == len(told)
    assert without_start(told) <= life.already_on
    for phase in Phase:
        assert sum(event.phase is phase for event in told) <= sum(each is phase for _, each in life.real)
