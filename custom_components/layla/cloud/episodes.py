"""Alarm events: the union of what notifications tell and of what the alarms' states show, each start and end once.

States are compared with the open episodes of the cursor, not with the snapshot before: a restart between two
refreshes loses nothing and repeats nothing. Pure; the design's "Account" has the rules.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Final

from .cursor import Episode, History, Subject
from .model import AlarmState, Device, Event, Phase
from .timeline import Timeline

# A clock further ahead of ours than this is wrong, and its time is no help.
_AHEAD: Final = timedelta(days=1)
# How long an ended alarm is remembered: with all its notifications heard, only a list that is behind can repeat it.
_REMEMBERED: Final = timedelta(days=7)
_REMEMBERED_HEARD: Final = timedelta(hours=1)
_MOST_ENDED: Final = 1000

type _Active = Mapping[Subject, AlarmState]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a refresh adds: the history after it, and the events in order."""

    history: History
    events: Sequence[Event]


def begun(devices: Mapping[str, Device], now: datetime, *, forgotten: datetime) -> Merged:
    """Begin with an account that is seen for the first time: every active alarm goes on, silently.

    Notifications of before `forgotten` will never be news.
    """
    return Merged(merged(History(forgotten=forgotten), devices, (), now).history, ())


def merged(
    history: History,
    devices: Mapping[str, Device],
    heard: Iterable[Event],
    now: datetime,
    *,
    untold: Collection[str] = (),
) -> Merged:
    """Merge notifications that are news, in their order and with the vendor's ids, and the alarms of all units.

    The units were read before the notifications. Of those in `untold` nobody says which alarms are active; they and
    units that are missing keep their episodes. The returned events have ids of their own, which do not depend on who
    told of them.
    """
    news = _by_subject(event for event in heard if event.at >= history.forgotten)
    active = _active(devices)
    known = {subject: tuple(group) for subject, group in groupby(history.episodes, key=lambda each: each.subject)}
    going_on = {subject for subject, episodes in known.items() if episodes[-1].ended is None}
    after = dict(known)
    found: list[tuple[datetime, Event]] = []
    for subject in sorted(news.keys() | active.keys() | going_on, key=_order):
        timeline = Timeline(subject, known.get(subject, ()), now)
        _tell(timeline, news.get(subject, ()), now)
        _show(timeline, subject, devices, active.get(subject), untold)
        after[subject] = tuple(timeline.episodes)
        if after[subject] != known.get(subject, ()):
            property_id = _property_id(subject, devices, news.get(subject, ()))
            found += _in_turn(_events(known.get(subject, ()), after[subject], property_id))
    episodes = tuple(each for subject in sorted(after, key=_order) for each in after[subject])
    events = [event for _, event in sorted(found, key=lambda pair: pair[0])]
    if episodes == tuple(history.episodes):
        return Merged(history, events)
    return Merged(_trimmed(episodes, history.forgotten, now), events)


def event_id(subject: Subject, phase: Phase, started: datetime) -> str:
    """Name an event by its subject, its phase and the second in which the alarm started (an end without one: ended)."""
    kind, item = ("unit", subject.device_id) if subject.device_id else ("property", subject.property_id)
    second = started.replace(microsecond=0).isoformat()
    return sha256("\n".join((kind, item or "", subject.alarm, phase, second)).encode()).hexdigest()[:32]


def _by_subject(heard: Iterable[Event]) -> dict[Subject, list[Event]]:
    found: dict[Subject, list[Event]] = {}
    for event in heard:
        subject = Subject(event.device_id, None if event.device_id else event.property_id, event.alarm)
        found.setdefault(subject, []).append(event)
    return found


def _active(devices: Mapping[str, Device]) -> _Active:
    return {
        Subject(device.id, None, alarm): state
        for device in devices.values()
        for alarm, state in device.alarms.items()
        if state.active
    }


def _tell(timeline: Timeline, heard: Iterable[Event], now: datetime) -> None:
    for event in heard:
        at = _credible(event.at, now) or now
        if event.phase is Phase.STARTED:
            timeline.start(at)
        else:
            timeline.end(at)
    timeline.settle()


def _show(
    timeline: Timeline,
    subject: Subject,
    devices: Mapping[str, Device],
    state: AlarmState | None,
    untold: Collection[str],
) -> None:
    if subject.device_id not in devices:
        timeline.miss()
    elif subject.device_id not in untold:
        timeline.observe(active=state is not None, since=_credible(state.since, timeline.now) if state else None)


def _credible(instant: datetime | None, now: datetime) -> datetime | None:
    return None if instant is None or instant > now + _AHEAD else instant


def _property_id(subject: Subject, devices: Mapping[str, Device], heard: Sequence[Event]) -> str | None:
    device = devices.get(subject.device_id or "")
    if device:
        return device.property_id
    return next((event.property_id for event in heard if event.property_id), subject.property_id)


def _events(before: Iterable[Episode], after: Iterable[Episode], property_id: str | None) -> Iterator[Event]:
    """Yield what the later episodes tell and the earlier ones did not."""
    told = {_id(each, phase) for each in before for phase in _ends(each)}
    for each in after:
        for phase, at in _ends(each).items():
            name = _id(each, phase)
            if name not in told:
                told.add(name)
                yield Event(
                    id=name,
                    property_id=property_id,
                    device_id=each.subject.device_id,
                    alarm=each.subject.alarm,
                    phase=phase,
                    at=at,
                )


def _ends(episode: Episode) -> Mapping[Phase, datetime]:
    started = {} if episode.startless else {Phase.STARTED: episode.started}
    # An alarm that we noticed late may have ended before that; nobody should hear of an end before its start.
    ended = {Phase.ENDED: max(episode.ended, episode.started)} if episode.ended else {}
    return started | ended


def _id(episode: Episode, phase: Phase) -> str:
    return event_id(episode.subject, phase, episode.started)


def _in_turn(events: Iterable[Event]) -> Iterator[tuple[datetime, Event]]:
    """Give every event of one subject a place in time that is not before the one that it follows."""
    place: datetime | None = None
    for event in events:
        place = max(place or event.at, event.at)
        yield place, event


def _trimmed(episodes: Sequence[Episode], forgotten: datetime, now: datetime) -> History:
    """Forget what ended long ago; a notification from before that could not be told from a new one."""
    ended = sorted((each.ended, index) for index, each in enumerate(episodes) if each.ended)
    surplus = {index for _, index in ended[: max(0, len(ended) - _MOST_ENDED)]}
    old = {index for end, index in ended if now - end > _kept(episodes[index])}
    gone = surplus | old
    return History(
        forgotten=max([forgotten, *(end for end, index in ended if index in gone)]),
        episodes=tuple(each for index, each in enumerate(episodes) if index not in gone),
    )


def _kept(episode: Episode) -> timedelta:
    heard = episode.start_heard and episode.end_heard
    return _REMEMBERED_HEARD if heard else _REMEMBERED


def _order(subject: Subject) -> tuple[str, str, str]:
    return (subject.device_id or "", subject.property_id or "", subject.alarm)
