"""Who can log in: everybody. The e-mail address decides who that is."""

from dataclasses import dataclass

from .client import PASSWORD

OWNER = "demo-owner"


@dataclass(frozen=True, slots=True)
class Account:
    """An account, as its tokens name it; the demo owner's tokens have no e-mail address, the profile has it."""

    sub: str
    email: str | None = None


def account(email: str, owner: str) -> Account:
    """Return the account of an address; `owner` is the address of the demo owner."""
    if email.casefold() == owner.casefold():
        return Account(OWNER)
    return Account(email.partition("@")[0], email)


def complaint(email: str, password: str) -> str | None:
    """Say why nobody can log in like this; None where somebody can."""
    name, at, host = email.partition("@")
    if not (name and at and host) or any(letter.isspace() for letter in email):
        return "Enter an e-mail address, such as robin@example.com."
    if password != PASSWORD:
        return f"The password is wrong. Here it is \u201c{PASSWORD}\u201d for every account."
    return None
