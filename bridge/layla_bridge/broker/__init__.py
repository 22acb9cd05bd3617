"""The link to the MQTT broker: kept up, its failures told in plain words, nothing of the library below to be seen."""

from ..contract.messages import Message, Publication, Subscription
from .check import Wanted, try_broker
from .errors import BrokerError, NotConnected, Rejected
from .link import MOMENT, BrokerLink
from .session import Session
from .settings import BrokerSettings, Protocol, Tls
from .trouble import Trouble, TroubleKind
from .visit import Unreachable, visiting

__all__ = [
    "MOMENT",
    "BrokerError",
    "BrokerLink",
    "BrokerSettings",
    "Message",
    "NotConnected",
    "Protocol",
    "Publication",
    "Rejected",
    "Session",
    "Subscription",
    "Tls",
    "Trouble",
    "TroubleKind",
    "Unreachable",
    "Wanted",
    "try_broker",
    "visiting",
]
