"""The library's client, made faster where it spends most of its time: many messages one after the other.

Of the library only what is marked as its own is replaced, and by what does the same: fewer and larger calls of the
system, and nothing made twice. docs/performance.md has the numbers.
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any, Final, override

from paho.mqtt.client import Client
from paho.mqtt.enums import MessageType, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

# What the system takes and gives at once.
_MOST: Final = 64 * 1024
_KIND: Final = 0xF0
# An answer with nothing but its id: the message is accepted.
_BARE: Final = 2


class FixedProperties(Properties):
    """Properties that are not changed any more: written once, and sent with many messages."""

    def __init__(self, properties: Properties) -> None:
        """Take them as they are now."""
        super().__init__(properties.packetType)  # type: ignore[no-untyped-call]
        # Its own way of setting knows only what is in the protocol.
        vars(self)["_written"] = properties.pack()  # type: ignore[no-untyped-call]

    @override
    def pack(self) -> bytes:
        """Return them as they are sent."""
        written: bytes = vars(self)["_written"]
        return written


class FasterClient(Client):
    """Sends and reads as much at once as there is."""

    _accepted: Final = ReasonCode(PacketTypes.PUBACK)
    _no_properties: Final = Properties(PacketTypes.PUBACK)  # type: ignore[no-untyped-call]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take what the library's client takes."""
        super().__init__(*arguments, **options)
        self._received = memoryview(b"")

    @property
    def unread(self) -> bool:
        """Whether something was received that nobody has looked at: the socket does not tell of it again."""
        return bool(self._received)

    @override
    def _packet_write(self) -> MQTTErrorCode:
        """Join the messages that wait at the head of the line, and send them with one call."""
        waiting = self._out_packet
        if len(waiting) > 1 and (run := list(self._run())):
            for _ in run:
                waiting.popleft()
            packet = bytearray().join(each["packet"] for each in run)
            # None of them is told of when it is sent; those of QoS 1 are when they are answered.
            whole = run[0] | {"qos": 1, "info": None, "packet": packet, "to_process": len(packet)}
            waiting.appendleft(whole)
        return super()._packet_write()

    def _run(self) -> Iterator[Any]:
        """Return the whole messages at the head of the line, up to a size."""
        size = 0
        for packet in takewhile(_is_whole_message, self._out_packet):
            size += packet["to_process"]
            if size > _MOST:
                return
            yield packet

    @override
    def _sock_recv(self, bufsize: int) -> bytes:
        """Return what the library asks for, a byte or two, out of all that has come."""
        if not self._received:
            if self._transport != "tcp" or bufsize > _MOST:
                return super()._sock_recv(bufsize)
            self._received = memoryview(super()._sock_recv(_MOST))
        asked, self._received = self._received[:bufsize], self._received[bufsize:]
        return bytes(asked)

    @override
    def _handle_pubackcomp(self, cmd: Any) -> MQTTErrorCode:
        """Tell of a message that was accepted, without making anew what says so."""
        if cmd != "PUBACK" or self._in_packet["remaining_length"] != _BARE:
            return super()._handle_pubackcomp(cmd)
        mid = int.from_bytes(self._in_packet["packet"][:_BARE])
        with self._out_message_mutex:
            if mid not in self._out_messages:
                return MQTTErrorCode.MQTT_ERR_SUCCESS
            return self._do_on_publish(mid, self._accepted, self._no_properties)


def _is_whole_message(packet: Any) -> bool:
    return packet["command"] & _KIND == MessageType.PUBLISH and not packet["pos"]
