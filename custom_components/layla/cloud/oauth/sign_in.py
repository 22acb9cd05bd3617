"""A sign-in that renews itself: the access token of the next call, for as long as the refresh token is good."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
import time
from typing import Any, Protocol, override

from ..bearer import Bearer
from ..errors import AuthenticationFailed, CloudUnavailable
from .endpoint import OPERATION, TokenEndpoint
from .tokens import Tokens

type Start = Callable[[Coroutine[Any, Any, Tokens]], asyncio.Task[Tokens]]


class TokenStore(Protocol):
    """Keeps the tokens of one account."""

    @property
    def tokens(self) -> Tokens:
        """What is kept; a user who signs in anew puts other tokens in their place at any time."""

    async def keep(self, tokens: Tokens) -> None:
        """Keep these from now on, unless a user signs in anew meanwhile; may raise anything.

        Returns once they would survive a power cut.
        """


@dataclass(frozen=True, slots=True)
class _Unkept:
    """What a renewal brought, and the tokens that it replaces."""

    of: Tokens
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What the endpoint said to a refresh token."""

    refresh: str | None = field(repr=False)
    detail: str
    status: int | None


class SignIn(Bearer):
    """Renews the tokens of a store, for any number of callers at once by one request.

    Renewed tokens are in the store before anyone gets them. Those that could not be stored are in the memory of this
    instance alone, so it should live as long as the process does. It never sleeps.

    Without a refresh token it is a FixedToken: the token serves until the cloud refuses it, and there is no other.
    """

    def __init__(self, endpoint: TokenEndpoint, store: TokenStore, start: Start = asyncio.create_task) -> None:
        """Take who renews, who stores, and what starts a task that no caller's end may cut short."""
        self._endpoint = endpoint
        self._store = store
        self._start = start
        self._running: asyncio.Task[Tokens] | None = None
        self._held: _Unkept | None = None
        self._refusal: _Refusal | None = None
        # An access token that the cloud refused, whatever its `renew_at`.
        self._worthless: str | None = None

    @property
    @override
    def request_count(self) -> int:
        """How many requests went out to the token endpoint so far."""
        return self._endpoint.request_count

    @override
    async def token(self) -> str:
        """Return the access token for the next call, renewed when it is time.

        While the cloud still takes the old one, it serves where none can be had now. Raises AuthenticationFailed
        where the renewal was refused, at once until somebody signs in anew; RateLimited, for the caller to slow down;
        CloudUnavailable where no token can be had, or stored, now.
        """
        if self._unkept() is None and not self._is_due():
            return self._store.tokens.access
        try:
            return (await self._up_to_date()).access
        except CloudUnavailable:
            stored = self._store.tokens
            if self._unkept() or stored.access == self._worthless:
                raise
            return stored.access

    @override
    async def renewed(self, refused: str) -> str | None:
        """Return what replaces a refused token, without a request where that is known. Raises as `token` does."""
        stored = self._store.tokens
        if stored.access == refused and self._unkept() is None:
            if stored.refresh is None:
                return None
            self._worthless = refused
        other = await self.token()
        return None if other == refused else other

    async def settled(self) -> None:
        """Return once no renewal is under way: it would store what it brings."""
        if self._running:
            await asyncio.wait([self._running])

    def _unkept(self) -> _Unkept | None:
        """Return what has to be stored yet. Who signs in anew puts an end to it."""
        if self._held and self._store.tokens not in (self._held.of, self._held.tokens):
            self._held = None
        return self._held

    def _is_due(self) -> bool:
        stored = self._store.tokens
        if stored.refresh is None:
            return False
        return stored.access == self._worthless or (stored.renew_at is not None and stored.renew_at <= time.time())

    async def _up_to_date(self) -> Tokens:
        """Renew and store what has to be, as a task of its own that all callers wait for."""
        if self._running is None or self._running.done():
            self._running = self._start(self._renewal())
            self._running.add_done_callback(_heard)
        task = self._running
        # Unlike a shield, this is silent where a caller is gone and the task fails.
        await asyncio.wait([task])
        if task.cancelled():
            raise CloudUnavailable(OPERATION, "the renewal was stopped")
        return task.result()

    async def _renewal(self) -> Tokens:
        if self._unkept() is None:
            stored = self._store.tokens
            if not self._is_due():
                return stored
            # Held before anything else is awaited: the old refresh token may be worthless from now on.
            self._held = _Unkept(stored, await self._asked(stored))
            self._worthless = None
        held = self._unkept()
        if held is None:  # signed in anew meanwhile
            return self._store.tokens
        try:
            await self._store.keep(held.tokens)
        except Exception as error:
            raise CloudUnavailable(OPERATION, "the new tokens could not be stored") from error
        self._held = None
        return self._store.tokens

    async def _asked(self, stored: Tokens) -> Tokens:
        if self._refusal and self._refusal.refresh == stored.refresh:
            raise AuthenticationFailed(OPERATION, self._refusal.detail, status=self._refusal.status)
        try:
            return await self._endpoint.renew(stored)
        except AuthenticationFailed as error:
            self._refusal = _Refusal(stored.refresh, error.detail, error.status)
            raise


def _heard(task: asyncio.Task[Tokens]) -> None:
    """Take note of an error that nobody waits for any more; the next caller meets it again."""
    if not task.cancelled():
        task.exception()
