"""From a configuration to a bridge that can run, and back to nothing that is left open."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from . import parts
from .bridge import Bridge
from .configuration import Configuration
from .opening import opened_account
from .outbox import Outbox


@asynccontextmanager
async def opened(configuration: Configuration) -> AsyncIterator[Bridge]:
    """Open everything of this machine that a bridge needs.

    Raises TokenFileError, OutboxLocked, OutboxFailed and OSError for what it cannot begin with; after that it goes on
    whatever happens to cloud and broker.
    """
    async with AsyncExitStack() as stack:
        configuration.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        outbox = await Outbox.opened(parts.outbox_path(configuration), parts.limits(configuration))
        stack.push_async_callback(outbox.close)
        account = await stack.enter_async_context(opened_account(configuration))
        yield Bridge(configuration, account, outbox)
