"""Whatever happens in whatever order: no refresh token is used again, and nothing is used that is not stored."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
from hypothesis import HealthCheck, example, given, settings, strategies as st
from yarl import URL

from custom_components.layla.cloud.errors import AuthenticationFailed, CloudError
from custom_components.layla.cloud.http import HttpClient
from custom_components.layla.cloud.oauth.endpoint import TokenEndpoint
from custom_components.layla.cloud.oauth.sign_in import SignIn
from custom_components.layla.cloud.oauth.tokens import Tokens
from custom_components.layla.cloud.route import Evidence, Route

from .rotating import LIFETIME, Fate, RotatingCloud

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIST: Final = Route("listDevices", "GET", "/v1/devices", Evidence.HIGH)
POST: Final = Route("thing", "POST", "/v1/thing", Evidence.LOW)


@dataclass(slots=True)
class Life:
    """An account with its cloud, its disk and its clock."""

    cloud: RotatingCloud
    clock: FrozenDateTimeFactory
    client: HttpClient = field(init=False)
    renewals: list[asyncio.Task[Tokens]] = field(default_factory=list)
    callers: list[asyncio.Task[object]] = field(default_factory=list)

    def start(self, renewal: Coroutine[Any, Any, Tokens]) -> asyncio.Task[Tokens]:
        """Start a renewal, and remember it."""
        self.renewals.append(asyncio.create_task(renewal))
        return self.renewals[-1]

    async def call(self, route: Route = LIST) -> None:
        """Make a call that may fail."""
        with suppress(CloudError):
            await self.client.call(route)

    async def quiet(self) -> None:
        """Wait until nothing goes on any more."""
        await asyncio.gather(*self.callers, return_exceptions=True)
        await asyncio.gather(*self.renewals, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Calls:
    """Some calls at once."""

    count: int

    async def happen(self, life: Life) -> None:
        """Wait for all of them."""
        await asyncio.gather(*(life.call(POST if index % 2 else LIST) for index in range(self.count)))


@dataclass(frozen=True, slots=True)
class Leaves:
    """A call whose caller leaves after so many turns of the event loop; what it began may go on."""

    turns: int

    async def happen(self, life: Life) -> None:
        """Cancel the caller, but not wait for anything else."""
        task: asyncio.Task[object] = asyncio.create_task(life.call())
        life.callers.append(task)
        for _ in range(self.turns):
            await asyncio.sleep(0)
        task.cancel()


@dataclass(frozen=True, slots=True)
class Stops:
    """The renewal that stores its tokens, if one does, is stopped from outside."""

    async def happen(self, life: Life) -> None:
        """Cancel the latest task."""
        if life.cloud.disk.busy:
            life.renewals[-1].cancel()


@dataclass(frozen=True, slots=True)
class Passes:
    """Time passes, in seconds."""

    seconds: int

    async def happen(self, life: Life) -> None:
        """Move the clock of both sides."""
        life.clock.tick(self.seconds)


@dataclass(frozen=True, slots=True)
class Meets:
    """The next renewal but those that have a fate already meets this one."""

    fate: Fate

    async def happen(self, life: Life) -> None:
        """Tell the cloud."""
        life.cloud.fates.append(self.fate)


@dataclass(frozen=True, slots=True)
class Breaks:
    """So many of the next attempts to store fail."""

    times: int

    async def happen(self, life: Life) -> None:
        """Tell the disk."""
        life.cloud.disk.broken += self.times


@dataclass(frozen=True, slots=True)
class Revokes:
    """The cloud refuses the access tokens that it gave before."""

    async def happen(self, life: Life) -> None:
        """Tell the cloud."""
        life.cloud.revoke()


@dataclass(frozen=True, slots=True)
class SignsIn:
    """The user signs in anew."""

    async def happen(self, life: Life) -> None:
        """Put other tokens into the store."""
        life.cloud.sign_in()


type Step = Calls | Leaves | Stops | Passes | Meets | Breaks | Revokes | SignsIn

DUE: Final = LIFETIME - 60

steps: Final = st.lists(
    st.builds(Calls, st.integers(1, 4))
    | st.builds(Leaves, st.integers(0, 60))
    | st.just(Stops())
    | st.builds(Passes, st.sampled_from([60, DUE, LIFETIME]))
    | st.builds(Meets, st.sampled_from(Fate))
    | st.builds(Breaks, st.integers(1, 2))
    | st.just(Revokes())
    | st.just(SignsIn()),
    max_size=15,
)


async def lived(happens: Callable[[Life], Coroutine[Any, Any, None]], clock: FrozenDateTimeFactory) -> RotatingCloud:
    """Run a life in a cloud of its own, to its end."""
    clock.move_to(NOW)
    async with RotatingCloud.running() as cloud, ClientSession() as session:
        endpoint = TokenEndpoint(session, URL(f"{cloud.url}/oauth/token"), "our-id", "our-secret")
        life = Life(cloud, clock)
        life.client = HttpClient(session, URL(cloud.url), SignIn(endpoint, cloud.disk, life.start))
        await happens(life)
        await life.quiet()
    return cloud


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(taken=steps, hasty=st.booleans(), slow=st.sampled_from([0, 1, 10]))
@example(taken=[Passes(DUE), Breaks(1), Calls(2), Passes(LIFETIME), Calls(2)], hasty=False, slow=0)
@example(taken=[Revokes(), Meets(Fate.REFUSED), Calls(4), Calls(2), SignsIn(), Calls(1)], hasty=True, slow=1)
@example(taken=[Passes(DUE), Meets(Fate.LOST), Calls(1), Calls(1), Passes(60), Calls(3)], hasty=False, slow=1)
def test_no_refresh_token_is_used_again_and_nothing_is_used_that_is_not_stored(
    freezer: FrozenDateTimeFactory, taken: Sequence[Step], *, hasty: bool, slow: int
) -> None:
    async def happens(life: Life) -> None:
        disk = life.cloud.disk
        disk.hasty, disk.slow = hasty, slow
        for step in taken:
            await step.happen(life)
            assert life.cloud.wrongs == []
        await life.quiet()
        life.cloud.fates.clear()
        disk.broken = 0
        served = life.cloud.served
        with suppress(AuthenticationFailed):
            await life.client.call(LIST)
        assert life.cloud.wrongs == []
        assert life.cloud.lost or life.cloud.served == served + 1, "it heals by itself unless the answer was lost"

    asyncio.run(lived(happens, freezer))
