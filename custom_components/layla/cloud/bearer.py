"""Where the access token of a call comes from."""

from typing import Protocol, override


class Bearer(Protocol):
    """Hands out access tokens. Both methods raise CloudError."""

    @property
    def request_count(self) -> int:
        """How many requests went out for tokens so far."""
        return 0

    async def token(self) -> str:
        """Return the access token for the next call; it may be renewed first."""

    async def renewed(self, refused: str) -> str | None:
        """Return another token to try once, after a 401 for the `refused` one; None when there is none."""


class FixedToken(Bearer):
    """A token that was given once, and cannot be renewed."""

    def __init__(self, token: str) -> None:
        """Take the token as it goes into the header."""
        self._token = token

    @override
    async def token(self) -> str:
        return self._token

    @override
    async def renewed(self, refused: str) -> str | None:
        return None
