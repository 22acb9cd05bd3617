"""`layla-bridge run`: the bridge itself, until it is told to stop."""

import asyncio
import logging
import os
import signal

from ..configuration import Configuration
from ..outbox import OutboxError
from ..running import opened
from ..systemd import READY, STOPPING, Systemd
from ..token_file import TokenFileError
from .configured import ConfigOption, configured
from .terminal import fail

_FORMAT = "%(asctime)s %(levelname)s %(message)s"


def run(config: ConfigOption = None) -> None:
    """Mirror the account to the broker, until SIGTERM or Ctrl-C."""
    configuration = configured(config)
    logging.basicConfig(level=configuration.log_level.upper(), format=_FORMAT)
    try:
        asyncio.run(_until_signalled(configuration))
    except (TokenFileError, OutboxError, OSError) as error:
        fail(str(error))


async def _until_signalled(configuration: Configuration) -> None:
    stopping, systemd = asyncio.Event(), Systemd(os.environ)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        systemd.tell(STOPPING)
        stopping.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop)
    watchdog = asyncio.create_task(systemd.run())
    try:
        async with opened(configuration) as bridge:
            systemd.tell(READY)
            await bridge.run(stopping)
    finally:
        watchdog.cancel()
