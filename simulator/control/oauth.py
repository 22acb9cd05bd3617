"""Verbs for the authorization server: how it behaves, and what has been allowed."""

from dataclasses import asdict
from typing import Any

from simulator.errors import bad_request
from simulator.oauth.accounts import OWNER, Account, account, complaint
from simulator.oauth.client import PASSWORD
from simulator.oauth.grants import Grant
from simulator.oauth.refused import Refused
from simulator.oauth.scopes import scopes

from .verbs import BOOLEAN, TEXT, Asked, Schema, Verb, members

_LIFETIME: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 10 * 365 * 24 * 3600}


def switches(asked: Asked) -> dict[str, Any]:
    """Return how the authorization server behaves."""
    return asdict(asked.simulation.oauth.switches)


def switch(asked: Asked) -> dict[str, Any]:
    """Change how it behaves from now on."""
    return asked.simulation.oauth.switch(**asked.body)


def allow(asked: Asked) -> dict[str, Any]:
    """Make a grant without a browser; return what the token endpoint would."""
    try:
        allowed = scopes(asked.body.get("scope"))
    except Refused as refused:
        raise bad_request(f"body.scope: {refused.description}") from refused
    return asked.simulation.oauth.allow(_account(asked), allowed)


def grants(asked: Asked) -> list[dict[str, Any]]:
    """Return all grants, the oldest first, each with its newest tokens."""
    return [_shown(grant) for grant in asked.simulation.oauth.grants]


def revoke(asked: Asked) -> dict[str, Any]:
    """End all grants."""
    asked.simulation.oauth.revoke_all()
    return {}


def _account(asked: Asked) -> Account:
    """Return the account that is named: as a log-in would, unless `sub` says otherwise; else the demo owner's."""
    sub, email = asked.body.get("sub"), asked.body.get("email")
    if email is not None and complaint(email, PASSWORD):
        raise bad_request("body.email: no e-mail address; accepted: one such as robin@example.com")
    owner = asked.simulation.world.profile.get("email")
    found = Account(OWNER) if email is None else account(email, str(owner))
    return found if sub is None else Account(sub, found.email)


def _shown(grant: Grant) -> dict[str, Any]:
    return {
        "sub": grant.account.sub,
        "scope": " ".join(grant.scopes),
        "renewals": grant.renewals,
        "revoked": grant.revoked,
        "refresh_token": grant.refresh_token,
        "access_token": grant.access_tokens[-1],
    }


VERBS = (
    Verb("GET", "/oauth", switches),
    Verb(
        "PATCH",
        "/oauth",
        switch,
        members(access_lifetime=_LIFETIME, code_lifetime=_LIFETIME, rotate=BOOLEAN, opaque=BOOLEAN),
    ),
    Verb("POST", "/oauth/grants", allow, members(email=TEXT, sub=TEXT, scope=TEXT)),
    Verb("GET", "/oauth/grants", grants),
    Verb("DELETE", "/oauth/grants", revoke),
)
