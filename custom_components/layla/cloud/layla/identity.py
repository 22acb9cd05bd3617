"""Which account it is that a token opens (L33): the profile has no id, so two names stand in for one."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from yarl import URL

# Not a secret: it only keeps the digest from being found in tables of hashed addresses.
_SALT: Final = "layla-account"


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells an account from others at one host; never the e-mail address itself."""

    host: str
    marks: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names `<host>:<mark>`, best first; the first becomes the account's id."""
        return tuple(f"{self.host}:{mark}" for mark in self.marks)

    def at(self, base_url: URL) -> Identity:
        """Return the same account as it is named at another address."""
        return replace(self, host=base_url.host or "")


def identity(base_url: URL, subject: str | None, email: str | None) -> Identity:
    """Tell an account by the token's subject and by a salted hash of the e-mail address.

    A subject that is an address itself is hashed as well.
    """
    named = _hashed(subject) if subject and "@" in subject else subject
    marks = (named, _hashed(email) if email else None)
    return Identity(base_url.host or "", tuple(dict.fromkeys(mark for mark in marks if mark)))


def _hashed(email: str) -> str:
    return sha256(f"{_SALT}:{email.strip().lower()}".encode()).hexdigest()[:32]
