"""The account: the one protocol through which faces see every vendor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from .ac_plans import Plans
from .commands import Command
from .cursor import Cursor
from .errors import CloudError
from .figures import Figures
from .model import Device, Event, Point, Snapshot
from .questions import Answer, Question
from .quota import Quota


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """What one fetch brought: a snapshot, the events in order, and the cursor to store before they are shown.

    An equal cursor need not be stored again, and comes with no events.
    `owner_email` is there to recognise the account by, never to be shown; None where it is not told.
    `currency` and `policy_accepted` are the owner's, None where the profile does not tell.
    `setback` is what failed without costing the snapshot; a RateLimited there still slows the pace.
    """

    snapshot: Snapshot
    events: Sequence[Event]
    cursor: Cursor
    owner_email: str | None = field(repr=False)
    setback: CloudError | None
    currency: str | None = None
    policy_accepted: bool | None = None


class Account(Protocol):
    """One account of one vendor. Every method raises CloudError; none of them waits for a clock."""

    @property
    def request_count(self) -> int:
        """How many requests went out so far."""

    @property
    def quota(self) -> Quota | None:
        """How many requests the cloud still takes, by its latest answer that said so; None where none did."""

    @property
    def unsettled(self) -> Mapping[str, datetime]:
        """When to execute SettleAirConditioner, by unit; kept in the account's memory, so also after a restart."""

    @property
    def going_out(self) -> Mapping[str, datetime]:
        """When the command goes out that an air conditioner was given last, by unit; a newer one may replace it."""

    def ac_plans(self, device_id: str) -> Plans:
        """Return the weekly schedule and the timer of an air conditioner, as far as they are known."""

    @property
    def lacking(self) -> frozenset[str]:
        """What the cloud turned out not to have; while it is equal, so are the capabilities of an equal unit."""

    def capabilities(self, device: Device) -> frozenset[str]:
        """Name the commands that this account takes for a unit."""

    async def fetch(self, cursor: Cursor | None, previous: Snapshot | None) -> Refresh:
        """Read the account once; without a cursor no event is reported, and every active alarm is taken as known.

        Events are the union of notifications and of what the alarms show, each start and end once.
        What did not change is the same object as in `previous`.
        """

    async def figures(self, currency: str | None = None) -> Figures:
        """Read what is counted slowly, in a number of requests that does not depend on the number of properties.

        Money is in the account's own currency; in `currency` where that is not known and the cloud can do so.
        """

    async def subscribe(self, on_update: Callable[[Refresh], None]) -> Callable[[], None]:
        """Be told of changes by an account that is pushed to; returns how to stop that."""

    async def execute(self, command: Command) -> Answer:
        """Carry out one command; returns when the cloud accepted it, with what it told, which mostly is nothing."""

    async def ask(self, question: Question) -> Answer:
        """Read what no refresh brings, in plain JSON."""

    async def history(self, device_id: str, measure: str, start: datetime, end: datetime) -> Sequence[Point]:
        """Read a measure's hourly series of one unit, `start` included, `end` excluded."""
