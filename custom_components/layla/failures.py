"""What went wrong with the cloud, in the user's language: one error policy for the whole integration."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import UpdateFailed

from .cloud.errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    Gone,
    NotSupported,
    RateLimited,
    Refused,
    UnreadableAnswer,
)
from .const import DOMAIN


@dataclass(frozen=True, slots=True)
class Texts:
    """The keys of an error's texts in the translations: under `exceptions`, and among the errors of the form."""

    exception: str
    form: str


# In the form a path that is not there, or an answer that is not this API's, is a wrong address: users guess it first.
TEXTS: Final[Mapping[type[CloudError], Texts]] = {
    AuthenticationFailed: Texts("authentication_failed", "invalid_auth"),
    CloudUnavailable: Texts("cloud_unavailable", "cannot_connect"),
    Gone: Texts("gone", "wrong_address"),
    NotSupported: Texts("not_supported", "wrong_address"),
    RateLimited: Texts("rate_limited", "rate_limited"),
    Refused: Texts("refused", "refused"),
    UnreadableAnswer: Texts("unreadable_answer", "wrong_address"),
}


@contextmanager
def refresh_failures() -> Generator[None]:
    """Turn a cloud's error during a refresh into the one that the coordinator understands."""
    try:
        yield
    except AuthenticationFailed as error:
        raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key=TEXTS[type(error)].exception) from error
    except CloudError as error:
        raise UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=TEXTS[type(error)].exception,
            translation_placeholders={"operation": error.operation, "reason": error.detail},
            retry_after=error.retry_after if isinstance(error, RateLimited) else None,
        ) from error
