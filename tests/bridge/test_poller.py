"""When the cloud is asked: as often as its pace allows, and ever more rarely while it does not answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import ClientSession
import pytest
from yarl import URL

from layla_bridge.cloud.account import Refresh
from layla_bridge.cloud.errors import AuthenticationFailed, CloudUnavailable, RateLimited
from layla_bridge.cloud.layla.owner_account import OwnerAccount
from layla_bridge.poller import Poller
from simulator import World
from tests.bridge.mosquitto import GENEROUS
from tests.integration.cloud import Cloud

MINUTE = timedelta(minutes=1)
ENOUGH = timedelta(hours=1)


@dataclass
class Watched:
    """A poller, what it brought, and for how long it meant to wait; it waits only for the last of those that count."""

    pauses: list[timedelta] = field(default_factory=list)
    brought: list[Refresh] = field(default_factory=list)
    losses: int = 0
    hurry: int = 0
    poller: Poller = field(init=False)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def took(self, refresh: Refresh) -> None:
        """Take an answer."""
        self.brought.append(refresh)

    def lost(self) -> None:
        """Hear that the cloud is lost."""
        self.losses += 1

    def jittered(self, pause: timedelta) -> timedelta:
        """Make short of the pauses that are to be hurried through."""
        self.pauses.append(pause)
        if len(self.pauses) > self.hurry:
            return max(pause, ENOUGH) if pause else pause
        return timedelta()

    async def planned(self, count: int) -> list[timedelta]:
        """Wait until so many pauses were planned."""
        async with asyncio.timeout(GENEROUS):
            while len(self.pauses) < count:  # noqa: ASYNC110 - the poller tells nobody
                await asyncio.sleep(0.01)
        return self.pauses


@asynccontextmanager
async def polling(cloud: Cloud, usual: timedelta = MINUTE, hurry: int = 0) -> AsyncIterator[Watched]:
    """Poll a cloud, without waiting for the first so many pauses."""
    async with ClientSession() as session:
        watched = Watched(hurry=hurry)
        account = OwnerAccount.by_token(session, URL(cloud.base_url), cloud.token)
        watched.poller = Poller(
            account,
            usual,
            cursor=lambda: watched.brought[-1].cursor if watched.brought else None,
            took=watched.took,
            lost=watched.lost,
            jittered=watched.jittered,
        )
        running = asyncio.create_task(watched.poller.run())
        try:
            yield watched
        finally:
            running.cancel()
            await asyncio.wait({running})
        assert running.cancelled()


@pytest.fixture
def world() -> World:
    """One unit with everything."""
    return World.tiny()


async def test_it_asks_at_once_and_then_at_the_usual_interval(cloud: Cloud) -> None:
    async with polling(cloud, 2 * MINUTE, hurry=2) as watched:
        assert await watched.planned(3) == [2 * MINUTE] * 3
    assert len(watched.brought) == 3
    assert (await cloud.requests())["listDevices"] == 3


async def test_a_cloud_that_is_down_costs_one_request_for_every_step_of_the_back_off(cloud: Cloud) -> None:
    await cloud.fault("listDevices", "status", status=503)
    async with polling(cloud, hurry=5) as watched:
        assert await watched.planned(6) == [MINUTE * step for step in (1, 2, 4, 5, 5, 5)]
        assert watched.losses == 1
        assert isinstance(watched.poller.trouble, CloudUnavailable)
    assert await cloud.requests() == {"listDevices": 6}


async def test_one_miss_is_tolerated_and_a_second_one_loses_the_cloud_until_it_answers(cloud: Cloud) -> None:
    async with polling(cloud) as watched:
        await watched.poller.refreshed()
        await cloud.fault("listDevices", "status", status=503, times=2)
        for losses in (0, 1):
            with pytest.raises(CloudUnavailable):
                await watched.poller.refreshed()
            assert (watched.losses, watched.poller.is_lost) == (losses, bool(losses))
        await watched.poller.refreshed()
        assert not watched.poller.is_lost
        assert watched.poller.trouble is None


async def test_retry_after_is_waited_for_and_nobody_may_ask_meanwhile(cloud: Cloud) -> None:
    await cloud.fault("listDevices", "status", status=429, retry_after=400, times=1)
    async with polling(cloud) as watched:
        assert await watched.planned(1) == [timedelta(seconds=400)]
        assert watched.losses == 1  # what was said before would be too old by then
        await cloud.requests()
        with pytest.raises(RateLimited):
            await watched.poller.refreshed()
    assert await cloud.requests() == {}


async def test_a_token_that_is_refused_is_tried_ever_more_rarely(cloud: Cloud) -> None:
    await cloud.fault("listDevices", "status", status=401)
    async with polling(cloud, hurry=5) as watched:
        assert await watched.planned(6) == [MINUTE * step for step in (1, 2, 4, 8, 15, 15)]
        assert isinstance(watched.poller.trouble, AuthenticationFailed)


async def test_after_a_command_it_asks_soon_and_more_often(cloud: Cloud) -> None:
    async with polling(cloud) as watched:
        await watched.planned(1)
        watched.poller.command_accepted()
        assert watched.poller.hurried
        await watched.poller.refreshed()
        assert watched.pauses[1:] == [timedelta(seconds=15), timedelta(), timedelta(seconds=15)]


async def test_after_a_new_urgent_alarm_it_asks_more_often(cloud: Cloud) -> None:
    async with polling(cloud) as watched:
        await watched.planned(1)
        await cloud.alarm("unit", "smoke_alarm")
        await watched.poller.refreshed()
        assert watched.pauses[-1] == timedelta(seconds=30)


async def test_a_command_that_came_too_often_lets_the_cloud_rest_and_slows_everything_for_an_hour(
    cloud: Cloud,
) -> None:
    async with polling(cloud) as watched:
        await watched.planned(1)
        watched.poller.limited(RateLimited("scheduleAcTimer", "too many", retry_after=120))
        assert watched.pauses[-1] == 2 * MINUTE
        watched.poller.command_accepted()
        assert not watched.poller.hurried
        assert watched.pauses[-1] == 2 * MINUTE


async def test_another_interval_holds_from_now_on(cloud: Cloud) -> None:
    async with polling(cloud) as watched:
        await watched.planned(1)
        watched.poller.change_interval(5 * MINUTE)
        assert watched.pauses[-1] == 5 * MINUTE


async def test_notifications_that_are_limited_slow_the_units_a_little(cloud: Cloud) -> None:
    await cloud.fault("listNotifications", "status", status=429, retry_after=3600)
    async with polling(cloud) as watched:
        assert await watched.planned(1) == [timedelta(minutes=5)]
        assert watched.losses == 0
        assert watched.brought


async def test_a_command_that_comes_too_often_does_not_cut_short_the_rest_that_was_asked_for(cloud: Cloud) -> None:
    await cloud.fault("listDevices", "status", status=429, retry_after=3600, times=1)
    async with polling(cloud) as watched:
        await watched.planned(1)
        watched.poller.limited(RateLimited("command", "too many", retry_after=120))
        resting = watched.poller.resting
        assert resting is not None
        assert resting > timedelta(minutes=55)
        assert watched.pauses[-1] > timedelta(minutes=55)


async def test_a_known_refusal_is_not_asked_for_again_by_every_command(cloud: Cloud) -> None:
    await cloud.expire(cloud.token)
    async with polling(cloud) as watched:
        assert await watched.planned(1) == [MINUTE]
        assert isinstance(watched.poller.trouble, AuthenticationFailed)
        watched.poller.hurry()
        assert watched.pauses == [MINUTE]


@pytest.mark.parametrize("where", ["fetch", "took"])
async def test_a_fault_of_our_own_is_said_and_the_cloud_is_asked_again(
    cloud: Cloud, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    async with polling(cloud) as watched:
        await watched.planned(1)
        with monkeypatch.context() as faulty:

            async def fails(*_: object) -> None:
                raise KeyError(where)

            owner, name = (watched.poller._account, "fetch") if where == "fetch" else (watched.poller, "_took")
            faulty.setattr(owner, name, fails)
            with pytest.raises(CloudUnavailable, match="the bridge has a fault; its log says more"):
                await watched.poller.refreshed()
        assert f"KeyError: '{where}'" in caplog.text
        await watched.poller.refreshed()
        assert watched.poller.trouble is None
