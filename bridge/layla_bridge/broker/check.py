"""One try, for those who want to know whether the settings work."""

from dataclasses import replace

from . import reasons, trouble
from .connection import Connection
from .errors import BrokerError, Closed, Unwelcome
from .settings import BrokerSettings, Protocol
from .trouble import Trouble


async def try_broker(settings: BrokerSettings) -> Trouble | None:
    """Connect once, disconnect, and return what is wrong, None when all is well.

    With a client id of its own, so that a bridge that is running keeps its connection.
    """
    settings = replace(settings, client_id=f"{settings.client_id}-check")
    error = await _try(settings, Protocol.V5)
    if isinstance(error, Closed) or (isinstance(error, Unwelcome) and error.code == reasons.UNSUPPORTED_VERSION):
        error = await _try(settings, Protocol.V311)
    return None if error is None else trouble.of(error, settings)


async def _try(settings: BrokerSettings, protocol: Protocol) -> Exception | None:
    connection = Connection(settings, protocol, None, lambda _: None)
    try:
        await connection.open()
    except (OSError, ValueError, BrokerError) as error:
        return error
    await connection.disconnect()
    return None
