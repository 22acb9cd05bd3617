"""OAuth 2.0 for the partner API: an authorization server with one client, which is in this package's constants."""

from .authority import Authority
from .client import CLIENT_ID, CLIENT_SECRET, PASSWORD

AUTHORIZE_PATH = "/oauth/authorize"
TOKEN_PATH = "/oauth/token"  # noqa: S105  # an address
OPERATIONS = ("authorize", "token")
"""How requests to the two are counted, and what faults call them."""

__all__ = [
    "AUTHORIZE_PATH",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "OPERATIONS",
    "PASSWORD",
    "TOKEN_PATH",
    "Authority",
]
