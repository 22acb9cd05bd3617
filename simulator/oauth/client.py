"""The one client that is known, where its users may be sent back to, and the password of every account."""

from hmac import compare_digest
from ipaddress import ip_address
import re
from urllib.parse import SplitResult, urlsplit

CLIENT_ID = "layla-demo-client"
CLIENT_SECRET = "layla-demo-secret"  # noqa: S105  # simulated, and no secret at all
CLIENT_NAME = "Home Assistant (demo)"
PASSWORD = "demo"  # noqa: S105

_MY_HOME_ASSISTANT = "https://my.home-assistant.io/redirect/oauth"
_CALLBACK_PATH = "/auth/external/callback"
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+", re.IGNORECASE)
"""The characters of RFC 3986 without `#`: an address to return to has no fragment (RFC 6749 3.1.2)."""


def is_client(client_id: str, secret: str) -> bool:
    """Return whether this is the client, with its secret."""
    return client_id == CLIENT_ID and compare_digest(secret.encode(), CLIENT_SECRET.encode())


def takes_answers_at(address: str) -> bool:
    """Return whether the client may be answered there: Home Assistant's two ways back, and anything on loopback."""
    if address == _MY_HOME_ASSISTANT:
        return True
    if not _ADDRESS.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
        usable = parts.hostname is not None and parts.port != 0 and "@" not in parts.netloc
    except ValueError:  # a port or an IPv6 address that is none
        return False
    return usable and (parts.path == _CALLBACK_PATH or _is_loopback(parts))


def _is_loopback(parts: SplitResult) -> bool:
    name = parts.hostname or ""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:  # another name
        return False
