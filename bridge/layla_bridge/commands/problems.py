"""Why a command is not carried out: one code each, in words that name the field, the problem and the remedy."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, override

from ..cloud.errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    Gone,
    NotSupported,
    OutcomeUnknown,
    RateLimited,
    Refused,
)


class Code(StrEnum):
    """What programs tell problems apart by; part of the contract."""

    RETAINED = "retained"
    NOT_READY = "not_ready"
    STOPPING = "stopping"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    INVALID_PAYLOAD = "invalid_payload"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_WORD = "unknown_word"
    UNKNOWN_ALARM = "unknown_alarm"
    CONTRADICTION = "contradiction"
    UNSUPPORTED = "unsupported"
    NO_FULL_CONTROL = "no_full_control"
    RATE_LIMITED = "rate_limited"
    UNAUTHORISED = "unauthorised"
    UNAVAILABLE = "unavailable"
    OUTCOME_UNKNOWN = "outcome_unknown"
    REFUSED = "refused"
    GONE = "gone"
    STORAGE = "storage"
    INTERNAL = "internal"


class Problem(Exception):
    """A command, or one field of it, that is not carried out. `retry_after` in seconds."""

    def __init__(self, code: Code, message: str, *, field: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(code, message, field, retry_after)
        self.code = code
        self.message = message
        self.field = field
        self.retry_after = retry_after

    @override
    def __str__(self) -> str:
        """Read as `out_of_range: eco_time: -1 is …`."""
        return f"{self.code}: {self.message}"

    def as_dict(self) -> dict[str, Any]:
        """Write it as plain JSON; what there is nothing to say of is left out."""
        told = {"code": self.code.value, "message": self.message, "field": self.field, "retry_after": self.retry_after}
        return {name: value for name, value in told.items() if value is not None}


def refused(code: Code, place: str, problem: str, accepted: str) -> Problem:
    """Say what is wrong with a field, and what it takes."""
    return Problem(code, f"{place}: {problem}; accepted: {accepted}", field=place)


def stopping() -> Problem:
    """Say that the bridge stops."""
    return Problem(Code.STOPPING, "The bridge is being stopped; nothing was sent. Give the command again in a moment")


_OF_CLOUD: Final[Mapping[type[CloudError], tuple[Code, str]]] = {
    AuthenticationFailed: (
        Code.UNAUTHORISED,
        "The cloud does not accept the bridge's token or sign-in. Remedy: layla-bridge check says what to renew",
    ),
    CloudUnavailable: (Code.UNAVAILABLE, "The cloud cannot be reached or has a fault; nothing was changed. Try again"),
    Gone: (Code.GONE, "The cloud does not have this unit or property any more"),
    NotSupported: (Code.UNSUPPORTED, "The cloud does not offer this"),
    OutcomeUnknown: (
        Code.OUTCOME_UNKNOWN,
        "The cloud's answer was lost: it may or may not have been carried out",
    ),
    RateLimited: (Code.RATE_LIMITED, "The cloud asks for fewer requests. Try again later"),
    Refused: (Code.REFUSED, "The cloud declined"),
}


def of_cloud(error: CloudError, field: str) -> Problem:
    """Say what a cloud's error means for the one who gave the command."""
    code, message = next(_OF_CLOUD[kind] for kind in type(error).__mro__ if kind in _OF_CLOUD)
    retry_after = error.retry_after if isinstance(error, RateLimited) else None
    return Problem(code, f"{field}: {message} ({error})", field=field, retry_after=retry_after)


def of_storage(error: OSError, field: str) -> Problem:
    """Say that something had to be on disk first, and could not be."""
    reason = error.strerror or type(error).__name__
    return Problem(
        Code.STORAGE,
        f"{field}: The bridge cannot write to its data folder ({reason}); nothing was sent. Remedy: check the folder's"
        " free space and rights",
        field=field,
    )
