"""What can go wrong with a cloud: one hierarchy, raised at the edge, translated once per face.

No text of these errors carries a token, an e-mail address or a payload.
"""

from collections.abc import Iterable
import re
from typing import override

# Both are tried once per word at most: a huge reason must not hold up the event loop.
_EMAIL = re.compile(r"(?<![^\s@<>\"'])[^\s@<>\"']+(?:@|%40)[^\s@<>\"']+")
_JWT = re.compile(r"eyJ[\w-]*(?:\.[\w-]*){0,4}")
_LONGEST_DETAIL = 200


class CloudError(Exception):
    """A cloud did not do what it was asked: which operation, which status, in whose words."""

    def __init__(self, operation: str, detail: str, *, status: int | None = None) -> None:
        """Keep the operation's name, a text without secrets and the HTTP status, if one came."""
        super().__init__(operation, detail, status)
        self.operation = operation
        self.detail = detail
        self.status = status

    @override
    def __str__(self) -> str:
        """Read as `listDevices: 500, server fault`."""
        answer = self.detail if self.status is None else f"{self.status}, {self.detail}"
        return f"{self.operation}: {answer}"


class AuthenticationFailed(CloudError):
    """The cloud does not accept the token (401)."""


class RateLimited(CloudError):
    """The cloud asks for fewer requests (429); `retry_after` in seconds, None when it does not say."""

    def __init__(self, operation: str, detail: str, *, retry_after: float | None) -> None:
        """Keep how long the cloud wants to be left alone."""
        super().__init__(operation, detail, status=429)
        self.retry_after = retry_after


class CloudUnavailable(CloudError):
    """No usable answer: no connection, a time-out, or what the kinds of it say."""


class Unreached(CloudUnavailable):
    """No connection came about: the cloud does not even know that it was asked."""


class ServerFault(CloudUnavailable):
    """The cloud answered that it has a fault of its own (5xx)."""


class UnreadableAnswer(CloudUnavailable):
    """An answer came, but it is not what this API sends: broken JSON, a web page, another shape."""


class OutcomeUnknown(CloudUnavailable):
    """A command's answer was lost and it could not be called back: it may or may not have been carried out."""


class Refused(CloudError):
    """The cloud understood and declined (400, 403, 409 and other 4xx); `detail` has its reason."""


class NotSupported(CloudError):
    """The cloud has no such operation (405, 501, or 404 on a path without an item)."""


class Gone(CloudError):
    """The item that was asked for is not there (404 on an item's path)."""


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Shorten a vendor's words to one line and take out tokens and e-mail addresses."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return " ".join(impersonal(text).split())[:_LONGEST_DETAIL]


def impersonal(text: str) -> str:
    """Take tokens and e-mail addresses out of a vendor's words."""
    return _EMAIL.sub("***", _JWT.sub("***", text))
