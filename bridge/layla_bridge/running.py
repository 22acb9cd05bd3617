"""From a configuration to a bridge that can run, and back to nothing that is left open."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from . import durable, history, parts
from .access.opening import opened_account
from .air_conditioning import AcFile
from .bridge import Bridge, Files
from .configuration import Configuration
from .history import HistoryFile
from .mirror.state_file import StateFile
from .outbox import Outbox
from .shard import ALONE, Shard
from .status.journal import Journal


@asynccontextmanager
async def opened(configuration: Configuration, journal: Journal, shard: Shard = ALONE) -> AsyncIterator[Bridge]:
    """Open everything of this machine that a bridge needs; `configuration` is that of the shard.

    Raises TokenFileError, OutboxLocked, OutboxFailed and OSError for what it cannot begin with; after that it goes on
    whatever happens to cloud and broker.
    """
    async with AsyncExitStack() as stack:
        folder = configuration.data
        durable.make_folder(folder)
        # First, as it tells whether another bridge has the folder.
        outbox = await Outbox.opened(parts.outbox_path(configuration), parts.limits(configuration))
        stack.push_async_callback(outbox.close)
        air_conditioners = await AcFile.opened(folder)
        stack.push_async_callback(air_conditioners.close)
        files = Files(
            outbox=outbox,
            state=StateFile(parts.state_path(configuration)),
            air_conditioners=air_conditioners,
            history=HistoryFile(folder / history.NAME),
        )
        account = await stack.enter_async_context(opened_account(configuration, air_conditioners))
        yield Bridge(configuration, account, files, journal, shard)
