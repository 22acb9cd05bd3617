"""What systemd wants to hear from a service of the type notify (sd_notify(3)); nothing happens without systemd."""

import asyncio
from collections.abc import Mapping
import logging
import socket
from typing import Final

_LOGGER = logging.getLogger(__name__)

READY: Final = "READY=1"
STOPPING: Final = "STOPPING=1"
_ALIVE: Final = "WATCHDOG=1"
_MICROSECONDS: Final = 1_000_000


class Systemd:
    """Tells the service manager how the bridge is."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read where to tell it, and how often it wants to hear that the bridge lives."""
        self._address = environ.get("NOTIFY_SOCKET", "")
        microseconds = environ.get("WATCHDOG_USEC", "")
        # Twice as often as it asks for, as its documentation recommends.
        self._pause = int(microseconds) / _MICROSECONDS / 2 if microseconds.isdecimal() else None

    def tell(self, *lines: str) -> None:
        """Tell it something; what it cannot be told is no reason to stop."""
        if not self._address:
            return
        # An address that begins with @ is in the abstract namespace.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.sendto("\n".join(lines).encode(), address)
        except OSError as error:
            _LOGGER.debug("systemd cannot be told: %s", error)

    async def run(self) -> None:
        """Say that the event loop turns, for as long as it does; return at once where nobody asks for it."""
        while self._address and self._pause:
            self.tell(_ALIVE)
            await asyncio.sleep(self._pause)
