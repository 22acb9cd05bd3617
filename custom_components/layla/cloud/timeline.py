"""One alarm over time: what its notifications and its state tell, as episodes that are told once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from .cursor import Episode, Subject

# So far may the instants of one start or end lie apart when two sources tell of it.
SAME: Final = timedelta(minutes=2)
# A unit that is not listed for so long is gone, and its alarm with it.
GONE: Final = timedelta(days=30)
# The alarm of a whole property has no state that would tell of an end whose notification never came.
LONGEST_WITHOUT_STATE: Final = timedelta(days=1)


class Timeline:
    """The episodes of one subject, in order; only the last one may go on.

    A refresh first tells the notifications, by `start` and `end` in their order, and closes them with `settle`; then
    the state, by `observe` or `miss`. The state was read before the notifications, so it undoes nothing that they told
    in the same refresh: what it does not know yet, it will know in the next one.
    """

    def __init__(self, subject: Subject, episodes: Sequence[Episode], now: datetime) -> None:
        """Go on from the episodes that are known."""
        self.episodes = list(episodes)
        self._subject = subject
        self.now = now
        self._known = {each.started for each in episodes}
        self._ended = {each.started for each in episodes if each.ended}

    def start(self, at: datetime) -> None:
        """Hear that the alarm started."""
        unheard = [each for each in self.episodes if self._may_have_started(each, at)]
        if unheard:
            nearest = min(unheard, key=lambda each: abs(each.first - at))
            self._swap(nearest, replace(nearest, start_heard=True, since=nearest.since or at))
        elif same := self._begun_in_the_second_of(at):
            # Off and on again within one second is no end, unless it was told before.
            if same.started not in self._ended:
                self._swap(same, replace(same, ended=None, end_heard=False))
        elif not any(_covers(each, at) for each in self.episodes):
            self._insert(Episode(subject=self._subject, started=at, since=at, start_heard=True))

    def end(self, at: datetime) -> None:
        """Hear that the alarm ended."""
        ending = self._ending(at)
        if ending is None:
            self._insert(
                Episode(subject=self._subject, started=at, startless=True, ended=at, start_heard=True, end_heard=True)
            )
        elif not ending.end_heard:
            self._swap(ending, replace(ending, ended=min(ending.ended or at, at), end_heard=True))

    def settle(self) -> None:
        """End what was followed by another start, though nobody said so."""
        for episode, following in list(pairwise(self.episodes)):
            if episode.ended is None:
                self._swap(episode, replace(episode, ended=following.first))

    def observe(self, *, active: bool, since: datetime | None) -> None:
        """See whether the alarm is on, and since when if the cloud says so."""
        last = self._listed_again()
        if active and last and last.ended is None:
            self._goes_on(last, since)
        elif active:
            self._begins(last, since)
        elif last and last.ended is None and last.started in self._known:
            self._swap(last, replace(last, ended=max(self.now, last.first)))

    def miss(self) -> None:
        """See no state: the unit is not in the list, or the alarm is that of a whole property."""
        last = self.episodes[-1] if self.episodes else None
        if last is None or last.ended is not None:
            return
        if self._subject.device_id is None:
            if self.now - last.first > LONGEST_WITHOUT_STATE:
                self.episodes.remove(last)
        elif last.missed_since is None:
            self._swap(last, replace(last, missed_since=self.now))
        elif self.now - last.missed_since > GONE:
            self.episodes.remove(last)

    def _may_have_started(self, episode: Episode, at: datetime) -> bool:
        """Tell whether the start of this episode, told by its state, may be the one that is heard of now."""
        if episode.start_heard:
            return False
        if episode.end_heard and episode.ended and episode.first < episode.ended <= at:
            return False
        if episode.since is not None:
            return abs(episode.since - at) <= SAME
        # Only we noticed it, so any time since the episode before will do.
        before = [each.ended for each in self.episodes[: self.episodes.index(episode)] if each.ended]
        return at <= episode.started + SAME and (not before or before[-1] <= at)

    def _ending(self, at: datetime) -> Episode | None:
        """Find the episode that an end belongs to, also when it was heard of already."""
        latest = next((each for each in reversed(self.episodes) if each.first <= at), None)
        if latest and (not latest.end_heard or (latest.ended and at <= latest.ended + SAME)):
            return latest
        return next(
            (
                each
                for each in self.episodes
                if each.first > at and not each.end_heard and (each.since is None or each.since <= at + SAME)
            ),
            None,
        )

    def _begun_in_the_second_of(self, at: datetime) -> Episode | None:
        second = at.replace(microsecond=0)
        begun = (each for each in self.episodes if not each.startless)
        return next((each for each in begun if each.started.replace(microsecond=0) == second), None)

    def _listed_again(self) -> Episode | None:
        if not self.episodes:
            return None
        last = self.episodes[-1]
        if last.missed_since:
            self._swap(last, replace(last, missed_since=None))
        return self.episodes[-1]

    def _goes_on(self, last: Episode, since: datetime | None) -> None:
        """Take the start over where it was not known; one that moved on is that of the next episode."""
        if since is None:
            return
        if last.since is None:
            if since <= last.started + SAME:
                self._swap(last, replace(last, since=since))
        elif last.started in self._known and since > last.since + SAME:
            self._swap(last, replace(last, ended=since))
            self._begin(since, since)

    def _begins(self, last: Episode | None, since: datetime | None) -> None:
        """Begin an episode, unless the state is that of one which has ended."""
        just_ended = last.ended if last and last.started not in self._ended else None
        if just_ended and (since is None or since < just_ended):
            return
        ended = ((each.first, each.ended) for each in self.episodes if each.ended)
        if since and any(abs(first - since) < SAME and since < end for first, end in ended):
            return
        self._begin(since or self.now, since)

    def _begin(self, started: datetime, since: datetime | None) -> None:
        if self._begun_in_the_second_of(started) is None:
            self.episodes.append(Episode(subject=self._subject, started=started, since=since))

    def _insert(self, episode: Episode) -> None:
        later = (index for index, each in enumerate(self.episodes) if each.first > episode.first)
        self.episodes.insert(next(later, len(self.episodes)), episode)

    def _swap(self, old: Episode, new: Episode) -> None:
        self.episodes[self.episodes.index(old)] = new


def _covers(episode: Episode, at: datetime) -> bool:
    """Tell whether a start at this instant would fall into the episode."""
    return not episode.startless and episode.first <= at and (episode.ended is None or at < episode.ended)
