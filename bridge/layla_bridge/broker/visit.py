"""A single connection, for those who come once and leave: nothing is kept up, and nothing is said at the end."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from ..contract.messages import Message
from . import reasons, trouble
from .connection import Connection
from .errors import BrokerError, Closed, NotConnected, Rejected, Unwelcome
from .settings import BrokerSettings, Protocol
from .trouble import Trouble


class Unreachable(Exception):
    """A visit did not work, or the connection went; `trouble` says why and what to do."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.text)
        self.trouble = trouble


@asynccontextmanager
async def visiting(
    settings: BrokerSettings, hear: Callable[[Message], object], purpose: str
) -> AsyncIterator[Connection]:
    """Connect, beside a bridge that is running: the client id gets the purpose. Raises Unreachable, also from within.

    What comes is heard in the event loop.
    """
    settings = replace(settings, client_id=f"{settings.client_id}-{purpose}")
    try:
        connection = await opened(settings, hear)
    except (OSError, ValueError, BrokerError) as error:
        raise Unreachable(trouble.of(error, settings)) from error
    try:
        yield connection
    except Rejected as error:
        raise Unreachable(trouble.of(error, settings)) from error
    except NotConnected as error:
        raise Unreachable(trouble.of(await connection.closed, settings)) from error
    finally:
        await connection.disconnect()


async def opened(settings: BrokerSettings, hear: Callable[[Message], object]) -> Connection:
    """Connect by the version that the broker takes; an old one refuses MQTT 5, or just hangs up."""
    connection = Connection(settings, Protocol.V5, None, hear)
    try:
        await connection.open()
    except (Closed, Unwelcome) as error:
        if isinstance(error, Unwelcome) and error.code != reasons.UNSUPPORTED_VERSION:
            raise
        connection = Connection(settings, Protocol.V311, None, hear)
        await connection.open()
    return connection
