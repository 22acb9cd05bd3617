"""What went wrong with the cloud, in the user's language: one error policy for the whole integration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError, ServiceValidationError
from homeassistant.helpers.update_coordinator import UpdateFailed

from .cloud.errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    Gone,
    NotSupported,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServerFault,
    Unreached,
    UnreadableAnswer,
)
from .const import DOMAIN


@dataclass(frozen=True, slots=True)
class Texts:
    """The keys of an error's texts in the translations.

    Of a refresh and of a command under `exceptions`, and among the errors of the form.
    """

    exception: str
    command: str
    form: str


# In the form a path that is not there, or an answer that is not this API's, is a wrong address: users guess it first.
TEXTS: Final[Mapping[type[CloudError], Texts]] = {
    AuthenticationFailed: Texts("authentication_failed", "authentication_failed", "invalid_auth"),
    CloudUnavailable: Texts("cloud_unavailable", "command_not_carried_out", "cannot_connect"),
    Gone: Texts("gone", "gone", "wrong_address"),
    NotSupported: Texts("not_supported", "command_not_supported", "wrong_address"),
    OutcomeUnknown: Texts("cloud_unavailable", "command_outcome_unknown", "cannot_connect"),
    RateLimited: Texts("rate_limited", "command_rate_limited", "rate_limited"),
    Refused: Texts("refused", "command_refused", "refused"),
    ServerFault: Texts("cloud_unavailable", "command_not_carried_out", "cloud_fault"),
    UnreadableAnswer: Texts("unreadable_answer", "command_not_carried_out", "wrong_address"),
    Unreached: Texts("cloud_unavailable", "command_not_carried_out", "cannot_connect"),
}


def refused(key: str, **placeholders: str) -> ServiceValidationError:
    """Say, by the key of a text, why something is not even tried."""
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders)


def authentication_failed(error: AuthenticationFailed) -> ConfigEntryAuthFailed:
    """Say that a new token is needed."""
    return ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key=TEXTS[type(error)].exception)


def update_failed(error: CloudError, retry_after: timedelta | None) -> UpdateFailed:
    """Say why a refresh failed, and when to try again if that is not as usual."""
    return UpdateFailed(
        translation_domain=DOMAIN,
        translation_key=TEXTS[type(error)].exception,
        translation_placeholders={"operation": error.operation, "reason": error.detail},
        retry_after=retry_after.total_seconds() if retry_after else None,
    )


def command_failed(error: CloudError) -> HomeAssistantError:
    """Say why a command was not carried out, and what became of it."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=TEXTS[type(error)].command,
        translation_placeholders={"operation": error.operation, "reason": error.detail},
    )
