"""The rules: what is handed out for what, what is good once, and what ends everything."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from secrets import token_urlsafe
from typing import Any

from simulator.clock import Clock
from simulator.tokens import Tokens

from .accounts import Account
from .asking import Asking
from .client import CLIENT_ID
from .grants import Grant, Pending, Switches
from .refused import invalid_grant, invalid_request
from .scopes import scopes

type Answer = dict[str, Any]
"""What the token endpoint says."""

_TICKET_LIFETIME = 600.0


class Authority:
    """The authorization server's memory."""

    def __init__(self, clock: Clock, tokens: Tokens) -> None:
        """Begin without grants; access tokens are made by `tokens` and expire by the clock."""
        self.switches = Switches()
        self.grants: list[Grant] = []
        self._clock = clock
        self._tokens = tokens
        self._tickets: dict[str, Pending] = {}
        self._codes: dict[str, Pending] = {}
        self._spent: dict[str, Grant] = {}
        self._by_refresh_token: dict[str, Grant] = {}

    def switch(self, **changes: Any) -> dict[str, Any]:
        """Change how the authority behaves from now on; return all switches."""
        self.switches = replace(self.switches, **changes)
        return asdict(self.switches)

    def ticket(self, asking: Asking, account: Account) -> str:
        """Return what the account's owner, who has logged in, sends along with the decision."""
        ticket = token_urlsafe(24)
        self._tickets[ticket] = self._pending(asking, account, _TICKET_LIFETIME)
        return ticket

    def redeem_ticket(self, ticket: str, asking: Asking) -> Account:
        """Return who decides; raises Refused for a ticket that is not good for this request, or not any more."""
        pending = self._tickets.pop(ticket, None)
        if pending is None or pending.asking != asking or self._is_over(pending):
            raise invalid_request("This page was used already, is too old, or belongs to another request")
        return pending.account

    def code(self, asking: Asking, account: Account) -> str:
        """Return a code for the client, after the account's owner has allowed what it asks for."""
        code = token_urlsafe(32)
        self._codes[code] = self._pending(asking, account, self.switches.code_lifetime)
        return code

    def redeem_code(self, code: str, client_id: str, redirect: str, verifier: str | None) -> Answer:
        """Exchange a code for tokens; raises Refused. A code that comes twice ends what it has brought."""
        if code in self._spent:
            self._revoke(self._spent[code])
            raise invalid_grant("The code was used already; the tokens that it has brought are revoked")
        pending = self._codes.get(code)
        if pending is None or self._is_over(pending):
            raise invalid_grant("The code is unknown or has expired")
        asking = pending.asking
        if (client_id, redirect) != (asking.back.client_id, asking.back.redirect):
            raise invalid_grant("The code was given to another client_id or another redirect_uri")
        if asking.challenge is None and verifier is not None:
            raise invalid_grant("The code was asked for without a code_challenge, so there is no code_verifier")
        if asking.challenge is not None and not asking.challenge.is_met_by(verifier):
            raise invalid_grant("The code_verifier does not fit the code_challenge")
        del self._codes[code]
        grant = self._spent[code] = self._new(pending.account, asking.scopes)
        return self._answer(grant, grant.scopes)

    def allow(self, account: Account, allowed: Sequence[str]) -> Answer:
        """Hand out tokens without asking anybody."""
        grant = self._new(account, tuple(allowed))
        return self._answer(grant, grant.scopes)

    def refresh(self, refresh_token: str, scope: str | None) -> Answer:
        """Exchange a refresh token; raises Refused. One that has been replaced ends the whole grant."""
        grant = self._by_refresh_token.get(refresh_token)
        if grant is None:
            raise invalid_grant("The refresh token is unknown")
        if refresh_token != grant.refresh_token:
            self._revoke(grant)
        if grant.revoked:
            raise invalid_grant("The refresh token was replaced or revoked; nothing of its grant is good any more")
        narrowed = scopes(scope, grant.scopes)
        grant.renewals += 1
        if not self.switches.rotate:
            answer = self._answer(grant, narrowed)
            del answer["refresh_token"]
            return answer
        grant.refresh_token = self._refresh_token(grant)
        return self._answer(grant, narrowed)

    def revoke_all(self) -> None:
        """End all grants."""
        for grant in self.grants:
            self._revoke(grant)

    def _new(self, account: Account, allowed: tuple[str, ...]) -> Grant:
        grant = Grant(account, allowed, "")
        grant.refresh_token = self._refresh_token(grant)
        self.grants.append(grant)
        return grant

    def _refresh_token(self, grant: Grant) -> str:
        token = token_urlsafe(32)
        self._by_refresh_token[token] = grant
        return token

    def _revoke(self, grant: Grant) -> None:
        grant.revoked = True
        for token in grant.access_tokens:
            self._tokens.expire(token)

    def _answer(self, grant: Grant, allowed: tuple[str, ...]) -> Answer:
        """Make an access token; its lifetime is told in the caller's seconds, who knows no other clock."""
        lifetime = self.switches.access_lifetime
        token = self._tokens.mint(
            grant.account.sub,
            self._clock.now(),
            ttl=lifetime,
            email=grant.account.email,
            scope=" ".join(allowed),
            client_id=CLIENT_ID,
            opaque=self.switches.opaque,
        )
        grant.access_tokens.append(token)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": max(1, int(lifetime / self._clock.speed)),
            "refresh_token": grant.refresh_token,
            "scope": " ".join(allowed),
        }

    def _pending(self, asking: Asking, account: Account, lifetime: float) -> Pending:
        return Pending(asking, account, self._clock.now().timestamp() + lifetime * self._clock.speed)

    def _is_over(self, pending: Pending) -> bool:
        return pending.until <= self._clock.now().timestamp()
