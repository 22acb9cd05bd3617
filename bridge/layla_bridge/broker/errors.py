"""How the link fails."""

from pathlib import Path

from .reasons import words


class BrokerError(Exception):
    """Something with the broker did not work."""


class NotConnected(BrokerError):
    """There is no connection, or it went before the broker had answered: publish again."""

    def __init__(self) -> None:
        super().__init__("There is no connection to the MQTT broker")


class Rejected(BrokerError):
    """The broker refused one message or subscription; `code` is the reason code of MQTT 5."""

    def __init__(self, topic: str, code: int) -> None:
        super().__init__(f"The MQTT broker refused {topic}: {words(code)} ({code})")
        self.topic = topic
        self.code = code


class Unwelcome(BrokerError):
    """The broker refused the connection; `code` is the reason code of MQTT 5."""

    def __init__(self, code: int) -> None:
        super().__init__(f"The MQTT broker refused the connection: {words(code)} ({code})")
        self.code = code


class Closed(BrokerError):
    """The connection ended; `code` is the broker's reason code where it gave one."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__("The connection to the MQTT broker ended" + (f": {words(code)} ({code})" if code else ""))
        self.code = code


class Unreadable(BrokerError):
    """What came was not MQTT, or not of the version spoken."""

    def __init__(self) -> None:
        super().__init__("What came from the MQTT broker could not be read")


class CertificateUnusable(BrokerError):
    """A certificate or key of our own could not be loaded."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be used: {why}")
        self.path = path
        self.why = why
