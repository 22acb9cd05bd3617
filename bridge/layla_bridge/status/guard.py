"""Who may ask, and what every answer says to a browser.

A page elsewhere can have its own name lead to this machine, and then reads what listens on loopback (DNS rebinding).
It cannot choose the name that its visitor's browser asks for: so names that are not ours are refused.
"""

from collections.abc import Collection
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from .html import POLICY

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "layla-bridge",
    "X-Content-Type-Options": "nosniff",
    # Home Assistant shows an app's page in a frame of its own origin.
    "X-Frame-Options": "SAMEORIGIN",
}


async def protect(_: web.Request, response: web.StreamResponse) -> None:
    """Give an answer its headers, whatever it is."""
    response.headers.update(_HEADERS)


def guard(listens_on: str, names: Collection[str]) -> Middleware:
    """Return the middleware that refuses foreign names.

    Addresses and localhost are never foreign. Without names of one's own, a page that listens on more than loopback
    is asked for by names that nobody here knows, and takes each.
    """
    known = {name.casefold() for name in names}

    @web.middleware
    async def refuse_foreign(request: web.Request, handler: Handler) -> web.StreamResponse:
        asked = _name(request.host)
        if (known or is_loopback(listens_on)) and not (asked in known or asked == "localhost" or _is_address(asked)):
            raise web.HTTPMisdirectedRequest(
                text="The status page is not known by this name. Add the name to status_page.hosts to allow it.\n"
            )
        return await handler(request)

    return refuse_foreign


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address or a name."""
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def _name(host: str) -> str:
    """Return the name or address of a Host header, without its port; nothing for what is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
