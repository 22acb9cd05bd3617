"""Names of hosts, looked up as this machine does, in threads that nobody waits for when the bridge ends."""

from functools import partial
import socket
from typing import override

from aiohttp.abc import AbstractResolver, ResolveResult

from .broker.thread import in_thread


class Resolver(AbstractResolver):
    """Looks names up for aiohttp, whose own resolver holds up a stop for as long as a silent name server does."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host. Raises OSError."""
        ask = partial(
            socket.getaddrinfo, host, port, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG
        )
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in await in_thread(ask, "resolver")
        ]

    @override
    async def close(self) -> None:
        """Do nothing: nothing is kept."""
