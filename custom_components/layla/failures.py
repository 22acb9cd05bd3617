"""What went wrong with the cloud, in the user's language: one error policy for the whole integration."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
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

_TRANSLATION_KEYS: Final[Mapping[type[CloudError], str]] = {
    AuthenticationFailed: "authentication_failed",
    CloudUnavailable: "cloud_unavailable",
    Gone: "gone",
    NotSupported: "not_supported",
    RateLimited: "rate_limited",
    Refused: "refused",
    UnreadableAnswer: "unreadable_answer",
}


def translation_key(error: CloudError) -> str:
    """Return the key under which the error's text stands in the translations."""
    return _TRANSLATION_KEYS[type(error)]


@contextmanager
def refresh_failures() -> Generator[None]:
    """Turn a cloud's error during a refresh into the one that the coordinator understands."""
    try:
        yield
    except AuthenticationFailed as error:
        raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key=translation_key(error)) from error
    except CloudError as error:
        raise UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=translation_key(error),
            translation_placeholders={"operation": error.operation, "reason": error.detail},
            retry_after=error.retry_after if isinstance(error, RateLimited) else None,
        ) from error
