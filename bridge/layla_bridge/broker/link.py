"""The link to the broker: kept up until it is stopped."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
import logging
import random
from types import TracebackType
from typing import Any, Final, Self

from ..contract.messages import Message, Publication, Subscription
from . import backoff, reasons, trouble as troubles
from .connection import PATIENCE, Connection
from .errors import BrokerError, Closed, NotConnected, Rejected, Unwelcome
from .session import Session
from .settings import BrokerSettings, Protocol
from .trouble import Trouble, TroubleKind

_LOGGER = logging.getLogger(__name__)

# A connection that held so long, in seconds, was a good one: the next failure is the first again.
_STABLE: Final = 60.0
_LAST_WORDS: Final = 1.0
MOMENT: Final = 0.1
"""How long, in seconds, to leave the link alone after NotConnected, before it is waited for."""
_CHANCE: Final = random.SystemRandom()

type Pause = Callable[[TroubleKind, int], float]
"""How many seconds to wait after a trouble that so many others came before."""


def _some(publication: Publication | None) -> tuple[Publication, ...]:
    return () if publication is None else (publication,)


def _jittered(kind: TroubleKind, misses: int) -> float:
    return backoff.pause(kind, misses, _CHANCE.random())


class BrokerLink:
    """A connection to the broker that comes back.

    Either `run()` it in a task of yours, and `stop()` it; or use it as a context manager, which does both. Each new
    connection starts with nothing: `on_connected` subscribes and announces, and when it returns the link is connected.
    `on_message` is called in the event loop and has to return at once.
    """

    def __init__(
        self,
        settings: BrokerSettings,
        will: Publication | None,
        *,
        on_connected: Callable[[Session], Coroutine[Any, Any, None]],
        on_message: Callable[[Message], None],
        pause: Pause = _jittered,
        patience: float = PATIENCE,
    ) -> None:
        self.protocol = Protocol.V5
        """The version of MQTT that is spoken, or tried next."""
        self.session: Session | None = None
        """What the broker said when it let us in; None when there is no connection."""
        self.trouble: Trouble | None = None
        """Why there is no connection, as far as it is known."""
        self._settings = settings
        self._will = will
        self._on_connected = on_connected
        self._on_message = on_message
        self._pause = pause
        self._patience = patience
        self._settled = False
        self._connection: Connection | None = None
        self._connected = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._running: asyncio.Task[None] | None = None
        self._greeting: asyncio.Task[None] | None = None
        self._stopping = False
        self._told: Trouble | None = None
        self._stumbled: str | None = None

    @property
    def connected(self) -> bool:
        """Whether there is a connection, and everything is subscribed and announced."""
        return self._connected.is_set()

    @property
    def echoes(self) -> bool:
        """Whether what it publishes also comes to its own subscriptions: MQTT 3.1.1 has no way to say no."""
        return self.protocol is Protocol.V311

    async def wait_connected(self) -> None:
        """Wait until there is a connection."""
        await self._connected.wait()

    async def run(self) -> None:
        """Connect and stay connected until stopped or cancelled, which leaves the last words to the broker.

        Raises what `on_connected` raised, unless the broker was the cause.
        """
        if self._stopping:
            return
        keeper = self._keeper = asyncio.create_task(self._keep())
        try:
            await asyncio.wait({keeper})
        finally:
            keeper.cancel()
            await asyncio.wait({keeper})
        if not keeper.cancelled():
            keeper.result()

    async def stop(self, *last_words: Publication) -> None:
        """Publish the last words (the will, if there is one, when none are given), disconnect, and let `run` return.

        When they do not reach the broker within a second it gets no goodbye either, and publishes the will itself.
        """
        self._stopping = True
        if self._greeting is not None:
            # Or it would announce, after them, what the last words take back.
            self._greeting.cancel()
        if self._connection is not None:
            await self._say_goodbye(self._connection, last_words or _some(self._will))
        if self._keeper is not None:
            self._keeper.cancel()

    async def __aenter__(self) -> Self:
        """Begin to connect."""
        self._running = asyncio.create_task(self.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop with the will as last words."""
        await self.stop()
        if self._running is not None:
            await self._running

    async def publish(self, publication: Publication) -> None:
        """Publish a message: QoS 0 returns when the socket has it, QoS 1 when the broker has confirmed it.

        Raises `NotConnected` when there is no connection or it went before: publish again, or drop it. Raises
        `Rejected` when the broker refuses the message: it would do so again.
        """
        await self._live().publish(publication)

    async def publish_many(self, publications: Iterable[Publication]) -> None:
        """Publish messages in their order, as fast as the broker takes them; return when it has them all.

        Raises `NotConnected` when the connection goes: which arrived is not known, publish all again. One that is
        refused does not hold up the others; the first such `Rejected` is raised in the end.
        """
        await self._live().publish_many(publications)

    async def subscribe(self, *subscriptions: Subscription) -> None:
        """Subscribe, for this connection; raise `NotConnected`, or `Rejected` with the first filter refused."""
        await self._live().subscribe(*subscriptions)

    async def unsubscribe(self, *filters: str) -> None:
        """Unsubscribe; raise `NotConnected`."""
        await self._live().unsubscribe(*filters)

    def _live(self) -> Connection:
        if self._connection is None:
            raise NotConnected
        return self._connection

    async def _say_goodbye(self, connection: Connection, last_words: tuple[Publication, ...]) -> None:
        try:
            async with asyncio.timeout(_LAST_WORDS):
                await connection.publish_many(last_words)
        except (TimeoutError, BrokerError) as error:
            _LOGGER.debug("The last words did not reach the broker, it speaks the will: %s", error)
            connection.drop()
        else:
            await connection.disconnect()

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        misses = 0
        while True:
            begun = loop.time()
            error = await self._connect_once()
            if self._stopping:
                return
            if self._falls_back(error):
                continue
            if loop.time() - begun > _STABLE:
                misses = 0
            self.trouble = troubles.of(error, self._settings)
            self._tell(self.trouble)
            await asyncio.sleep(self._pause(self.trouble.kind, misses))
            misses += 1

    async def _connect_once(self) -> Exception:
        """Live through one connection; return why it ended."""
        connection = Connection(self._settings, self.protocol, self._will, self._take, self._patience)
        try:
            self.session = await connection.open()
            self._connection = connection
            self._settle()
            await self._greet(connection, self.session)
            if not self._stopping:
                self._recovered()
            return await asyncio.shield(connection.closed)
        except Rejected as error:
            return error
        except NotConnected:
            connection.drop()
            return await asyncio.shield(connection.closed)
        except (OSError, ValueError, BrokerError) as error:
            if self._connection is not None and not isinstance(error, BrokerError):
                raise  # not of the broker's, but of who was told
            return error
        finally:
            self._connected.clear()
            self._connection = self.session = None
            connection.drop()

    async def _greet(self, connection: Connection, session: Session) -> None:
        """Let the application subscribe and announce, as long as the connection holds."""
        greeting = self._greeting = asyncio.create_task(self._on_connected(session))
        try:
            either: set[asyncio.Future[Any]] = {greeting, connection.closed}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._greeting = None
            greeting.cancel()
            await asyncio.wait({greeting})
        if greeting.cancelled():
            if self._stopping:
                return
            raise NotConnected
        greeting.result()

    def _take(self, message: Message) -> None:
        try:
            self._on_message(message)
        except Exception as error:
            stumbled = repr(error)
            if stumbled != self._stumbled:
                _LOGGER.exception("A message on %s could not be handled", message.topic)
            self._stumbled = stumbled

    # Which version of MQTT

    def _falls_back(self, error: Exception) -> bool:
        """Change the version as long as the broker has accepted none; tell whether to go on with it at once.

        Old brokers close the connection instead of refusing the version, and so does one that is just starting: then
        the versions take turns.
        """
        if self._settled:
            return False
        refused = isinstance(error, Unwelcome) and error.code == reasons.UNSUPPORTED_VERSION
        if self.protocol is Protocol.V5 and (refused or isinstance(error, Closed)):
            self.protocol = Protocol.V311
            return True
        if self.protocol is Protocol.V311 and isinstance(error, Closed):
            self.protocol = Protocol.V5
        return False

    def _settle(self) -> None:
        """Stay with the version that the broker has accepted until the next start."""
        if not self._settled and self.protocol is Protocol.V311:
            _LOGGER.warning(
                "The MQTT broker at %s does not speak MQTT 5: using 3.1.1, without message expiry",
                self._settings.address,
            )
        self._settled = True

    # What is said

    def _tell(self, trouble: Trouble) -> None:
        if trouble != self._told:
            _LOGGER.warning("%s. %s", trouble.text, trouble.remedy)
        self._told = trouble

    def _recovered(self) -> None:
        self.trouble = self._told = None
        self._connected.set()
        _LOGGER.info("Connected to the MQTT broker at %s, MQTT %s", self._settings.address, self.protocol)
