"""One connection to the broker, from its first byte to its last, driven by the event loop."""

import asyncio
from asyncio import Future, TimerHandle
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
import logging
import socket
import ssl
import struct
from typing import Any, Final

from paho.mqtt.client import MQTT_CLEAN_START_FIRST_ONLY, Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import MessageType, MQTTErrorCode
from paho.mqtt.properties import MQTTException, Properties
from paho.mqtt.reasoncodes import ReasonCode

from ..contract.messages import Message, Publication, Subscription
from . import paho, reasons, tls
from .errors import Closed, NotConnected, Rejected, Unreadable, Unwelcome
from .session import Session
from .settings import BrokerSettings, Protocol
from .thread import in_thread
from .window import Window

_LOGGER = logging.getLogger(__name__)

PATIENCE: Final = 15.0
"""How long an answer may take, in seconds: to the connection as a whole, to a message, to a subscription."""

_GOODBYE: Final = 1.0
_TICK: Final = 1.0
# After so many the socket gets its turn.
_BATCH: Final = 100
# What the library stumbles over when a packet is not as it should be.
_STUMBLES: Final = (LookupError, ValueError, TypeError, struct.error, MQTTException)

type _Answer = list[int] | NotConnected


@dataclass(frozen=True, slots=True)
class _Expected:
    """An answer that is due: what it is about, since when it is waited for, and where it goes."""

    answer: Future[_Answer]
    since: float
    in_window: bool


class Connection:
    """A connection that is opened once and closed once."""

    def __init__(
        self,
        settings: BrokerSettings,
        protocol: Protocol,
        will: Publication | None,
        on_message: Callable[[Message], object],
        patience: float = PATIENCE,
    ) -> None:
        self._settings = settings
        self._protocol = protocol
        self._deliver_message = on_message
        self._patience = patience
        self._client = paho.client(settings, protocol, will)
        self._witness = self._client.logger = paho.Witness()
        self._loop = asyncio.get_running_loop()
        self._welcome: Future[Session] = self._loop.create_future()
        self._flushed = asyncio.Event()
        self._expected: dict[int, _Expected] = {}
        self._timer: TimerHandle | None = None
        self._abandoned = False
        self._session: Session
        self._window: Window
        self.closed: Future[Exception] = self._loop.create_future()
        """Done when the connection has ended, with the reason."""

    async def open(self) -> Session:
        """Connect; raise `OSError`, `ValueError` (no host name) or a `BrokerError` that says why it did not work."""
        try:
            async with asyncio.timeout(self._patience):
                await in_thread(self._dial, "mqtt-connect")
                self._attend()
                return await self._welcome
        except BaseException:
            self.drop()
            raise

    async def publish(self, publication: Publication) -> None:
        """Publish: QoS 0 returns when the socket has it, QoS 1 when the broker has; see `BrokerLink.publish`."""
        if publication.qos:
            self._judge(publication.topic, await (await self._send(publication)))
        else:
            self._hand_over(publication)
            await self._flush()

    async def publish_many(self, publications: Iterable[Publication]) -> None:
        """Publish as fast as the broker takes it; see `BrokerLink.publish_many`."""
        refused: Rejected | None = None
        under_way: deque[tuple[str, Future[_Answer]]] = deque()

        async def settle(leave: int) -> None:
            nonlocal refused
            while len(under_way) > leave:
                topic, answer = under_way.popleft()
                try:
                    self._judge(topic, await answer)
                except Rejected as error:
                    refused = refused or error

        for count, publication in enumerate(publications, 1):
            try:
                if publication.qos:
                    under_way.append((publication.topic, await self._send(publication)))
                else:
                    self._hand_over(publication)
            except Rejected as error:
                refused = refused or error
            await settle(self._window.size)
            if not count % _BATCH:
                await self._flush()
        await self._flush()
        await settle(0)
        if refused is not None:
            raise refused

    async def subscribe(self, *subscriptions: Subscription) -> None:
        """Subscribe; raise `NotConnected`, or `Rejected` with the first filter that was refused."""
        _, mid = self._client.subscribe(paho.filters(subscriptions, self._protocol))
        codes = await self._expect(mid)
        for subscription, code in zip(subscriptions, self._codes(codes), strict=True):
            self._judge(subscription.filter, [code])

    async def unsubscribe(self, *filters: str) -> None:
        """Unsubscribe; raise `NotConnected`."""
        _, mid = self._client.unsubscribe(list(filters))
        self._codes(await self._expect(mid))

    async def disconnect(self) -> None:
        """Say goodbye, so that the broker forgets the will, and close."""
        self._client.disconnect()
        await asyncio.wait({self.closed}, timeout=_GOODBYE)
        self.drop()

    def drop(self, error: Exception | None = None) -> None:
        """Close at once, without a goodbye; does nothing when it is closed."""
        self._abandoned = True
        if self.closed.done():
            return
        # Documented: "Any already established connection will be terminated immediately".
        self._client.connect_async(self._settings.host or "-", self._settings.port)
        self._end(error or NotConnected())

    # Connecting, in a thread: DNS, TCP, TLS and the upgrade to a WebSocket block.

    def _dial(self) -> None:
        if self._settings.tls is not None:
            self._client.tls_set_context(tls.context(self._settings.tls))
        self._client.on_socket_open = self._on_open
        try:
            self._client.connect(
                self._settings.host,
                self._settings.port,
                self._settings.keepalive,
                clean_start=True if self._protocol is Protocol.V5 else MQTT_CLEAN_START_FIRST_ONLY,
                properties=paho.connect_properties(self._protocol),
            )
        finally:
            if self._abandoned:
                self._client.disconnect()

    def _on_open(self, _client: Client, _userdata: object, sock: Any) -> None:
        if self._abandoned:
            # A late CONNECT would throw out the connection that was made in the meantime.
            raise ConnectionAbortedError
        with socket.fromfd(sock.fileno(), socket.AF_INET, socket.SOCK_STREAM) as same:
            # Many small messages, each of them answered: Nagle would hold each up for the answer to the last.
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # Driving the library.

    def _attend(self) -> None:
        """Let the event loop drive the client from now on."""
        client = self._client
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_subscribe = self._on_suback
        client.on_unsubscribe = self._on_suback
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = self._on_register_write
        client.on_socket_unregister_write = self._on_unregister_write
        sock = client.socket()
        if sock is None:
            raise Closed
        self._flushed.set()
        self._loop.add_reader(sock.fileno(), self._read)
        self._timer = self._loop.call_later(_TICK, self._tick)

    def _read(self) -> None:
        # Set only here: for what goes out at QoS 0 it would be called as well, with an id that may be another's.
        self._client.on_publish = self._on_puback
        try:
            self._client.loop_read()
            if self._pending():
                self._loop.call_soon(self._read)
        except _STUMBLES:
            _LOGGER.debug("A packet from the broker could not be read", exc_info=True)
            self._stumble()
        finally:
            self._client.on_publish = None

    def _pending(self) -> bool:
        """Tell whether TLS has bytes that the socket no longer has, of which the event loop cannot know."""
        pending: Callable[[], int] | None = getattr(self._client.socket(), "pending", None)
        return pending is not None and pending() > 0

    def _stumble(self) -> None:
        """End a connection on which something unreadable came.

        The library knows no PUBACK with some of the codes that brokers send (Mosquitto: 149, packet too large). Its
        message must be told apart, or it would be sent again for ever.
        """
        packet = self._client._in_packet  # noqa: SLF001 - offered nowhere else
        if packet["command"] & 0xF0 == MessageType.PUBACK and len(packet["packet"]) > 2:  # noqa: PLR2004 - id, code
            mid, code = struct.unpack("!HB", packet["packet"][:3])
            self._answer(mid, [code])
        self.drop(Unreadable())

    def _write(self) -> None:
        self._client.loop_write()

    def _tick(self) -> None:
        self._timer = self._loop.call_later(_TICK, self._tick)
        self._client.loop_misc()
        oldest = next(iter(self._expected.values()), None)
        if oldest is not None and self._loop.time() - oldest.since > self._patience:
            self.drop(TimeoutError())

    def _on_register_write(self, _client: Client, _userdata: object, sock: Any) -> None:
        self._flushed.clear()
        self._loop.add_writer(sock.fileno(), self._write)

    def _on_unregister_write(self, _client: Client, _userdata: object, sock: Any) -> None:
        self._loop.remove_writer(sock.fileno())
        self._flushed.set()

    def _on_socket_close(self, _client: Client, _userdata: object, sock: Any) -> None:
        self._loop.remove_reader(sock.fileno())

    # What the broker says.

    def _on_connect(
        self,
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._end(Unwelcome(reason.value))
            return
        session = self._session = paho.session(self._protocol, properties, self._settings.keepalive)
        # The library leaves out that the broker has the last word on this.
        self._client._keepalive = session.keepalive  # noqa: SLF001 - offered only before a connection
        self._window = Window(session.receive_maximum)
        if not self._welcome.done():
            self._welcome.set_result(session)

    def _on_disconnect(
        self, _client: Client, _userdata: object, flags: DisconnectFlags, reason: ReasonCode, _properties: object
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            self._end(Closed(reason.value or None))
        elif reason.value == reasons.KEEPALIVE_TIMEOUT:
            self._end(TimeoutError())
        elif isinstance(self._witness.seen, ssl.SSLError):
            self._end(self._witness.seen)
        else:
            self._end(Closed())

    def _on_message(self, _client: Client, _userdata: object, received: MQTTMessage) -> None:
        try:
            message = paho.message(received)
        except UnicodeDecodeError:
            _LOGGER.debug("A message with an unreadable topic was left out")
            return
        self._deliver_message(message)

    def _on_puback(self, _client: Client, _userdata: object, mid: int, reason: ReasonCode, _properties: object) -> None:
        self._answer(mid, [reason.value])

    def _on_suback(
        self, _client: Client, _userdata: object, mid: int, codes: list[ReasonCode], _properties: object
    ) -> None:
        self._answer(mid, [code.value for code in codes])

    def _answer(self, mid: int, answer: list[int]) -> None:
        expected = self._expected.pop(mid, None)
        if expected is None:
            return
        if expected.in_window:
            self._window.leave()
        if not expected.answer.done():
            expected.answer.set_result(answer)

    def _end(self, error: Exception) -> None:
        """Tell everybody who waits that nothing comes any more."""
        if self.closed.done():
            return
        self.closed.set_result(error)
        if self._timer is not None:
            self._timer.cancel()
        self._flushed.set()
        if not self._welcome.done():
            self._welcome.set_exception(error)
            self._welcome.exception()  # nobody may be waiting for it
        elif not self._welcome.cancelled():
            self._window.close()
        for expected in self._expected.values():
            if not expected.answer.done():
                expected.answer.set_result(NotConnected())
        self._expected.clear()

    # What is sent.

    async def _send(self, publication: Publication) -> Future[_Answer]:
        """Send a message of QoS 1 or 2 when there is a place in the window; return its answer to come."""
        self._refuse(publication)
        await self._window.enter()
        try:
            mid = self._hand_over(publication)
        except BaseException:
            self._window.leave()
            raise
        return self._expect(mid, in_window=True)

    def _hand_over(self, publication: Publication) -> int:
        """Give a message to the library; return its id."""
        self._refuse(publication)
        properties = self._properties(publication)
        while True:
            info = self._client.publish(
                publication.topic, publication.payload, publication.qos, publication.retain, properties
            )
            if info.rc == MQTTErrorCode.MQTT_ERR_NO_CONN:
                raise NotConnected
            # Else the id is that of a message still under way, 65,535 messages later: the next one then.
            if info.rc != MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
                return info.mid

    def _properties(self, publication: Publication) -> Properties | None:
        if self._protocol is Protocol.V311:
            return None
        return paho.publish_properties(publication.expiry, publication.response_topic, publication.correlation)

    def _refuse(self, publication: Publication) -> None:
        """Refuse what the broker would answer by closing the connection."""
        session = self._session
        if publication.qos > session.maximum_qos:
            raise Rejected(publication.topic, reasons.QOS_NOT_SUPPORTED)
        if publication.retain and not session.retain_available:
            raise Rejected(publication.topic, reasons.RETAIN_NOT_SUPPORTED)
        limit = session.maximum_packet_size
        if limit is not None and paho.size(publication, self._properties(publication)) > limit:
            raise Rejected(publication.topic, reasons.TOO_LARGE)

    def _expect(self, mid: int | None, *, in_window: bool = False) -> Future[_Answer]:
        answer: Future[_Answer] = self._loop.create_future()
        if mid is None or self.closed.done():
            answer.set_result(NotConnected())
        else:
            self._expected[mid] = _Expected(answer, self._loop.time(), in_window)
        return answer

    async def _flush(self) -> None:
        """Wait until the socket has taken everything."""
        await self._flushed.wait()
        if self.closed.done():
            raise NotConnected

    @staticmethod
    def _codes(answer: _Answer) -> list[int]:
        if isinstance(answer, NotConnected):
            raise answer
        return answer

    def _judge(self, topic: str, answer: _Answer) -> None:
        for code in self._codes(answer):
            if code >= reasons.UNSPECIFIED:
                raise Rejected(topic, code)
