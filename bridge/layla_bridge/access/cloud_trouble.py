"""What is wrong with the cloud, in words for `check` and `sign-in`: what happened, and what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
import ssl
from typing import Final

from aiohttp import ClientConnectorDNSError, ClientSSLError

from ..cloud.errors import (
    AuthenticationFailed,
    CloudError,
    CloudUnavailable,
    NotSupported,
    RateLimited,
    Refused,
    ServerFault,
    Unreached,
    UnreadableAnswer,
)
from ..cloud.oauth.endpoint import OPERATION as TOKEN_OPERATION
from ..cloud.token import claims
from ..configuration import Account, SignInAccount

_NAME_MISMATCH: Final = {62, 64}  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
_DATES: Final = {9, 10}  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
# What is at the bottom of a connection that did not come about; `text` follows the address.
_CAUSES: Final[tuple[tuple[type[BaseException], str, str], ...]] = (
    (ClientConnectorDNSError, "cannot be found by its name", "Check {key}, and the DNS of this machine."),
    (
        ClientSSLError,
        "does not speak TLS on this port",
        "Check the port in {key}, and whether it begins with http:// or https://.",
    ),
    (
        ConnectionRefusedError,
        "does not answer: connection refused",
        "Check {key} with its port, and that no firewall is in the way.",
    ),
)
_SIGN_IN: Final = "Sign in anew: layla-bridge sign-in"


@dataclass(frozen=True, slots=True)
class CloudTrouble:
    """One trouble: what happened, and what to do about it. Neither holds a token or an e-mail address."""

    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Case:
    """An error, and the account that met with it."""

    error: CloudError
    account: Account
    now: datetime

    @property
    def for_tokens(self) -> bool:
        """Whether it was the token endpoint that was asked."""
        return self.error.operation == TOKEN_OPERATION and isinstance(self.account, SignInAccount)

    @property
    def key(self) -> str:
        """The key of the address that was asked."""
        return "account.token_url" if self.for_tokens else "account.url"

    @property
    def where(self) -> str:
        """The address that was asked."""
        account = self.account
        return str(account.token_url if self.for_tokens and isinstance(account, SignInAccount) else account.url)


def of(error: CloudError, account: Account, now: datetime) -> CloudTrouble:
    """Tell what an error means to whom it may concern; `now` tells whether a token has run out."""
    case = _Case(error, account, now)
    for kind, tell in _TOLD:
        if isinstance(error, kind):
            return tell(case)
    return CloudTrouble(f"The cloud did not do as it was asked ({error})", "Try again; its support knows more.")


def _unreached(case: _Case) -> CloudTrouble:
    """Tell why no connection came about, by what is at the bottom of it."""
    for cause in _causes(case.error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate(case, cause.verify_code)
        for kind, text, remedy in _CAUSES:
            if isinstance(cause, kind):
                return CloudTrouble(f"{case.where} {text}", remedy.format(key=case.key))
    remedy = f"Check {case.key}, and the connection of this machine to the Internet."
    return CloudTrouble(f"{case.where} cannot be reached", remedy)


def _certificate(case: _Case, code: int) -> CloudTrouble:
    if code in _NAME_MISMATCH:
        return CloudTrouble(
            f"{case.where} has a certificate for another name", f"Use the name that it has in {case.key}."
        )
    if code in _DATES:
        return CloudTrouble(
            f"{case.where} has a certificate that is not valid today", "Check the clock of this machine."
        )
    return CloudTrouble(
        f"{case.where} has a certificate that is not trusted",
        "Bring the certificates of this machine up to date; SSL_CERT_FILE names one of your own.",
    )


def _unauthorized(case: _Case) -> CloudTrouble:
    if case.for_tokens:
        return CloudTrouble(f"The sign-in is no longer good ({case.error.detail})", _SIGN_IN)
    if isinstance(case.account, SignInAccount):
        return CloudTrouble("The cloud does not accept the sign-in (401)", _SIGN_IN)
    end = claims(case.account.token.get_secret_value()).expires_at
    if end is not None and end <= case.now:
        return CloudTrouble(
            f"The token has expired, on {end:%Y-%m-%d}", "Get a new one, and put it into account.token."
        )
    return CloudTrouble(
        "The cloud does not accept the token (401)", "Check that account.token is the whole token, or get a new one."
    )


def _refused(case: _Case) -> CloudTrouble:
    status, detail = case.error.status, case.error.detail
    if status == HTTPStatus.FORBIDDEN:
        return CloudTrouble(
            f"The account may not do this ({case.error})",
            "Use the account that owns the properties, or have it given the right to read them.",
        )
    return CloudTrouble(f"The cloud declined: {detail} ({status})", f"Check {case.key}, and account.routes.")


def _wrong_address(case: _Case) -> CloudTrouble:
    if case.for_tokens:
        return CloudTrouble(f"{case.where} hands out no tokens ({case.error})", "Check account.token_url.")
    return CloudTrouble(
        f"{case.where} is not the address of this API ({case.error})",
        f"Check account.url: it is what stands before /v1/, with its path. {_other_kind(case.account)}",
    )


def _other_kind(account: Account) -> str:
    if isinstance(account, SignInAccount):
        return "An account of kind sign_in has the address of the partner API."
    return "An account of kind token has the address of the owner API."


def _rate_limited(case: _Case) -> CloudTrouble:
    wait = case.error.retry_after if isinstance(case.error, RateLimited) else None
    when = "in some minutes" if wait is None else f"in {wait:.0f} seconds"
    return CloudTrouble(
        "The cloud asks for fewer requests (429)", f"Try again {when}; another program may use the account."
    )


def _server_fault(case: _Case) -> CloudTrouble:
    return CloudTrouble(
        f"The cloud has a fault of its own ({case.error})", "Try again later; nothing is to be done here."
    )


def _unavailable(case: _Case) -> CloudTrouble:
    if any(isinstance(cause, TimeoutError) for cause in _causes(case.error)):
        return CloudTrouble(f"{case.where} did not answer in time", f"Try again; check {case.key} and the firewall.")
    return CloudTrouble(f"{case.where} gave no whole answer ({case.error.detail})", f"Try again, and check {case.key}.")


def _causes(error: CloudError) -> Iterator[BaseException]:
    """Walk what an error came from, and what the connector of aiohttp keeps within."""
    cause = error.__cause__
    while cause is not None:
        # Before it, as it is of the kind of its certificate error, without the code of that.
        for name in ("certificate_error", "os_error"):
            if isinstance(within := getattr(cause, name, None), OSError):
                yield within
        yield cause
        cause = cause.__cause__


# The first kind that fits tells: kinds of another kind stand before it.
_TOLD: Final[tuple[tuple[type[CloudError], Callable[[_Case], CloudTrouble]], ...]] = (
    (AuthenticationFailed, _unauthorized),
    (Unreached, _unreached),
    (UnreadableAnswer, _wrong_address),
    (NotSupported, _wrong_address),
    (RateLimited, _rate_limited),
    (ServerFault, _server_fault),
    (CloudUnavailable, _unavailable),
    (Refused, _refused),
)
