"""What the authority hands out, and remembers."""

from dataclasses import dataclass, field

from .accounts import Account
from .asking import Asking


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that is good for one use: a ticket or a code. `until` is a simulated time stamp."""

    asking: Asking
    account: Account
    until: float


@dataclass(frozen=True, slots=True)
class Switches:
    """How the authority behaves: lifetimes in seconds, whether refresh tokens rotate, what access tokens look like.

    An access token lives so long by the simulated clock. A code lives so long for its caller, however fast that
    clock runs: it is on its way between programs and people, who do not run faster.
    """

    access_lifetime: float = 3600
    code_lifetime: float = 60
    rotate: bool = True
    opaque: bool = False


@dataclass(slots=True)
class Grant:
    """What an account's owner has allowed: one line of tokens, of which the newest refresh token is good."""

    account: Account
    scopes: tuple[str, ...]
    refresh_token: str
    access_tokens: list[str] = field(default_factory=list)
    renewals: int = 0
    revoked: bool = False
