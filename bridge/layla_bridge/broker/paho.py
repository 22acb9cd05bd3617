"""The library below, with everything of it that only it needs to know."""

from functools import lru_cache
import logging
from typing import Any, Final, override

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from ..contract.messages import Message, Publication, Subscription
from .session import Session
from .settings import BrokerSettings, Protocol

# What a broker may send us at once (MQTT 5 only): nothing that the bridge reads comes near it.
LARGEST_INCOMING: Final = 1024 * 1024
# Answers outstanding at once: faster with more, and some brokers take no more than 100 without saying so.
WINDOW: Final = 500
WINDOW_V311: Final = 100
_VERSIONS: Final = {Protocol.V5: MQTTProtocolVersion.MQTTv5, Protocol.V311: MQTTProtocolVersion.MQTTv311}


class Witness(logging.Logger):
    """Sees the errors that the library tells its log and nobody else."""

    def __init__(self) -> None:
        super().__init__(__name__)
        self.seen: Exception | None = None

    @override
    def log(self, level: int, msg: object, *args: Any, **kwargs: Any) -> None:
        if level >= logging.ERROR:
            self.seen = next((arg for arg in args if isinstance(arg, Exception)), self.seen)


def client(settings: BrokerSettings, protocol: Protocol, will: Publication | None) -> Client:
    """Make a client for one connection; its successor starts anew, with nothing left in any queue."""
    made = Client(
        CallbackAPIVersion.VERSION2,
        client_id=settings.client_id,
        clean_session=None if protocol is Protocol.V5 else True,
        protocol=_VERSIONS[protocol],
        transport=settings.transport,
        # It would connect again by itself, blocking, to try MQTT 3.1.
        reconnect_on_failure=False,
    )
    made.username_pw_set(settings.username, settings.password)
    if settings.transport == "websockets":
        made.ws_set_options(settings.path)
    # With 0 it sends at once; the window is ours, as its own is searched through at each answer.
    made.max_inflight_messages = 0
    made.max_queued_messages = WINDOW
    if will is not None:
        properties = None
        if protocol is Protocol.V5:
            properties = publish_properties(will.expiry, None, None, PacketTypes.WILLMESSAGE)
        made.will_set(will.topic, will.payload, will.qos, will.retain, properties)
    return made


def connect_properties(protocol: Protocol) -> Properties | None:
    """Return what a connection asks for. That a session ends with its connection goes without saying."""
    if protocol is Protocol.V311:
        return None
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.MaximumPacketSize = LARGEST_INCOMING
    return properties


# To make one costs more than to send the message, and most messages have the same.
@lru_cache(maxsize=32)
def publish_properties(
    expiry: int | None, response_topic: str | None, correlation: bytes | None, packet: int = PacketTypes.PUBLISH
) -> Properties | None:
    """Return the properties of a message, None for none; they are shared and must not be changed."""
    properties = Properties(packet)  # type: ignore[no-untyped-call]
    if expiry is not None:
        properties.MessageExpiryInterval = expiry
    if response_topic is not None:
        properties.ResponseTopic = response_topic
    if correlation is not None:
        properties.CorrelationData = correlation
    return None if properties.isEmpty() else properties  # type: ignore[no-untyped-call]


def size(publication: Publication, properties: Properties | None) -> int:
    """Return how many bytes a publication is as an MQTT 5 packet."""
    rest = 2 + len(publication.topic.encode()) + (2 if publication.qos else 0) + len(publication.payload)
    rest += 1 if properties is None else len(properties.pack())  # type: ignore[no-untyped-call]
    # One byte of it for each seven bits, and one for the kind of packet.
    return 1 + max(1, -(-rest.bit_length() // 7)) + rest


def session(protocol: Protocol, properties: Properties | None, keepalive: int) -> Session:
    """Read what the broker said when it let us in."""
    said = {} if properties is None else vars(properties)
    window = WINDOW_V311 if protocol is Protocol.V311 else WINDOW
    return Session(
        protocol=protocol,
        receive_maximum=min(window, said.get("ReceiveMaximum", window)),
        maximum_packet_size=said.get("MaximumPacketSize"),
        maximum_qos=said.get("MaximumQoS", 2),
        retain_available=bool(said.get("RetainAvailable", 1)),
        keepalive=said.get("ServerKeepAlive", keepalive),
    )


def message(received: MQTTMessage) -> Message:
    """Read a received message; raise `UnicodeDecodeError` when its topic is no text."""
    said = vars(received.properties) if received.properties is not None else {}
    return Message(
        topic=received.topic,
        payload=bytes(received.payload),
        qos=received.qos,
        retain=received.retain,
        response_topic=said.get("ResponseTopic"),
        correlation=said.get("CorrelationData"),
    )


def filters(subscriptions: tuple[Subscription, ...], protocol: Protocol) -> list[Any]:
    """Write subscriptions as the library wants them for a version of MQTT."""
    if protocol is Protocol.V311:
        return [(subscription.filter, subscription.qos) for subscription in subscriptions]
    return [
        (
            subscription.filter,
            SubscribeOptions(
                subscription.qos,
                subscription.no_local,
                subscription.retain_as_published,
                subscription.retain_handling,
            ),
        )
        for subscription in subscriptions
    ]
