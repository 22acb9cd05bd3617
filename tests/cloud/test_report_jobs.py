"""Reports are asked after at a pace that slows down, and not for ever (E3)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

import pytest

from custom_components.layla.cloud.errors import CloudError, CloudUnavailable, Gone, RateLimited
from custom_components.layla.cloud.report_jobs import GIVE_UP_AFTER, Progress, followed
from custom_components.layla.cloud.scheduler import Later, Scheduler

from .conftest import NOW

MADE = Progress(status="processing")
DONE = Progress(status="completed", link="https://example.com/report.pdf")
FAILED = Progress(status="failed", reason="no data")


@dataclass
class Reporter:
    """A cloud that tells of a report, and a clock that is at once where it is waited for."""

    answers: Iterator[Progress | CloudError]
    now: datetime = NOW
    asked_at: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    limits: list[RateLimited] = field(default_factory=list)
    resting_until: datetime = NOW

    def call_at(self, at: datetime, later: Later) -> Callable[[], None]:
        """Be there."""
        self.now = at
        later(at)
        return lambda: None

    async def read(self) -> Progress:
        """Tell how far it is."""
        self.asked_at.append((self.now - NOW).total_seconds())
        answer = next(self.answers)
        if isinstance(answer, CloudError):
            raise answer
        return answer

    async def follow(self) -> Progress:
        """Ask until there is nothing more to ask."""
        scheduler = Scheduler(now=lambda: self.now, sleep=_never, call_at=self.call_at, create_task=_never)
        return await followed(
            self.read,
            scheduler,
            lambda progress: self.told.append(progress.status),
            limited=self.rest,
            resting=lambda: self.resting_until - self.now if self.resting_until > self.now else None,
        )

    def rest(self, error: RateLimited) -> None:
        """Begin a rest, of a quarter of an hour where the cloud does not say how long."""
        self.limits.append(error)
        self.resting_until = self.now + timedelta(seconds=error.retry_after or 900)


def _never(*_: object) -> NoReturn:
    raise AssertionError


def reporter(answers: Iterable[Progress | CloudError]) -> Reporter:
    """Make a cloud that gives these answers."""
    return Reporter(iter(answers))


def for_ever(answer: Progress | CloudError) -> Iterator[Progress | CloudError]:
    """Give the same answer again and again."""
    while True:
        yield answer


@pytest.mark.parametrize("end", [DONE, FAILED])
async def test_a_report_is_asked_after_until_it_is_there_or_has_failed(end: Progress) -> None:
    cloud = reporter([Progress(status="pending"), MADE, Progress(status="PAINTING"), end])
    assert await cloud.follow() == end
    assert cloud.told == ["pending", "processing", "PAINTING", end.status]
    assert cloud.asked_at == [5, 12.5, 23.75, 40.625]


async def test_the_pace_slows_down_to_a_minute_and_ends_after_half_an_hour() -> None:
    cloud = reporter(for_ever(MADE))
    assert await cloud.follow() == MADE
    waits = [after - before for before, after in zip(cloud.asked_at, cloud.asked_at[1:], strict=False)]
    assert waits[:-1] == sorted(waits[:-1])
    assert max(waits) == 60
    assert cloud.asked_at[-1] == GIVE_UP_AFTER.total_seconds()
    assert cloud.told == ["pending", "processing"]


async def test_a_limit_is_kept_and_told() -> None:
    limit = RateLimited("getIncidentReport", "slow down", retry_after=200)
    cloud = reporter([limit, RateLimited("getIncidentReport", "slow down", retry_after=None), DONE])
    assert await cloud.follow() == DONE
    assert cloud.limits[0] is limit
    assert cloud.asked_at == [5, 205, 1105]


async def test_a_rest_that_somebody_else_was_asked_for_is_kept_and_one_without_end_ends_it() -> None:
    cloud = reporter([DONE])
    cloud.resting_until = NOW + timedelta(minutes=4)
    assert await cloud.follow() == DONE
    assert cloud.asked_at == [240]

    cloud = reporter([RateLimited("getIncidentReport", "slow down", retry_after=3600)])
    assert (await cloud.follow()).status == "pending"
    assert cloud.asked_at == [5]


async def test_silence_is_borne_but_not_at_the_end() -> None:
    silence = CloudUnavailable("getIncidentReport", "nobody there")
    assert await reporter([silence, MADE, silence, DONE]).follow() == DONE
    with pytest.raises(CloudUnavailable):
        await reporter(for_ever(silence)).follow()


async def test_any_other_error_ends_it() -> None:
    with pytest.raises(Gone):
        await reporter([MADE, Gone("getIncidentReport", "who?")]).follow()
    assert timedelta(minutes=30) == GIVE_UP_AFTER
