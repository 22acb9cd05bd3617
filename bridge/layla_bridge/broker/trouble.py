"""What is wrong with the broker, in words for the log, the status page and `check`."""

from dataclasses import dataclass
from enum import StrEnum
import socket
import ssl
from typing import Final

from paho.mqtt.client import WebsocketConnectionError

from . import reasons
from .errors import BrokerError, CertificateUnusable, Closed, Rejected, Unreadable, Unwelcome
from .settings import BrokerSettings


class TroubleKind(StrEnum):
    """The kinds of trouble that are told apart."""

    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS_NAME = "tls_name"
    TLS_UNTRUSTED = "tls_untrusted"
    TLS_OTHER = "tls_other"
    PASSWORD = "password"  # noqa: S105 - the name of a kind
    ACL = "acl"
    PROTOCOL = "protocol"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble: what happened, and what to do about it. Neither holds a password or a user name."""

    kind: TroubleKind
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Words:
    """A trouble before the broker's address is known: `text` follows "The MQTT broker at host:port "."""

    kind: TroubleKind
    text: str
    remedy: str


_RUNNING: Final = "Check that the broker is running, and its host and port."
_LOG: Final = "The broker's log says more."
_WAIT: Final = "This often passes by itself."
_VERSION: Final = "Check that the port is the one for MQTT, and the transport (tcp or websockets)."
_PASSWORD: Final = "Correct the user name and the password, and make sure that this user may connect."  # noqa: S105 - a sentence

_UNWELCOME: Final = {
    reasons.UNSUPPORTED_VERSION: _Words(
        TroubleKind.PROTOCOL, "speaks neither MQTT 5 nor 3.1.1", "Update the broker; Mosquitto 2 is a good choice."
    ),
    reasons.BAD_CLIENT_ID: _Words(
        TroubleKind.PROTOCOL, "does not take the client id", "Choose a client id of up to 23 letters and digits."
    ),
    reasons.BAD_PASSWORD: _Words(TroubleKind.PASSWORD, "refused the user name or the password", _PASSWORD),
    # Mosquitto answers a wrong password with this one.
    reasons.NOT_AUTHORIZED: _Words(TroubleKind.PASSWORD, "refused the user name or the password", _PASSWORD),
    reasons.BANNED: _Words(TroubleKind.ACL, "banned this client", f"Allow it to connect again. {_LOG}"),
    reasons.UNAVAILABLE: _Words(TroubleKind.CLOSED, "is not available now", _WAIT),
    reasons.BUSY: _Words(TroubleKind.CLOSED, "is busy", _WAIT),
    reasons.RATE_EXCEEDED: _Words(TroubleKind.CLOSED, "takes no more connections now", _WAIT),
}

_CLOSED: Final = {
    reasons.SHUTTING_DOWN: _Words(TroubleKind.CLOSED, "is shutting down", _WAIT),
    reasons.TAKEN_OVER: _Words(
        TroubleKind.CLOSED, "ended the connection: another client has the same client id", "Give each its own."
    ),
    reasons.NOT_AUTHORIZED: _Words(
        TroubleKind.ACL, "ended the connection: not authorized", "Allow this user the topics of the bridge."
    ),
    reasons.TOO_LARGE: _Words(
        TroubleKind.PROTOCOL, "ended the connection: a message was too large", "Raise its packet size limit."
    ),
}

_NAME_MISMATCH: Final = {62, 64}  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
_DATES: Final = {9, 10}  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_NOT_TLS: Final = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNEXPECTED_EOF_WHILE_READING", "HTTP_REQUEST"}


def of(error: Exception, settings: BrokerSettings) -> Trouble:
    """Tell what an error of the link means to whom it may concern."""
    if isinstance(error, BrokerError):
        words = _of_broker(error)
    elif isinstance(error, ssl.SSLError):
        words = _of_tls(error)
    else:
        words = _of_network(error)
    return Trouble(words.kind, f"The MQTT broker at {settings.address} {words.text}", words.remedy)


def _of_broker(error: BrokerError) -> _Words:
    match error:
        case Unwelcome(code=code):
            other = _Words(TroubleKind.PROTOCOL, f"refused the connection: {reasons.words(code)}", _LOG)
            return _UNWELCOME.get(code, other)
        case Rejected(topic=topic, code=code):
            return _of_rejection(topic, code)
        case CertificateUnusable(path=path, why=why):
            return _Words(
                TroubleKind.TLS_OTHER, f"was not asked, {path} cannot be used: {why}", "Correct the TLS settings."
            )
        case Unreadable():
            return _Words(TroubleKind.PROTOCOL, "sent what is not MQTT", _VERSION)
        case Closed(code=int(code)):
            return _CLOSED.get(
                code, _Words(TroubleKind.CLOSED, f"ended the connection: {reasons.words(code)}", f"{_WAIT} {_LOG}")
            )
        case _:
            remedy = (
                f"{_WAIT} If it goes on: {_LOG[0].lower()}{_LOG[1:]} Two clients with one client id do this as well,"
                " and with TLS a broker that wants a client certificate."
            )
            return _Words(TroubleKind.CLOSED, "ended the connection", remedy)


def _of_rejection(topic: str, code: int) -> _Words:
    if code in {reasons.NOT_AUTHORIZED, reasons.UNSPECIFIED}:
        return _Words(TroubleKind.ACL, f"does not allow {topic}", "Allow this user the topics of the bridge.")
    return _Words(TroubleKind.PROTOCOL, f"refused {topic}: {reasons.words(code)}", _LOG)


def _of_tls(error: ssl.SSLError) -> _Words:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_certificate(error.verify_code)
    reason = getattr(error, "reason", None) or "no reason given"
    if isinstance(error, ssl.SSLEOFError) or reason in _NOT_TLS:
        return _Words(TroubleKind.TLS_OTHER, "does not speak TLS on this port", "Use its TLS port, often 8883.")
    if "CERTIFICATE" in reason or "HANDSHAKE_FAILURE" in reason:
        remedy = "Give the bridge a certificate and a key that the broker trusts."
        return _Words(TroubleKind.TLS_OTHER, "wants another client certificate", remedy)
    return _Words(TroubleKind.TLS_OTHER, f"and the bridge could not agree on TLS ({reason})", _LOG)


def _of_certificate(code: int) -> _Words:
    if code in _NAME_MISMATCH:
        return _Words(
            TroubleKind.TLS_NAME, "has a certificate for another name", "Use the host name that the certificate names."
        )
    if code in _DATES:
        remedy = "Renew the certificate, or correct the clock of this machine."
        return _Words(TroubleKind.TLS_OTHER, "has a certificate that is not valid today", remedy)
    remedy = "Give the bridge the certificate of the CA that signed the broker's."
    return _Words(TroubleKind.TLS_UNTRUSTED, "has a certificate that is not trusted", remedy)


def _of_network(error: Exception) -> _Words:
    match error:
        # A name that cannot even be asked for is a ValueError.
        case socket.gaierror() | ValueError():
            return _Words(TroubleKind.DNS, "cannot be found by its name", "Check the host name, and the DNS.")
        case ConnectionRefusedError():
            return _Words(TroubleKind.REFUSED, "does not answer: connection refused", _RUNNING)
        case TimeoutError():
            return _Words(TroubleKind.TIMEOUT, "did not answer in time", f"{_RUNNING} A firewall may be in the way.")
        case WebsocketConnectionError():
            remedy = "Check that the port is the one for WebSockets, and the path."
            return _Words(TroubleKind.PROTOCOL, "does not speak MQTT over WebSockets there", remedy)
        case ConnectionError():
            return _Words(TroubleKind.CLOSED, "ended the connection", f"{_RUNNING} Does the port want TLS?")
        case _:
            why = getattr(error, "strerror", None) or type(error).__name__
            return _Words(TroubleKind.REFUSED, f"cannot be reached: {why}", _RUNNING)
