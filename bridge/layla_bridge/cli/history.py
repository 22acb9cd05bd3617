"""`layla-bridge history`: series by the hour, fetched as fast as the cloud is willing, published or written."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final, Never, override

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
import typer

from ..access import cloud_trouble
from ..access.opening import opened_account
from ..access.token_file import TokenFileError
from ..budget import Budget
from ..cloud.account import Account
from ..cloud.errors import AuthenticationFailed, CloudError
from ..cloud.model import Snapshot
from ..configuration import Configuration
from ..history import Failure, Fetcher, HistoryRefused, Series
from ..history.asked import Wanted, chosen, wanted
from ..history.series import measured
from ..history.span import spoken
from ..mirror.selected import Selected
from ..shard import Shard
from .configured import ConfigOption
from .exits import CONFIGURATION, FAILED
from .history_sinks import OpenSink, Sink, to_broker, to_csv
from .sharded import ShardOption, configured_shard, shard_of
from .terminal import errors, fail

_INTERRUPTED: Final = 130
_OPTIONS: Final = {"start": "--from", "end": "--to", "units": "--unit", "measures": "--measure"}
_FETCHING: Final = "Fetching"
_WAITING: Final = "Waiting for the cloud"


@dataclass(slots=True)
class _Tally:
    """What came of it so far."""

    series: int = 0
    done: int = 0
    points: int = 0
    failed: int = 0

    @override
    def __str__(self) -> str:
        told = f"{self.points} points of {self.done} of {self.series} series"
        return f"{told}; {self.failed} series could not be had" if self.failed else told


@dataclass(frozen=True, slots=True)
class _Job:
    """What to do, and what came of it."""

    configuration: Configuration
    shard: Shard
    wish: Wanted
    open_sink: OpenSink
    budget: Budget
    tally: _Tally


def history(
    *,
    start: Annotated[
        str,
        typer.Option(
            "--from", help="First instant, such as 2026-11-20 or 2026-11-20T12:00; local time unless it has an offset."
        ),
    ],
    end: Annotated[str | None, typer.Option("--to", help="Last instant; else now.", show_default=False)] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", "-u", help="Unit by id or name, * for any characters; else all. May be repeated."),
    ] = None,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", "-m", help="Measure, such as noise; else all. May be repeated.")
    ] = None,
    csv: Annotated[
        str | None,
        typer.Option("--csv", metavar="PATH", help="Write a table instead of publishing; - is stdout."),
    ] = None,
    config: ConfigOption = None,
    shard: ShardOption = None,
) -> None:
    """Fetch series by the hour, six a minute, and publish them on the history topics or write a table."""
    chosen_shard = shard_of(shard)
    configuration = configured_shard(config, chosen_shard)
    members = {
        "units": unit or None,
        "measures": measure or None,
        "start": _with_offset(start),
        "end": None if end is None else _with_offset(end),
    }
    try:
        wish = wanted(members, _now())
    except HistoryRefused as refused:
        _refuse(refused)
    job = _Job(configuration, chosen_shard, wish, to_broker if csv is None else to_csv(csv), Budget(), _Tally())
    try:
        asyncio.run(_carry_out(job))
    except KeyboardInterrupt:
        errors().print(f"Stopped. What was written is whole: {job.tally}.")
        raise typer.Exit(_INTERRUPTED) from None
    errors().print(f"{job.tally}.")
    if job.tally.failed:
        raise typer.Exit(FAILED)


async def _carry_out(job: _Job) -> None:
    try:
        async with opened_account(job.configuration) as account:
            snapshot = (await account.fetch(None, None)).snapshot
            series = _chosen(job, snapshot)
            async with job.open_sink(job.configuration, snapshot) as sink:
                await _fetch(job, account, series, sink)
    except TokenFileError as error:
        fail(str(error), "Sign in: layla-bridge sign-in")
    except CloudError as error:
        _fail(job, error)


async def _fetch(job: _Job, account: Account, series: Sequence[Series], sink: Sink) -> None:
    """Fetch one series after the other; one that cannot be had is counted."""
    fetcher = Fetcher(account, job.budget, _now)
    tally = job.tally
    tally.series = len(series)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
    with Progress(*columns, console=errors()) as progress:
        bar = progress.add_task(_FETCHING, total=len(series), left="")
        for each in series:
            _show(job, progress, bar)
            if not fetcher.worth_asking(each) or not await _one(job, fetcher, each, sink, progress):
                tally.failed += 1
            tally.done += 1
        _show(job, progress, bar)


async def _one(job: _Job, fetcher: Fetcher, series: Series, sink: Sink, progress: Progress) -> bool:
    """Fetch one series, however long the cloud has to be waited for; tell whether it could be had."""
    while True:
        await job.budget.turn()
        answer = await fetcher.read(series, job.wish.span)
        if not isinstance(answer, Failure):
            break
        if answer is Failure.SKIPPED:
            return False
        if fetcher.trouble and (answer is Failure.HOPELESS or isinstance(fetcher.trouble, AuthenticationFailed)):
            raise fetcher.trouble
        progress.update(progress.task_ids[0], description=_WAITING)
    await sink(series, answer)
    job.tally.points += len(answer)
    return True


def _show(job: _Job, progress: Progress, bar: TaskID) -> None:
    left = job.tally.series - job.tally.done
    told = f"about {spoken(job.budget.duration(left))} left" if left else "done"
    progress.update(bar, completed=job.tally.done, description=_FETCHING, left=told)


def _chosen(job: _Job, snapshot: Snapshot) -> Sequence[Series]:
    selected = Selected(job.configuration.properties.selection, job.shard)
    selected.learn(snapshot)
    units = [device for device in snapshot.devices.values() if selected(device.property_id)]
    try:
        return chosen(job.wish, units, measured)
    except HistoryRefused as refused:
        _refuse(refused)


def _with_offset(text: str) -> str:
    """Read a time without an offset as one of this machine's zone; what is no time stays as it is."""
    try:
        return datetime.fromisoformat(text).astimezone().isoformat()
    except ValueError, OverflowError:
        return text


def _now() -> datetime:
    return datetime.now(UTC)


def _refuse(refused: HistoryRefused) -> Never:
    fail(f"{_OPTIONS[refused.field]}: {refused.problem}", f"accepted: {refused.accepted}", code=CONFIGURATION)


def _fail(job: _Job, error: CloudError) -> Never:
    trouble = cloud_trouble.of(error, job.configuration.account, _now())
    fail(trouble.text, trouble.remedy)
