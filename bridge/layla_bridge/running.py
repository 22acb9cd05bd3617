"""From a configuration to a bridge that runs, and back to nothing that is left open."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from . import parts
from .bridge import Bridge
from .configuration import Configuration
from .opening import opened_account
from .outbox import Outbox


async def run(configuration: Configuration, stopping: asyncio.Event, on_ready: Callable[[], None]) -> None:
    """Run a bridge until `stopping` is set; `on_ready` is called once everything of this machine is at hand.

    Raises TokenFileError, OutboxLocked and OutboxFailed for what it cannot begin with; after that it goes on whatever
    happens to cloud and broker.
    """
    async with AsyncExitStack() as stack:
        configuration.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        outbox = await Outbox.opened(parts.outbox_path(configuration), parts.limits(configuration))
        stack.push_async_callback(outbox.close)
        account = await stack.enter_async_context(opened_account(configuration))
        on_ready()
        await Bridge(configuration, account, outbox).run(stopping)
