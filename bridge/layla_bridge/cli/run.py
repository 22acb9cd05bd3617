"""`layla-bridge run`: the bridge itself, until it is told to stop."""

import asyncio
import logging
import os
import signal

from ..access.token_file import TokenFileError
from ..configuration import Configuration
from ..configuration.secret_values import secrets
from ..outbox import OutboxError
from ..running import opened
from ..shard import Shard
from ..status import PageUnavailable
from ..status.journal import Journal
from ..systemd import READY, STOPPING, Systemd
from .configured import ConfigOption
from .sharded import ShardOption, configured_shard, shard_of
from .terminal import fail

_FORMAT = "%(asctime)s %(levelname)s %(message)s"


def run(config: ConfigOption = None, *, shard: ShardOption = None) -> None:
    """Mirror the account to the broker, until SIGTERM or Ctrl-C."""
    chosen = shard_of(shard)
    configuration = configured_shard(config, chosen)
    logging.basicConfig(level=configuration.log_level.upper(), format=_FORMAT)
    try:
        asyncio.run(_until_signalled(configuration, chosen))
    except (TokenFileError, OutboxError, PageUnavailable, OSError) as error:
        fail(str(error))


async def _until_signalled(configuration: Configuration, shard: Shard) -> None:
    stopping, systemd = asyncio.Event(), Systemd(os.environ)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        systemd.tell(STOPPING)
        stopping.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop)
    journal = Journal(secrets=secrets(configuration))
    logging.getLogger().addHandler(journal)
    watchdog = asyncio.create_task(systemd.run())
    try:
        async with opened(configuration, journal, shard) as bridge:
            systemd.tell(READY)
            await bridge.run(stopping)
    finally:
        watchdog.cancel()
