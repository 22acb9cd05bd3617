"""One try, for those who want to know whether the settings work and the broker allows what the bridge does."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..contract.messages import Message, Publication, Subscription
from . import reasons, trouble
from .connection import Connection
from .errors import BrokerError, NotConnected, Rejected
from .settings import BrokerSettings
from .trouble import Trouble
from .visit import opened

PATIENCE: Final = 5.0
"""How long a message may take to come back, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the broker has to allow.

    To each of the topics in `written`, which nobody else may use, goes an empty retained message: it leaves nothing
    behind, and has to come back.
    """

    written: Sequence[str] = ()
    read: Sequence[Subscription] = ()


NOTHING: Final = Wanted()


async def try_broker(settings: BrokerSettings, wanted: Wanted = NOTHING) -> Trouble | None:
    """Connect once, try what is wanted, disconnect, and return what is wrong, None when all is well.

    With a client id of its own, so that a bridge that is running keeps its connection. A message that does not come
    back within PATIENCE is one that the broker does not allow: MQTT 3.1.1 has no other way to say so.
    """
    settings = replace(settings, client_id=f"{settings.client_id}-check")
    missing = list(dict.fromkeys(wanted.written))
    complete = asyncio.Event()

    def hear(message: Message) -> None:
        if message.topic in missing:
            missing.remove(message.topic)
        if not missing:
            complete.set()

    try:
        connection = await opened(settings, hear)
    except (OSError, ValueError, BrokerError) as error:
        return trouble.of(error, settings)
    try:
        await _allowed(connection, wanted)
        if missing:
            async with asyncio.timeout(PATIENCE):
                await complete.wait()
    except TimeoutError:
        return trouble.of(Rejected(missing[0], reasons.NOT_AUTHORIZED), settings)
    except Rejected as error:
        return trouble.of(error, settings)
    except NotConnected:
        return trouble.of(await connection.closed, settings)
    finally:
        await connection.disconnect()
    return None


async def _allowed(connection: Connection, wanted: Wanted) -> None:
    """Ask for everything that is wanted. Raises Rejected and NotConnected."""
    echoes = (Subscription(filter=topic) for topic in wanted.written)
    if subscriptions := (*wanted.read, *echoes):
        await connection.subscribe(*subscriptions)
    await connection.publish_many(Publication(topic, b"", qos=1, retain=True) for topic in wanted.written)
