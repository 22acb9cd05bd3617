"""`layla-bridge clean`: what the broker keeps of this bridge is removed, and nothing of another one."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from ..broker import Unreachable, visiting
from ..configuration import Configuration
from ..contract.messages import Message
from ..contract.payloads import ONLINE
from ..contract.topics import BRIDGE_STATE
from ..mirror.state_file import StateFile
from ..parts import broker_settings, discovery_topics, state_path, topics
from ..retained.retained import Retained
from .configured import ConfigOption
from .sharded import ShardOption, configured_shard, shard_of
from .terminal import fail, report


class _Running(Exception):
    """The bridge runs."""


def clean(
    config: ConfigOption = None,
    *,
    shard: ShardOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and leave it.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Go on although the bridge seems to run.")] = False,
) -> None:
    """Remove everything that the broker keeps of this bridge: states, availability, discovery, and its own."""
    configuration = configured_shard(config, shard_of(shard))
    try:
        found = asyncio.run(_cleaned(configuration, dry_run=dry_run, force=force))
    except Unreachable as error:
        fail(error.trouble.text, error.trouble.remedy)
    except _Running:
        fail(
            f"The bridge {configuration.instance} is running, and would publish everything again.",
            "Stop it first. If it is gone and could not say so, add --force.",
        )
    _show(found, dry_run=dry_run)


async def _cleaned(configuration: Configuration, *, dry_run: bool, force: bool) -> Sequence[str]:
    def hear(message: Message) -> None:
        retained.take(message)

    known = StateFile(state_path(configuration)).saved.ledger.known
    async with visiting(broker_settings(configuration), hear, "clean") as connection:
        retained = Retained(connection, topics(configuration), configs=discovery_topics(configuration))
        if not (dry_run or force) and (await retained.own()).get(BRIDGE_STATE.level) == ONLINE:
            raise _Running
        return await retained.clean(known, erase=not dry_run)


def _show(found: Sequence[str], *, dry_run: bool) -> None:
    console = report()
    for topic in found:
        console.print(topic)
    if not found:
        console.print("The broker keeps nothing of this bridge.")
    else:
        console.print(f"\n{len(found)} {'would be' if dry_run else 'were'} removed.")
